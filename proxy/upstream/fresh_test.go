package upstream_test

import (
	"bufio"
	"io"
	"net"
	"testing"
)

// TestFreshConnections sends requests as fast as possible to servers that end connections without having said so. A
// connection that has just been used is not looked at again, and no request may fail for that.
func TestFreshConnections(t *testing.T) {
	for name, end := range map[string]func(c *net.TCPConn, in *bufio.Reader){
		"closed": func(*net.TCPConn, *bufio.Reader) {},
		"reset": func(c *net.TCPConn, _ *bufio.Reader) {
			_ = c.SetLinger(0)
		},
		"half closed": func(c *net.TCPConn, in *bufio.Reader) {
			_ = c.CloseWrite()
			_, _ = io.Copy(io.Discard, in)
		},
	} {
		t.Run(name, func(t *testing.T) {
			peer := newPool(t, keepAlive).Peer(serve(t, func(c *net.TCPConn) {
				in := bufio.NewReader(c)
				for range 3 {
					if _, err := readRequest(in); err != nil {
						return
					}
					if _, err := io.WriteString(c, ok("yes")); err != nil {
						return
					}
				}
				end(c, in)
			}).addr(), nil)
			for n := range 60 {
				req := get()
				req.Repeatable = true
				if status, body := fetch(t, peer, req); status != 200 || body != "yes" {
					t.Fatalf("request %d: got %d %q", n, status, body)
				}
			}
		})
	}
}

// TestFreshDistrust has a request that must not be repeated find out before it is sent that its connection was closed.
func TestFreshDistrust(t *testing.T) {
	server := serve(t, closingAfter(ok("yes"), false))
	peer := newPool(t, keepAlive).Peer(server.addr(), nil)
	for n := range 20 {
		if status, body := fetch(t, peer, get()); status != 200 || body != "yes" {
			t.Fatalf("request %d: got %d %q", n, status, body)
		}
		eventually(t, "the end of the connection", func() bool { return server.connections() == 0 })
	}
}
