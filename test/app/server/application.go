package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// application answers every request and holds what the answers depend on.
type application struct {
	faults   *faults
	metrics  *metrics
	draining atomic.Bool
	logging  atomic.Bool // whether logEscapes runs
	ready    sync.Once
}

func newApplication() *application {
	return &application{
		faults:  &faults{},
		metrics: &metrics{counts: map[[2]string]int{}, start: time.Now()},
	}
}

// statusRecorder remembers the status of an answer for the metrics.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find the connection.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (a *application) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-App-Version", version)
	w.Header().Set("X-App-Color", color)
	w.Header().Set("X-Pod-Name", pod)
	if a.draining.Load() {
		w.Header().Set("Connection", "close")
	}
	path := r.URL.Path
	if path == "/control" {
		a.control(w, r)
		return
	}
	recorder := &statusRecorder{w, http.StatusOK}
	defer func() { a.metrics.add(path, recorder.status) }()
	if f, ok := a.faults.at(path); ok {
		misbehave(recorder, r, f, a.answer)
		return
	}
	a.answer(recorder, r)
}

func (a *application) answer(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/metrics":
		a.metrics.serve(w, r)
	case "/health/live":
		a.health(w, !a.before("live-after"))
	case "/health/ready", "/api/v1/health/ready":
		ready := !a.draining.Load() && !a.before("ready-after")
		if ready {
			a.ready.Do(a.crashAfterReady)
		}
		a.health(w, ready)
	case "/api/v1/health":
		a.health(w, true)
	default:
		writeJSON(w, http.StatusOK, map[string]any{"version": version, "color": color, "pod": pod})
	}
}

// before tells whether the time that a switch such as process=ready-after:5 names has not yet passed.
func (a *application) before(kind string) bool {
	wait, _ := a.faults.seconds("process", kind)
	return time.Since(a.metrics.start) < wait
}

func (a *application) health(w http.ResponseWriter, healthy bool) {
	status, word := http.StatusOK, "ok"
	if !healthy {
		status, word = http.StatusServiceUnavailable, "unavailable"
	}
	uptime := time.Since(a.metrics.start).Seconds()
	writeJSON(w, status, map[string]any{"status": word, "version": version, "color": color, "pod": pod, "uptime": uptime})
}

func (a *application) control(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Faults string `json:"faults"`
	}
	if r.Method == http.MethodPost {
		// Not URL.Query(): Go refuses the semicolons that separate faults.
		query, err := url.QueryUnescape(strings.TrimPrefix(r.URL.RawQuery, "faults="))
		body.Faults = query
		text, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		if err == nil && len(text) > 0 {
			err = json.Unmarshal(text, &body)
		}
		if err == nil {
			err = a.faults.parse(body.Faults)
		}
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
			return
		}
		log.Printf("faults: %q", body.Faults)
		defer a.applyProcessFaults()
	}
	a.faults.mutex.Lock()
	defer a.faults.mutex.Unlock()
	paths := map[string]string{}
	for path, f := range a.faults.byPath {
		paths[path] = f.kind + ":" + f.argument
	}
	writeJSON(w, http.StatusOK, map[string]any{"paths": paths, "process": a.faults.of["process"], "log": a.faults.of["log"]})
}

// applyProcessFaults starts what does not wait for a request.
func (a *application) applyProcessFaults() {
	if status, ok := a.faults.seconds("process", "exit"); ok {
		log.Print("exit, as told")
		os.Exit(int(status.Seconds()))
	}
	if _, ok := a.faults.seconds("log", "escapes"); ok && a.logging.CompareAndSwap(false, true) {
		go a.logEscapes()
	}
}

func (a *application) crashAfterReady() {
	if wait, ok := a.faults.seconds("process", "crash-after-ready"); ok {
		log.Printf("crash in %s, as told", wait)
		time.AfterFunc(wait, func() { log.Fatal("fatal: crash, as told") })
	}
}

func (a *application) logEscapes() {
	defer a.logging.Store(false)
	for range time.Tick(time.Second) {
		if _, ok := a.faults.seconds("log", "escapes"); !ok {
			return
		}
		log.Print(escapes)
	}
}

func writeJSON(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
