// Command server stands in for the HTTP service engine-ops: healthy unless told otherwise.
//
// Paths: /api/v1/health, /api/v1/health/ready, /health/live, /health/ready, /metrics, /control; any other one answers
// who serves it. Environment: PORT (3000), MORE_PORTS (separated by commas), LISTEN (the address to listen on, all of them
// by default), APP_VERSION, DEPLOYMENT_VERSION (the color), FAULTS.
//
// FAULTS is a list of TARGET=KIND[:ARGUMENT], separated by spaces or semicolons. The exact path `*` is any path.
//
//	/path=status:503         answer this status (500)
//	/path=hang               never answer
//	/path=flap:3:503         answer this status (500) to every third request, the others normally
//	/path=delay:2000         answer normally after so many milliseconds (1000)
//	/path=huge:10000000000   answer so many bytes; without a number, without an end
//	/path=slow:200           answer a byte at a time, so many milliseconds apart (1000)
//	/path=redirect:/other    redirect there (/)
//	/path=escapes            answer terminal escape sequences
//	/path=close              close the connection without an answer
//	process=exit:1           exit at once with this status
//	process=listen-after:5   listen after so many seconds
//	process=live-after:5     answer 503 on the liveness path for so many seconds
//	process=ready-after:5    answer 503 on the readiness paths for so many seconds
//	process=crash-after-ready:3   exit with status 1 so many seconds after readiness was first answered with 200
//	process=ignore-term      ignore SIGTERM
//	log=escapes              log terminal escape sequences every second
//
// The same list replaces the current one at run time, an empty one ends all faults:
//
//	curl -X POST 'http://POD:3000/control?faults=/api/v1/health=status:500'
//	curl -X POST http://POD:3000/control -d '{"faults": "/health/ready=flap:2;log=escapes"}'
//	curl http://POD:3000/control
package main

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

var (
	version = environment("APP_VERSION", "v0.0.0")
	color   = environment("DEPLOYMENT_VERSION", "none")
	pod, _  = os.Hostname()
)

// How long new requests are still served after SIGTERM: until every kube-proxy has taken this Pod out, which preStop's
// sleep has mostly waited for.
const drain = time.Second

func main() {
	log.SetFlags(log.LstdFlags | log.Lmicroseconds | log.LUTC)
	app := newApplication()
	if err := app.faults.parse(os.Getenv("FAULTS")); err != nil {
		log.Fatal(err)
	}
	app.applyProcessFaults()
	if wait, ok := app.faults.seconds("process", "listen-after"); ok {
		log.Printf("listening in %s", wait)
		time.Sleep(wait)
	}
	server := &http.Server{Handler: app, ReadHeaderTimeout: 10 * time.Second}
	for _, port := range strings.FieldsFunc(os.Getenv("MORE_PORTS"), func(r rune) bool { return r == ',' }) {
		go server.Serve(listen(port))
	}
	listener := listen(environment("PORT", "3000"))
	log.Printf("engine-ops %s (%s) listens on %s", version, color, listener.Addr())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		app.awaitTermination()
		server.SetKeepAlivesEnabled(false)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			log.Printf("requests still open after 10 s: %v", err)
		}
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	<-ended
	log.Print("ended")
}

func listen(port string) net.Listener {
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("LISTEN"), port))
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

// awaitTermination returns when no request should come any more: a while after SIGTERM, during which readiness is 503,
// all others are served, and keep-alive connections are closed after their next answer.
func (a *application) awaitTermination() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	for received := range signals {
		if _, ignore := a.faults.seconds("process", "ignore-term"); ignore {
			log.Printf("%s ignored", received)
			continue
		}
		log.Printf("%s: draining", received)
		a.draining.Store(true)
		time.Sleep(drain)
		return
	}
}

func environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
