package main

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A fault is what happens instead of the normal answer, such as {"status", "500"} or {"flap", "3:503"}.
type fault struct{ kind, argument string }

// The kinds of faults a path can have, and those of the two targets that are no paths.
var kinds = map[string][]string{
	"path":    {"status", "hang", "flap", "huge", "slow", "delay", "redirect", "escapes", "close"},
	"process": {"crash-after-ready", "exit", "listen-after", "live-after", "ready-after", "ignore-term"},
	"log":     {"escapes"},
}

// faults holds the switches of this process. Requests read it while the control path replaces it.
type faults struct {
	mutex  sync.Mutex
	byPath map[string]fault
	of     map[string]map[string]string // process and log, by kind
	counts map[string]int               // requests of flapping paths
}

// parse reads "TARGET=KIND[:ARGUMENT]", separated by spaces or semicolons.
func (f *faults) parse(text string) error {
	byPath, of := map[string]fault{}, map[string]map[string]string{"process": {}, "log": {}}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("; \t\n", r) }) {
		target, what, found := strings.Cut(part, "=")
		kind, argument, _ := strings.Cut(what, ":")
		class := target
		if strings.HasPrefix(target, "/") || target == "*" {
			class = "path"
		}
		if !found || !contains(kinds[class], kind) {
			return fmt.Errorf("fault %q: want PATH=KIND[:ARGUMENT] with one of %v, process=KIND with one of %v, or log=escapes",
				part, kinds["path"], kinds["process"])
		}
		if class == "path" {
			byPath[target] = fault{kind, argument}
		} else {
			of[class][kind] = argument
		}
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.byPath, f.of, f.counts = byPath, of, map[string]int{}
	return nil
}

// at returns the fault for this request of a path; a flapping one is nothing at all on its good requests.
func (f *faults) at(path string) (fault, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	found, ok := f.byPath[path]
	if !ok {
		found, ok = f.byPath["*"]
	}
	if !ok || found.kind != "flap" {
		return found, ok
	}
	every, status, _ := strings.Cut(found.argument, ":")
	f.counts[path]++
	if f.counts[path]%max(1, number(every, 2)) != 0 {
		return fault{}, false
	}
	return fault{"status", status}, true
}

// seconds returns the argument of a switch such as process=listen-after:5; false when it is not set.
func (f *faults) seconds(target, kind string) (time.Duration, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	argument, ok := f.of[target][kind]
	value, err := strconv.ParseFloat(argument, 64)
	if err != nil {
		value = 0
	}
	return time.Duration(value * float64(time.Second)), ok
}

func number(text string, otherwise int) int {
	if value, err := strconv.Atoi(text); err == nil {
		return value
	}
	return otherwise
}

func contains(list []string, wanted string) bool {
	for _, item := range list {
		if item == wanted {
			return true
		}
	}
	return false
}
