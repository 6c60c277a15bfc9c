package quickstart

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// healthPath is what health checks ask for.
const healthPath = "/health"

// readTimeout bounds how long a client of an echo server may take over the head of a request.
const readTimeout = 10 * time.Second

// echo is a server that says its name and what it was asked.
type echo struct {
	name    string
	address string
	server  *http.Server
	serving sync.WaitGroup
}

// startEcho starts an echo server on a free port of this machine.
func startEcho(ctx context.Context, name string) (*echo, error) {
	socket, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the demonstration server %s: %w", name, err)
	}
	e := &echo{name: name, address: socket.Addr().String()}
	e.server = &http.Server{Handler: e, ReadHeaderTimeout: readTimeout}
	e.serving.Go(func() { _ = e.server.Serve(socket) }) // ends with close
	return e, nil
}

// ServeHTTP implements http.Handler.
func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == healthPath {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "%s answers %s %s\n", e.name, r.Method, r.URL.RequestURI())
}

func (e *echo) close() error {
	err := e.server.Close()
	e.serving.Wait()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return err
}
