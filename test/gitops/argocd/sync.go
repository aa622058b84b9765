package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"kubectl-bluegreen/test/gitops/loop"
)

func (r *reconciler) reconcile(ctx context.Context, done *loop.Reconciliation) error {
	wanted, err := r.application()
	if err != nil {
		return err
	}
	targets, err := r.read(wanted, done)
	if err != nil {
		return err
	}
	isManaged := func(resource *cache.Resource) bool {
		id, _ := resource.Info.(string)
		return id == wanted.id()
	}
	live, err := r.cluster.GetManagedLiveObjs(targets, isManaged)
	if err != nil {
		return err
	}
	pairs := sync.Reconcile(targets, live, wanted.namespace(), r.cluster)
	differences, err := diff.DiffArray(pairs.Target, pairs.Live, diff.WithNormalizer(wanted.Spec.IgnoreDifferences))
	if err != nil {
		return err
	}
	automated := wanted.Spec.SyncPolicy.Automated
	outOfSync := map[kube.ResourceKey]bool{}
	isEmpty := true
	for index, difference := range differences.Diffs {
		object := pairs.Target[index]
		switch {
		case object == nil && automated.Prune:
			// It left the repository: Argo CD calls that out of sync, the engine's comparison does not.
			outOfSync[kube.GetResourceKey(pairs.Live[index])] = true
		case object == nil:
		case difference.Modified:
			outOfSync[kube.GetResourceKey(object)] = true
			isEmpty = false
		default:
			done.Changes[nameOf(object.GetKind(), object.GetName())] = "unchanged"
			isEmpty = false
		}
	}
	isHealing := r.synced == done.Revision
	if len(outOfSync) == 0 || (isHealing && !automated.SelfHeal) {
		return nil
	}
	if isEmpty && !automated.AllowEmpty {
		return fmt.Errorf("auto-sync will wipe out all resources at %s", done.Revision)
	}
	r.synced = done.Revision
	options := wanted.Spec.SyncPolicy.SyncOptions
	if slices.Contains(options, "RespectIgnoreDifferences=true") {
		for index, target := range pairs.Target {
			if target != nil && pairs.Live[index] != nil {
				wanted.Spec.IgnoreDifferences.keepLive(target, pairs.Live[index])
			}
		}
	}
	// A new revision applies every object; healing, only those that are out of sync.
	isChosen := func(key kube.ResourceKey, _, _ *unstructured.Unstructured) bool { return !isHealing || outOfSync[key] }
	results, err := r.engine.Sync(ctx, targets, isManaged, done.Revision, wanted.namespace(),
		sync.WithPrune(automated.Prune), sync.WithLogr(logr.Discard()), sync.WithResourcesFilter(isChosen),
		sync.WithServerSideApply(slices.Contains(options, "ServerSideApply=true")), sync.WithServerSideApplyManager(manager))
	for _, result := range results {
		name := nameOf(result.ResourceKey.Kind, result.ResourceKey.Name)
		if result.Status == common.ResultCodeSyncFailed {
			// The engine returns an error only where it could not start.
			done.Changes[name] = "failed"
			err = errors.Join(err, fmt.Errorf("%s: %s", name, result.Message))
			continue
		}
		done.Changes[name] = lastWord(result.Message)
	}
	return err
}

func nameOf(kind, name string) string { return kind + "/" + name }

// Of `service/shop-active configured`, as kubectl says it.
func lastWord(message string) string {
	words := strings.Fields(message)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}
