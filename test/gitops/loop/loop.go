// Package loop reconciles a git repository at an interval and on demand, and says what each reconciliation did.
package loop

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"log"
	"os"
	"time"
)

// Reconciliation is what one did, as one line of standard output: an action by object.
type Reconciliation struct {
	Revision string            `json:"revision"`
	Trigger  string            `json:"trigger"`
	Changes  map[string]string `json:"changes"`
	Error    string            `json:"error,omitempty"`
}

// Options are the flags that every program takes.
type Options struct {
	Repository Repository
	// File of the tool's own object, read anew each time.
	Source   string
	interval time.Duration
}

// Parse reads the flags.
func Parse() Options {
	log.SetFlags(0)
	var options Options
	flag.StringVar(&options.Repository.folder, "repository", "", "folder of a git repository, whose HEAD is applied")
	flag.StringVar(&options.Source, "source", "", "file of the tool's own object, read anew each time")
	flag.DurationVar(&options.interval, "interval", 0, "time between reconciliations; 0: only when a line is read")
	flag.Parse()
	return options
}

// Run reconciles for ever: a line of standard input asks for a reconciliation now, its end ends the program.
func (options Options) Run(reconcile func(context.Context, *Reconciliation) error) {
	demands := make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			demands <- struct{}{}
		}
		os.Exit(0)
	}()
	var ticks <-chan time.Time
	if options.interval > 0 {
		ticks = time.Tick(options.interval)
	}
	for {
		trigger := "demand"
		select {
		case <-demands:
		case <-ticks:
			trigger = "interval"
		}
		done := Reconciliation{Trigger: trigger, Changes: map[string]string{}}
		if err := reconcile(context.Background(), &done); err != nil {
			done.Error = err.Error()
		}
		if err := json.NewEncoder(os.Stdout).Encode(done); err != nil {
			log.Fatal(err)
		}
	}
}
