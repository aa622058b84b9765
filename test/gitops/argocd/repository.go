package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
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
	text, err := os.ReadFile(r.source)
	if err != nil {
		return wanted, err
	}
	if err := yaml.Unmarshal(text, &wanted); err != nil {
		return wanted, err
	}
	return wanted, wanted.Spec.IgnoreDifferences.refuseUnread()
}

// What the repository's HEAD holds under the Application's path, with the annotation by which Argo CD knows its objects.
func (r *reconciler) read(wanted application, done *reconciliation) ([]*unstructured.Unstructured, error) {
	revision, err := r.git("rev-parse", "HEAD")
	if err != nil {
		return nil, err
	}
	done.Revision = revision
	names, err := r.git("ls-tree", "-r", "--name-only", revision, wanted.Spec.Path+"/")
	if err != nil {
		return nil, err
	}
	if names == "" {
		// An error, not an empty set: Argo CD prunes nothing when the folder is gone.
		return nil, fmt.Errorf("%s: app path does not exist", wanted.Spec.Path)
	}
	var objects []*unstructured.Unstructured
	for _, name := range strings.Fields(names) {
		text, err := r.git("show", revision+":"+name)
		if err != nil {
			return nil, err
		}
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
		annotations := object.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		key := kube.GetResourceKey(object)
		annotations[tracking] = fmt.Sprintf("%s:%s/%s:%s/%s", wanted.id(), key.Group, key.Kind, key.Namespace, key.Name)
		object.SetAnnotations(annotations)
	}
	return objects, nil
}

func (r *reconciler) git(args ...string) (string, error) {
	out, err := exec.Command("git", append([]string{"-C", r.repository}, args...)...).Output()
	return strings.TrimSpace(string(out)), err
}
