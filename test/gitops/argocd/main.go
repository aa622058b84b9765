// Applies what a git repository holds as Argo CD does: with its engine, and the options that its controller passes.
//
// https://github.com/argoproj/argo-cd/blob/master/controller/sync.go
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"log"
	"os"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/engine"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	manager  = "argocd-controller"
	tracking = "argocd.argoproj.io/tracking-id"
)

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
