// Applies what a git repository holds as Flux does: with its library, and the options that its kustomize-controller passes.
//
// https://github.com/fluxcd/kustomize-controller/blob/main/internal/controller/kustomization_controller.go
package main

import (
	"log"
	"os"

	"github.com/fluxcd/pkg/ssa"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"kubectl-bluegreen/test/gitops/loop"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	controller = "kustomize-controller"
	group      = "kustomize.toolkit.fluxcd.io"
)

type reconciler struct {
	loop.Options
	manager   *ssa.ResourceManager
	inventory []*unstructured.Unstructured
}

func main() {
	options := loop.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		log.Fatal(err)
	}
	kube, err := client.New(config, client.Options{})
	if err != nil {
		log.Fatal(err)
	}
	manager := ssa.NewResourceManager(kube, nil, ssa.Owner{Field: controller, Group: group})
	options.Run((&reconciler{Options: options, manager: manager}).reconcile)
}
