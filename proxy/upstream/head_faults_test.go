package upstream_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// TestServerStopsWithinHead has the server close, reset or stall at every byte of a head, on connections that are new
// and on such that were used before.
func TestServerStopsWithinHead(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\n"
	for _, how := range []string{"close", "reset", "stall"} {
		for _, reused := range []bool{false, true} {
			for cut := range len(head) {
				t.Run(fmt.Sprintf("%s/reused=%v/%d", how, reused, cut), func(t *testing.T) {
					watchDescriptors(t)
					s := serve(t, func(c *net.TCPConn) {
						r := bufio.NewReader(c)
						if reused {
							readRequest(r)
							io.WriteString(c, ok("first"))
						}
						readRequest(r)
						io.WriteString(c, head[:cut])
						switch how {
						case "reset":
							c.SetLinger(0)
						case "stall":
							io.Copy(io.Discard, r)
						}
					})
					peer := newPool(t, keepAlive).Peer(s.addr(), nil)
					if reused {
						fetch(t, peer, get())
					}
					req := post("x")
					if how == "stall" {
						req.Timeouts.Read = 10 * time.Millisecond
					}
					_, err := peer.RoundTrip(req)
					e := failure(t, err, upstream.OpRead)
					if e.Timeout() != (how == "stall") || e.Reused != reused || !e.Sent() || e.ClientFault() {
						t.Errorf("wrong circumstances: %+v", e)
					}
					if e.Received && cut == 0 || !e.Received && cut > 0 && how == "close" {
						t.Errorf("received is %v", e.Received)
					}
					if n := s.accepted.Load(); n != 1 {
						t.Errorf("made %d connections, want 1: a POST that was sent must not be repeated", n)
					}
					if peer.Idle() != 0 {
						t.Error("the connection was kept")
					}
				})
			}
		}
	}
}

func TestConnectTimeout(t *testing.T) {
	o := keepAlive
	o.Dial = func(ctx context.Context, _ netip.AddrPort) (*net.TCPConn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	req := get()
	req.Timeouts.Connect = 20 * time.Millisecond
	_, err := newPool(t, o).Peer(netip.MustParseAddrPort("192.0.2.1:80"), nil).RoundTrip(req)
	if e := failure(t, err, upstream.OpConnect); !e.Timeout() || e.Sent() {
		t.Errorf("wrong circumstances: %+v", e)
	}
}

// TestCloseDuringConnect: closing a pool gives up connections that are being made.
func TestCloseDuringConnect(t *testing.T) {
	dialing := make(chan bool)
	o := keepAlive
	o.Dial = func(ctx context.Context, _ netip.AddrPort) (*net.TCPConn, error) {
		dialing <- true
		<-ctx.Done()
		return nil, ctx.Err()
	}
	pool := upstream.NewPool(o)
	failed := make(chan error)
	go func() {
		_, err := pool.Peer(netip.MustParseAddrPort("192.0.2.1:80"), nil).RoundTrip(get())
		failed <- err
	}()
	<-dialing
	pool.Close()
	if e := failure(t, <-failed, upstream.OpConnect); e.Timeout() {
		t.Errorf("wrong circumstances: %+v", e)
	}
}

// TestTimeoutsDiffer: the deadline of one request does not cut short, or prolong, another one on the same connection.
func TestTimeoutsDiffer(t *testing.T) {
	t.Parallel()
	delay := make(chan time.Duration, 1)
	s := serve(t, func(c *net.TCPConn) {
		r := bufio.NewReader(c)
		for {
			if _, err := readRequest(r); err != nil {
				return
			}
			time.Sleep(<-delay)
			io.WriteString(c, ok(""))
		}
	})
	peer := newPool(t, keepAlive).Peer(s.addr(), nil)
	request := func(timeout, takes time.Duration) error {
		delay <- takes
		req := get()
		req.Timeouts.Read = timeout
		resp, err := peer.RoundTrip(req)
		if err == nil {
			resp.Release()
		}
		return err
	}
	for _, long := range []time.Duration{patience, 0} {
		if err := request(time.Second, 0); err != nil {
			t.Fatal(err)
		}
		// The deadline of the request before passes while this one waits.
		if err := request(long, 1200*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	err := request(50*time.Millisecond, time.Second)
	if e := failure(t, err, upstream.OpRead); !e.Timeout() || !e.Reused {
		t.Errorf("wrong circumstances: %+v", e)
	}
	if n := s.accepted.Load(); n != 1 {
		t.Errorf("made %d connections, want 1", n)
	}
}
