// Applies what a git repository holds as Argo CD does: with its engine, and the options that its controller passes.
//
// https://github.com/argoproj/argo-cd/blob/master/controller/sync.go
package main

import (
	"flag"
	"log"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/engine"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"kubectl-bluegreen/test/gitops/loop"
)

const manager = "argocd-controller"

type reconciler struct {
	loop.Options
	tracking tracking
	cluster  cache.ClusterCache
	engine   engine.GitOpsEngine
	// The revision of the last sync: without selfHeal it is not synced again. A revision that needed no sync does not count.
	synced string
}

func main() {
	byLabel := flag.Bool("track-by-label", false, "know objects by a label, as Argo CD did before 3.0")
	r := &reconciler{Options: loop.Parse()}
	r.tracking.byLabel = *byLabel
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		log.Fatal(err)
	}
	config.QPS, config.Burst = 50, 100
	wanted, err := r.application()
	if err != nil {
		log.Fatal(err)
	}
	isTracked := func(object *unstructured.Unstructured, _ bool) (any, bool) {
		id, found := r.tracking.idOf(object)
		return id, found
	}
	r.cluster = cache.NewClusterCache(config, cache.SetLogr(logr.Discard()),
		cache.SetNamespaces([]string{wanted.namespace()}), cache.SetPopulateResourceInfoHandler(isTracked))
	r.engine = engine.NewEngine(config, r.cluster, engine.WithLogr(logr.Discard()))
	if _, err := r.engine.Run(); err != nil {
		log.Fatal(err)
	}
	r.Run(r.reconcile)
}
