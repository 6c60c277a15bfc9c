package proxy_test

import (
	"bufio"
	"net"
	"sync"
	"testing"
	"time"
)

// rawBackend is an upstream server that does with each connection what it is told, and then closes it.
type rawBackend struct {
	net.Listener
	serving sync.WaitGroup
}

// startRaw starts an upstream server that ends with the test. handle may not outlast a minute.
func startRaw(t testing.TB, handle func(*session)) *rawBackend {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &rawBackend{Listener: l}
	b.serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b.serving.Go(func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(time.Minute))
				handle(&session{conn, bufio.NewReader(conn)})
			})
		}
	})
	t.Cleanup(func() { l.Close(); b.serving.Wait() })
	return b
}

// service is the row of a service at the server.
func (b *rawBackend) service() doc {
	return doc{"host": "127.0.0.1", "port": int64(b.Addr().(*net.TCPAddr).Port)}
}
