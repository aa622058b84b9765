package main

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The fields that a sync leaves alone, as an Application's ignoreDifferences has them; lists within a pointer are not read.
//
// https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
type rules []struct {
	Group, Kind, Name, Namespace string
	JSONPointers                 []string
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
			paths = append(paths, strings.Split(strings.TrimPrefix(pointer, "/"), "/"))
		}
	}
	return paths
}

func matches(wanted, value string) bool { return wanted == "*" || wanted == value }
