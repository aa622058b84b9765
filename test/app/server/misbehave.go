package main

import (
	"bytes"
	"net/http"
	"time"
)

// Clears the screen, sets the window's title, rings the bell, writes over the line: none may reach a terminal.
const escapes = "\x1b[2J\x1b[31mred\x1b[0m\x1b]0;owned\a\r\x1b[1Aerased\u009b31m\u202etxt.exe"

// misbehave answers a request as its fault says, until the client leaves.
func misbehave(w http.ResponseWriter, r *http.Request, f fault, normal http.HandlerFunc) {
	switch f.kind {
	case "status":
		status := number(f.argument, http.StatusInternalServerError)
		writeJSON(w, status, map[string]any{"status": "error", "error": http.StatusText(status)})
	case "hang":
		<-r.Context().Done()
	case "delay":
		if pause(r, f.argument, 1000) {
			normal(w, r)
		}
	case "redirect":
		target := f.argument
		if target == "" {
			target = "/"
		}
		http.Redirect(w, r, target, http.StatusFound)
	case "escapes":
		w.Header().Set("Content-Type", "text/plain")
		w.Write([]byte(escapes))
	case "close":
		panic(http.ErrAbortHandler)
	case "slow":
		slow(w, r, f.argument)
	case "huge":
		huge(w, r, number(f.argument, 0))
	}
}

// slow sends a byte at a time, like the slow-loris attack does the other way round.
func slow(w http.ResponseWriter, r *http.Request, milliseconds string) {
	for _, b := range []byte(`{"status":"ok","padding":"` + string(bytes.Repeat([]byte("."), 4000)) + `"}`) {
		if _, err := w.Write([]byte{b}); err != nil || !pause(r, milliseconds, 1000) {
			return
		}
		http.NewResponseController(w).Flush()
	}
}

// huge streams a body of that many bytes, 0 for one without an end.
func huge(w http.ResponseWriter, r *http.Request, size int) {
	chunk := bytes.Repeat([]byte("x"), 1<<16)
	for sent := 0; size == 0 || sent < size; sent += len(chunk) {
		if size > 0 && size-sent < len(chunk) {
			chunk = chunk[:size-sent]
		}
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// pause returns false when the client left meanwhile.
func pause(r *http.Request, milliseconds string, otherwise int) bool {
	select {
	case <-r.Context().Done():
		return false
	case <-time.After(time.Duration(number(milliseconds, otherwise)) * time.Millisecond):
		return true
	}
}
