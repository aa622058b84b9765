// Applies what a git repository holds as Argo CD does: with its engine, and the options that its controller passes.
//
// https://github.com/argoproj/argo-cd/blob/master/controller/sync.go
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/engine"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"
)

const (
	manager  = "argocd-controller"
	tracking = "argocd.argoproj.io/tracking-id"
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

// One reconciliation, as one line of standard output.
type reconciliation struct {
	Revision string            `json:"revision"`
	Trigger  string            `json:"trigger"`
	Changes  map[string]string `json:"changes"`
	Error    string            `json:"error,omitempty"`
}

type reconciler struct {
	cluster    cache.ClusterCache
	engine     engine.GitOpsEngine
	repository string
	source     string
	// The revision of the last sync: without selfHeal it is not synced again. A revision that needed no sync does not count.
	synced string
}

func main() {
	log.SetFlags(0)
	repository := flag.String("repository", "", "folder of a git repository, whose HEAD is applied")
	source := flag.String("source", "", "file of the Application, read anew each time")
	interval := flag.Duration("interval", 0, "time between reconciliations; 0: only when a line is read")
	flag.Parse()

	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		log.Fatal(err)
	}
	config.QPS, config.Burst = 50, 100
	r := &reconciler{repository: *repository, source: *source}
	wanted, err := r.application()
	if err != nil {
		log.Fatal(err)
	}
	isTracked := func(object *unstructured.Unstructured, _ bool) (any, bool) {
		_, found := object.GetAnnotations()[tracking]
		return object.GetAnnotations()[tracking], found
	}
	r.cluster = cache.NewClusterCache(config, cache.SetLogr(logr.Discard()),
		cache.SetNamespaces([]string{wanted.namespace()}), cache.SetPopulateResourceInfoHandler(isTracked))
	r.engine = engine.NewEngine(config, r.cluster, engine.WithLogr(logr.Discard()))
	if _, err := r.engine.Run(); err != nil {
		log.Fatal(err)
	}

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
		done := reconciliation{Trigger: trigger, Changes: map[string]string{}}
		if err := r.reconcile(context.Background(), &done); err != nil {
			done.Error = err.Error()
		}
		if err := json.NewEncoder(os.Stdout).Encode(done); err != nil {
			log.Fatal(err)
		}
	}
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

func (r *reconciler) reconcile(ctx context.Context, done *reconciliation) error {
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
		return strings.HasPrefix(id, wanted.id()+":")
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

func nameOf(kind, name string) string { return kind + "/" + name }

// Of `service/shop-active configured`, as kubectl says it.
func lastWord(message string) string {
	words := strings.Fields(message)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}
