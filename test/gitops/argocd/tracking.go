package main

import (
	"fmt"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// By what Argo CD knows the objects of an Application: the annotation, or, as was usual before 3.0, the label.
//
// https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
type tracking struct{ byLabel bool }

const (
	trackingAnnotation = "argocd.argoproj.io/tracking-id"
	trackingLabel      = "app.kubernetes.io/instance"
)

// The Application that an object is of.
func (t tracking) idOf(object *unstructured.Unstructured) (string, bool) {
	if t.byLabel {
		id, found := object.GetLabels()[trackingLabel]
		return id, found
	}
	value, found := object.GetAnnotations()[trackingAnnotation]
	id, _, _ := strings.Cut(value, ":")
	return id, found
}

func (t tracking) mark(object *unstructured.Unstructured, id string) {
	if t.byLabel {
		object.SetLabels(with(object.GetLabels(), trackingLabel, id))
		return
	}
	key := kube.GetResourceKey(object)
	value := fmt.Sprintf("%s:%s/%s:%s/%s", id, key.Group, key.Kind, key.Namespace, key.Name)
	object.SetAnnotations(with(object.GetAnnotations(), trackingAnnotation, value))
}

func with(values map[string]string, name, value string) map[string]string {
	if values == nil {
		values = map[string]string{}
	}
	values[name] = value
	return values
}
