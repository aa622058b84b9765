// Applies what a git repository holds as Flux does: with its library, and the options that its kustomize-controller passes.
//
// https://github.com/fluxcd/kustomize-controller/blob/main/internal/controller/kustomization_controller.go
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/jsondiff"
	"github.com/fluxcd/pkg/ssa/normalize"
	"github.com/fluxcd/pkg/ssa/utils"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

const (
	controller = "kustomize-controller"
	group      = "kustomize.toolkit.fluxcd.io"
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

// One reconciliation, as one line of standard output.
type reconciliation struct {
	Revision string            `json:"revision"`
	Trigger  string            `json:"trigger"`
	Changes  map[string]string `json:"changes"`
	Error    string            `json:"error,omitempty"`
}

type reconciler struct {
	manager    *ssa.ResourceManager
	repository string
	source     string
	inventory  []*unstructured.Unstructured
}

func main() {
	log.SetFlags(0)
	repository := flag.String("repository", "", "folder of a git repository, whose HEAD is applied")
	source := flag.String("source", "", "file of the Kustomization, read anew each time")
	interval := flag.Duration("interval", 0, "time between reconciliations; 0: only when a line is read")
	flag.Parse()

	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		log.Fatal(err)
	}
	kube, err := client.New(config, client.Options{})
	if err != nil {
		log.Fatal(err)
	}
	manager := ssa.NewResourceManager(kube, nil, ssa.Owner{Field: controller, Group: group})
	r := &reconciler{manager: manager, repository: *repository, source: *source}

	// A line asks for a reconciliation now; the end of the input ends the program.
	demands := make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			demands <- struct{}{}
		}
		os.Exit(0)
	}()
	var ticks <-chan time.Time
	if *interval > 0 {
		ticks = time.Tick(*interval)
	}
	for {
		trigger := "demand"
		select {
		case <-demands:
		case <-ticks:
			trigger = "interval"
		}
		done := r.reconcile(context.Background())
		done.Trigger = trigger
		if err := json.NewEncoder(os.Stdout).Encode(done); err != nil {
			log.Fatal(err)
		}
	}
}

func (r *reconciler) reconcile(ctx context.Context) reconciliation {
	done := reconciliation{Changes: map[string]string{}}
	fail := func(err error) reconciliation {
		done.Error = err.Error()
		return done
	}
	text, err := os.ReadFile(r.source)
	if err != nil {
		return fail(err)
	}
	var wanted kustomization
	if err := yaml.Unmarshal(text, &wanted); err != nil {
		return fail(err)
	}
	objects, revision, err := r.read(wanted)
	done.Revision = revision
	if err != nil {
		return fail(err)
	}
	changes, err := r.manager.ApplyAllStaged(ctx, objects, optionsOf(wanted))
	r.note(done, changes)
	if err != nil {
		return fail(err)
	}
	if wanted.Spec.Prune {
		deleted, err := r.manager.DeleteAll(ctx, gone(r.inventory, objects), pruning(r.manager, wanted))
		r.note(done, deleted)
		if err != nil {
			return fail(err)
		}
	}
	r.inventory = objects
	return done
}

func (r *reconciler) note(done reconciliation, changes *ssa.ChangeSet) {
	if changes == nil {
		return
	}
	for subject, action := range changes.ToMap() {
		done.Changes[subject] = action.String()
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

func optionsOf(wanted kustomization) ssa.ApplyOptions {
	options := ssa.DefaultApplyOptions()
	options.Force = wanted.Spec.Force
	options.ExclusionSelector = map[string]string{group + "/reconcile": "disabled", group + "/ssa": "Ignore"}
	options.IfNotPresentSelector = map[string]string{group + "/ssa": "IfNotPresent"}
	options.ForceSelector = map[string]string{group + "/force": "enabled"}
	for _, rule := range wanted.Spec.Ignore {
		options.DriftIgnoreRules = append(options.DriftIgnoreRules, jsondiff.IgnoreRule{Paths: rule.Paths, Selector: rule.Target})
	}
	options.Cleanup = ssa.ApplyCleanupOptions{
		Annotations: []string{"kubectl.kubernetes.io/last-applied-configuration"},
		// By prefix: every manager whose name begins so loses its fields to Flux.
		FieldManagers: []ssa.FieldManager{
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationApply},
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "before-first-apply", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: controller, OperationType: metav1.ManagedFieldsOperationUpdate},
		},
		Exclusions: map[string]string{group + "/ssa": "Merge"},
	}
	return options
}

func pruning(manager *ssa.ResourceManager, wanted kustomization) ssa.DeleteOptions {
	options := ssa.DefaultDeleteOptions()
	options.Inclusions = manager.GetOwnerLabels(wanted.Metadata.Name, wanted.Metadata.Namespace)
	options.Exclusions = map[string]string{group + "/prune": "disabled", group + "/reconcile": "disabled", group + "/ssa": "Ignore"}
	return options
}

// The objects of the last time that are no longer wanted.
func gone(before, now []*unstructured.Unstructured) []*unstructured.Unstructured {
	kept := map[string]bool{}
	for _, object := range now {
		kept[utils.FmtUnstructured(object)] = true
	}
	var left []*unstructured.Unstructured
	for _, object := range before {
		if !kept[utils.FmtUnstructured(object)] {
			left = append(left, object)
		}
	}
	return left
}
