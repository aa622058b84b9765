// Applies what a git repository holds as Flux does: with its library, and the options that its kustomize-controller passes.
//
// https://github.com/fluxcd/kustomize-controller/blob/main/internal/controller/kustomization_controller.go
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"log"
	"os"
	"time"

	"github.com/fluxcd/pkg/ssa"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	controller = "kustomize-controller"
	group      = "kustomize.toolkit.fluxcd.io"
)

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
