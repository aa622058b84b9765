package main

import (
	"errors"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The fields that a sync leaves alone, as an Application's ignoreDifferences has them; lists within a pointer are not read.
//
// https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
type rules []struct {
	Group, Kind, Name, Namespace string
	JSONPointers                 []string
	JQPathExpressions            []string
	ManagedFieldsManagers        []string
}

// A rule that is not read must not look like one that does nothing.
func (all rules) refuseUnread() error {
	for _, rule := range all {
		if len(rule.JQPathExpressions) > 0 || len(rule.ManagedFieldsManagers) > 0 {
			return errors.New("of ignoreDifferences only jsonPointers are read")
		}
	}
	return nil
}

// Normalize takes what is ignored out of one side of a comparison.
func (all rules) Normalize(object *unstructured.Unstructured) error {
	for _, path := range all.pathsFor(object) {
		unstructured.RemoveNestedField(object.Object, path...)
	}
	return nil
}

// What is ignored is applied as it is live, where a sync respects the rules.
func (all rules) keepLive(target, live *unstructured.Unstructured) {
	for _, path := range all.pathsFor(target) {
		value, found, err := unstructured.NestedFieldCopy(live.Object, path...)
		if err != nil || !found {
			unstructured.RemoveNestedField(target.Object, path...)
			continue
		}
		_ = unstructured.SetNestedField(target.Object, value, path...)
	}
}

func (all rules) pathsFor(object *unstructured.Unstructured) [][]string {
	var paths [][]string
	for _, rule := range all {
		kind := object.GroupVersionKind()
		if !matches(rule.Group, kind.Group) || !matches(rule.Kind, kind.Kind) {
			continue
		}
		if (rule.Name != "" && rule.Name != object.GetName()) || (rule.Namespace != "" && rule.Namespace != object.GetNamespace()) {
			continue
		}
		for _, pointer := range rule.JSONPointers {
			steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
			for index, step := range steps {
				steps[index] = unescape.Replace(step)
			}
			paths = append(paths, steps)
		}
	}
	return paths
}

// As JSON pointers write the keys of annotations.
var unescape = strings.NewReplacer("~1", "/", "~0", "~")

func matches(wanted, value string) bool { return wanted == "*" || wanted == value }
