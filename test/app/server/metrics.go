package main

import (
	"fmt"
	"net/http"
	"sort"
	"sync"
	"time"
)

// metrics counts answered requests by path and status, for Prometheus.
type metrics struct {
	mutex  sync.Mutex
	counts map[[2]string]int
	start  time.Time
}

func (m *metrics) add(path string, status int) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.counts[[2]string{path, fmt.Sprint(status)}]++
}

func (m *metrics) serve(w http.ResponseWriter, _ *http.Request) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	fmt.Fprintln(w, "# HELP http_requests_total Answered HTTP requests.")
	fmt.Fprintln(w, "# TYPE http_requests_total counter")
	lines := []string{}
	for key, count := range m.counts {
		lines = append(lines, fmt.Sprintf("http_requests_total{version=%q,color=%q,path=%q,code=%q} %d", version, color, key[0], key[1], count))
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w, "# HELP process_start_time_seconds Start time of the process since the Unix epoch.")
	fmt.Fprintln(w, "# TYPE process_start_time_seconds gauge")
	fmt.Fprintf(w, "process_start_time_seconds %.3f\n", float64(m.start.UnixMilli())/1000)
	fmt.Fprintln(w, "# HELP app_info The version and the color that answer.")
	fmt.Fprintln(w, "# TYPE app_info gauge")
	fmt.Fprintf(w, "app_info{version=%q,color=%q} 1\n", version, color)
}
