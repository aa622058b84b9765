package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"kubectl-bluegreen/test/gitops/loop"
	"sigs.k8s.io/yaml"
)

// The part of an Application that this program goes by.
type application struct {
	Metadata struct{ Name, Namespace string }
	Spec     struct {
		Path              string
		Destination       struct{ Namespace string }
		IgnoreDifferences rules
		SyncPolicy        struct {
			Automated   struct{ Prune, SelfHeal, AllowEmpty bool }
			SyncOptions []string
		}
	}
}

// How objects name an Application that is not in Argo CD's own namespace.
func (wanted application) id() string { return wanted.Metadata.Namespace + "_" + wanted.Metadata.Name }

// Where objects go that name no namespace; the only one that this program watches.
func (wanted application) namespace() string {
	return cmp.Or(wanted.Spec.Destination.Namespace, wanted.Metadata.Namespace)
}

func (r *reconciler) application() (application, error) {
	var wanted application
	text, err := os.ReadFile(r.Source)
	if err != nil {
		return wanted, err
	}
	if err := yaml.Unmarshal(text, &wanted); err != nil {
		return wanted, err
	}
	return wanted, wanted.Spec.IgnoreDifferences.refuseUnread()
}

// What the repository's HEAD holds under the Application's path, with the mark by which Argo CD knows its objects.
func (r *reconciler) read(wanted application, done *loop.Reconciliation) ([]*unstructured.Unstructured, error) {
	revision, files, err := r.Repository.Read(wanted.Spec.Path)
	done.Revision = revision
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		// An error, not an empty set: Argo CD prunes nothing when the folder is gone.
		return nil, fmt.Errorf("%s: app path does not exist", wanted.Spec.Path)
	}
	var objects []*unstructured.Unstructured
	for _, text := range files {
		read, err := kube.SplitYAML([]byte(text))
		if err != nil {
			return nil, err
		}
		objects = append(objects, read...)
	}
	for _, object := range objects {
		isNamespaced, err := r.cluster.IsNamespaced(object.GroupVersionKind().GroupKind())
		if err != nil {
			return nil, err
		}
		if isNamespaced && object.GetNamespace() == "" {
			object.SetNamespace(wanted.namespace())
		}
		r.tracking.mark(object, wanted.id())
	}
	return objects, nil
}
