package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"

	"github.com/fluxcd/pkg/ssa/jsondiff"
	"github.com/fluxcd/pkg/ssa/normalize"
	"github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
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
func (r *reconciler) read(wanted kustomization) ([]*unstructured.Unstructured, string, error) {
	revision, err := r.git("rev-parse", "HEAD")
	if err != nil {
		return nil, "", err
	}
	names, err := r.git("ls-tree", "-r", "--name-only", revision, wanted.Spec.Path+"/")
	if err != nil {
		return nil, "", err
	}
	if names == "" {
		// An error, not an empty set: the controller prunes nothing when the folder is gone.
		return nil, revision, fmt.Errorf("kustomization path %s not found", wanted.Spec.Path)
	}
	var objects []*unstructured.Unstructured
	for _, name := range strings.Fields(names) {
		text, err := r.git("show", revision+":"+name)
		if err != nil {
			return nil, "", err
		}
		read, err := utils.ReadObjects(bytes.NewBufferString(text))
		if err != nil {
			return nil, "", err
		}
		objects = append(objects, read...)
	}
	for _, object := range objects {
		if wanted.Spec.TargetNamespace != "" {
			object.SetNamespace(wanted.Spec.TargetNamespace)
		}
	}
	if err := normalize.UnstructuredList(objects); err != nil {
		return nil, "", err
	}
	r.manager.SetOwnerLabels(objects, wanted.Metadata.Name, wanted.Metadata.Namespace)
	return objects, revision, nil
}

func (r *reconciler) git(args ...string) (string, error) {
	out, err := exec.Command("git", append([]string{"-C", r.repository}, args...)...).Output()
	return strings.TrimSpace(string(out)), err
}
