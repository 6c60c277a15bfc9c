package upstream_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// numbered answers every request with the number of the connection, until the connection ends.
func numbered(t *testing.T) *server {
	var mu sync.Mutex
	next := 0
	return serve(t, func(c *net.TCPConn) {
		mu.Lock()
		number := next
		next++
		mu.Unlock()
		r := bufio.NewReader(c)
		for {
			if _, err := readRequest(r); err != nil {
				return
			}
			io.WriteString(c, ok(fmt.Sprint(number)))
		}
	})
}

func TestReuse(t *testing.T) {
	watchDescriptors(t)
	s := numbered(t)
	peer := newPool(t, keepAlive).Peer(s.addr(), nil)
	for i := range 10 {
		resp, err := peer.RoundTrip(get())
		if err != nil {
			t.Fatal(err)
		}
		if reused := resp.Reused(); reused != (i > 0) {
			t.Errorf("request %d: reused is %v", i, reused)
		}
		io.Copy(io.Discard, resp)
		resp.Release()
	}
	if n := s.accepted.Load(); n != 1 {
		t.Errorf("made %d connections, want 1", n)
	}
}

// TestUnfinishedBody: a connection whose response was not read to the end is not used again.
func TestUnfinishedBody(t *testing.T) {
	s := numbered(t)
	peer := newPool(t, keepAlive).Peer(s.addr(), nil)
	for range 2 {
		resp, err := peer.RoundTrip(get())
		if err != nil {
			t.Fatal(err)
		}
		resp.Release()
	}
	if n := s.accepted.Load(); n != 2 {
		t.Errorf("made %d connections, want 2", n)
	}
}

func TestMaxRequests(t *testing.T) {
	s := numbered(t)
	o := keepAlive
	o.MaxRequests = 3
	peer := newPool(t, o).Peer(s.addr(), nil)
	for i := range 9 {
		if _, body := fetch(t, peer, get()); body != fmt.Sprint(i/3) {
			t.Errorf("request %d used connection %s, want %d", i, body, i/3)
		}
	}
}

func TestKeepAliveOff(t *testing.T) {
	s := numbered(t)
	peer := newPool(t, upstream.Options{}).Peer(s.addr(), nil)
	for i := range 3 {
		if _, body := fetch(t, peer, get()); body != fmt.Sprint(i) {
			t.Errorf("request %d used connection %s", i, body)
		}
	}
}

// TestPoolSize ends more exchanges at a time than connections may be kept: those used last are.
func TestPoolSize(t *testing.T) {
	watchDescriptors(t)
	s := numbered(t)
	o := keepAlive
	o.PoolSize = 2
	peer := newPool(t, o).Peer(s.addr(), nil)
	var open []*upstream.Response
	for range 4 {
		resp, err := peer.RoundTrip(get())
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp)
		open = append(open, resp)
	}
	for _, resp := range open {
		resp.Release()
	}
	if n := peer.Idle(); n != 2 {
		t.Fatalf("%d connections are idle, want 2", n)
	}
	if _, body := fetch(t, peer, get()); body != "3" {
		t.Errorf("used connection %s, want the one released last", body)
	}
}

func TestIdleTimeout(t *testing.T) {
	watchDescriptors(t)
	s := numbered(t)
	o := keepAlive
	o.IdleTimeout = 20 * time.Millisecond
	peer := newPool(t, o).Peer(s.addr(), nil)
	fetch(t, peer, get())
	eventually(t, "closing of the idle connection", func() bool { return peer.Idle() == 0 })
	if _, body := fetch(t, peer, get()); body != "1" {
		t.Errorf("used connection %s, want a new one", body)
	}
}

// TestServerClosesIdle: requests never fail because the server has closed a connection in the meantime, not even those
// that must not be repeated.
func TestServerClosesIdle(t *testing.T) {
	for _, reset := range []bool{false, true} {
		t.Run(fmt.Sprintf("reset=%v", reset), func(t *testing.T) {
			watchDescriptors(t)
			s := serve(t, closingAfter(ok("only one"), reset))
			peer := newPool(t, keepAlive).Peer(s.addr(), nil)
			for range 5 {
				if status, body := fetch(t, peer, post("x")); status != 200 || body != "only one" {
					t.Fatalf("got status %d and body %q", status, body)
				}
				eventually(t, "closing of the connection by the server", func() bool { return s.connections() == 0 })
			}
		})
	}
}

// TestReaperFindsDead: a connection closed by the server is given back although nobody asks for it and it may be idle
// for longer.
func TestReaperFindsDead(t *testing.T) {
	o := keepAlive
	o.IdleTimeout = time.Hour
	s := serve(t, closingAfter(ok(""), false))
	peer := newPool(t, o).Peer(s.addr(), nil)
	fetch(t, peer, get())
	if peer.Idle() != 1 {
		t.Fatal("the connection was not kept")
	}
	eventually(t, "closing of the connection by the server", func() bool { return s.connections() == 0 })
	eventually(t, "closing of the dead connection", func() bool { peer.Reap(); return peer.Idle() == 0 })
}

// TestUninvitedBytes: what a server sends between two responses is never taken for a response.
func TestUninvitedBytes(t *testing.T) {
	watchDescriptors(t)
	uninvited := make(chan bool)
	s := serve(t, func(c *net.TCPConn) {
		r := bufio.NewReader(c)
		readRequest(r)
		io.WriteString(c, ok("invited"))
		<-uninvited
		io.WriteString(c, ok("uninvited"))
		uninvited <- true
		io.Copy(io.Discard, r)
	})
	peer := newPool(t, keepAlive).Peer(s.addr(), nil)
	for range 3 {
		if _, body := fetch(t, peer, get()); body != "invited" {
			t.Fatalf("got body %q", body)
		}
		if peer.Idle() != 1 {
			t.Fatal("the connection was not kept")
		}
		uninvited <- true
		<-uninvited
	}
	if n := s.accepted.Load(); n != 3 {
		t.Errorf("made %d connections, want 3", n)
	}
}

// TestRetiredPeer: a handle works after the pool has forgotten about it, and shares connections with its successor.
func TestRetiredPeer(t *testing.T) {
	s := numbered(t)
	pool := newPool(t, keepAlive)
	first := pool.Peer(s.addr(), nil)
	during, err := first.RoundTrip(get())
	if err != nil {
		t.Fatal(err)
	}
	first.Retire()
	if n := pool.Peers(); n != 0 {
		t.Fatalf("the pool knows %d peers, want 0", n)
	}
	io.Copy(io.Discard, during)
	during.Release()
	second := pool.Peer(s.addr(), nil)
	if first == second || second.Idle() != 1 {
		t.Fatalf("the connection went elsewhere: %d are idle", second.Idle())
	}
	for _, peer := range []*upstream.Peer{first, second} {
		if _, body := fetch(t, peer, get()); body != "0" {
			t.Errorf("used connection %s, want 0", body)
		}
	}
	second.Retire()
	if pool.Peers() != 1 {
		t.Error("a peer with an idle connection was forgotten")
	}
}

func TestPeerIdentity(t *testing.T) {
	s := numbered(t)
	pool := newPool(t, keepAlive)
	plain := pool.Peer(s.addr(), nil)
	if pool.Peer(s.addr(), nil) != plain {
		t.Error("equal arguments gave different peers")
	}
	a := pool.Peer(s.addr(), &upstream.TLS{ServerName: "a"})
	if a == plain || a == pool.Peer(s.addr(), &upstream.TLS{ServerName: "b"}) {
		t.Error("different arguments gave the same peer")
	}
	if pool.Peer(s.addr(), &upstream.TLS{ServerName: "a"}) != a {
		t.Error("equal arguments gave different peers")
	}
	if allocs := testing.AllocsPerRun(100, func() { pool.Peer(s.addr(), nil) }); allocs != 0 {
		t.Errorf("looking up a peer allocates %v times", allocs)
	}
}

// TestCloseWithOpenExchange: a connection that is in use when the pool is closed does not become idle.
func TestCloseWithOpenExchange(t *testing.T) {
	watchDescriptors(t)
	s := numbered(t)
	pool := upstream.NewPool(keepAlive)
	peer := pool.Peer(s.addr(), nil)
	fetch(t, peer, get())
	resp, err := peer.RoundTrip(get())
	if err != nil {
		t.Fatal(err)
	}
	pool.Close()
	if body, err := io.ReadAll(resp); err != nil || string(body) != "0" {
		t.Errorf("got %q and error %v", body, err)
	}
	resp.Release()
	if peer.Idle() != 0 {
		t.Error("a connection is idle in a closed pool")
	}
}

// TestConcurrent has many goroutines use one peer and checks that each gets the answer to its own request.
func TestConcurrent(t *testing.T) {
	watchDescriptors(t)
	s := serve(t, func(c *net.TCPConn) {
		r := bufio.NewReader(c)
		for i := 0; ; i++ {
			req, err := readRequest(r)
			if err != nil {
				return
			}
			io.WriteString(c, ok(req.URL.Path))
			if i%7 == 6 {
				return // without notice
			}
		}
	})
	o := keepAlive
	o.MaxRequests = 50
	peer := newPool(t, o).Peer(s.addr(), nil)
	var wait sync.WaitGroup
	for g := range 16 {
		wait.Go(func() {
			for i := range 100 {
				path := fmt.Sprintf("/%d/%d", g, i)
				req := &upstream.Request{Head: []byte("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"), Timeouts: relaxed}
				resp, err := peer.RoundTrip(req)
				if err != nil {
					var reused bool
					if e, ok := err.(*upstream.Error); ok {
						reused = e.Reused && !e.Received
					}
					if !reused {
						t.Errorf("%s: %v", path, err)
					}
					continue // the server closed just then
				}
				if body, err := io.ReadAll(resp); err != nil || string(body) != path {
					t.Errorf("got %q and error %v for %s", body, err, path)
				}
				resp.Release()
			}
		})
	}
	wait.Wait()
}
