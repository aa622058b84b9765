package main

import (
	"bytes"
	"fmt"

	"github.com/fluxcd/pkg/ssa/jsondiff"
	"github.com/fluxcd/pkg/ssa/normalize"
	"github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"kubectl-bluegreen/test/gitops/loop"
)

// The part of a Kustomization that this program goes by.
type kustomization struct {
	Metadata struct{ Name, Namespace string }
	Spec     struct {
		Path            string
		TargetNamespace string
		Prune           bool
		Force           bool
		Ignore          []struct {
			Paths  []string
			Target *jsondiff.Selector
		}
	}
}

// What the repository's HEAD holds under the Kustomization's path.
func (r *reconciler) read(wanted kustomization, done *loop.Reconciliation) ([]*unstructured.Unstructured, error) {
	revision, files, err := r.Repository.Read(wanted.Spec.Path)
	done.Revision = revision
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		// An error, not an empty set: the controller prunes nothing when the folder is gone.
		return nil, fmt.Errorf("kustomization path %s not found", wanted.Spec.Path)
	}
	var objects []*unstructured.Unstructured
	for _, text := range files {
		read, err := utils.ReadObjects(bytes.NewBufferString(text))
		if err != nil {
			return nil, err
		}
		objects = append(objects, read...)
	}
	for _, object := range objects {
		if wanted.Spec.TargetNamespace != "" {
			object.SetNamespace(wanted.Spec.TargetNamespace)
		}
	}
	if err := normalize.UnstructuredList(objects); err != nil {
		return nil, err
	}
	r.manager.SetOwnerLabels(objects, wanted.Metadata.Name, wanted.Metadata.Namespace)
	return objects, nil
}
