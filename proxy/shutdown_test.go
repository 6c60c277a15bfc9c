package proxy_test

import (
	"net"
	"testing"
	"time"
)

// TestShutdown lets requests come to their end, and nobody in.
func TestShutdown(t *testing.T) {
	arrived, goOn := make(chan struct{}), make(chan struct{})
	b := startBackend(t, func(received) string { close(arrived); <-goOn; return plainAnswer })
	n := start(t, config{})
	n.route(b, doc{"paths": list("/busy")})
	idle, busy := connect(t, n.plain), connect(t, n.plain)
	idle.ask(t, get("/none"))
	busy.send(t, get("/busy"))
	<-arrived
	ended := make(chan error, 1)
	go func() { ended <- n.shutdown(time.Minute) }()
	if !idle.closed() {
		t.Error("an idle connection got bytes")
	}
	waitFor(t, "the sockets to be closed", func() bool {
		conn, err := net.DialTimeout("tcp", n.plain, time.Minute)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
	select {
	case err := <-ended:
		t.Fatalf("shut down while a request is going on: %v", err)
	default:
	}
	close(goOn)
	got := busy.response(t, "GET")
	if connection, _ := got.value("Connection"); got.body != "ok" || connection != "close" {
		t.Errorf("got %s %q, Connection: %s", got.line, got.body, connection)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
