package main

import (
	"context"
	"os"

	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/jsondiff"
	"github.com/fluxcd/pkg/ssa/utils"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"kubectl-bluegreen/test/gitops/loop"
	"sigs.k8s.io/yaml"
)

func (r *reconciler) reconcile(ctx context.Context, done *loop.Reconciliation) error {
	text, err := os.ReadFile(r.Source)
	if err != nil {
		return err
	}
	var wanted kustomization
	if err := yaml.Unmarshal(text, &wanted); err != nil {
		return err
	}
	objects, err := r.read(wanted, done)
	if err != nil {
		return err
	}
	changes, err := r.manager.ApplyAllStaged(ctx, objects, optionsOf(wanted))
	note(done, changes)
	if err != nil {
		return err
	}
	if wanted.Spec.Prune {
		deleted, err := r.manager.DeleteAll(ctx, gone(r.inventory, objects), pruning(r.manager, wanted))
		note(done, deleted)
		if err != nil {
			return err
		}
	}
	r.inventory = objects
	return nil
}

func note(done *loop.Reconciliation, changes *ssa.ChangeSet) {
	if changes == nil {
		return
	}
	for subject, action := range changes.ToMap() {
		done.Changes[subject] = action.String()
	}
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
