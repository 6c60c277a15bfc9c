package upstream_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// TestClientStopsWithinUpload has the client close, reset or stall at many places of its body.
func TestClientStopsWithinUpload(t *testing.T) {
	const size = 300_000
	body := pattern(size)
	for _, how := range []string{"close", "reset", "stall"} {
		for _, way := range []string{"connection", "reader", "chunked"} {
			for _, cut := range []int{0, 1, 4096, upstream.ExchangeBuffer, upstream.CopyBuffer, 256 << 10, size - 1} {
				t.Run(fmt.Sprintf("%s/%s/%d", how, way, cut), func(t *testing.T) {
					watchDescriptors(t)
					complete := make(chan bool, 1)
					peer := newPool(t, keepAlive).Peer(serve(t, func(c *net.TCPConn) {
						_, err := readRequest(bufio.NewReader(c))
						complete <- err == nil
					}).addr(), nil)
					near, far := tcpPair(t)
					go func() {
						far.Write(body[:cut])
						switch how {
						case "reset":
							far.SetLinger(0)
							far.Close()
						case "close":
							far.Close()
						}
					}()
					source := upstream.Source{Conn: near, Timeout: patience}
					if how == "stall" {
						source.Timeout = 50 * time.Millisecond
					}
					length := int64(size)
					if way != "connection" {
						source.Reader = near
					}
					if way == "chunked" {
						length = upstream.Chunked
						// The end of the connection must not be the end of the body.
						source.Reader = io.MultiReader(near, iotest.ErrReader(io.ErrUnexpectedEOF))
					}
					_, err := peer.RoundTrip(posting(nil, length, source))
					e := failure(t, err, upstream.OpReadClient)
					if e.Timeout() != (how == "stall") || !e.ClientFault() || !e.Sent() ||
						e.BodyTaken && cut == 0 || !e.BodyTaken && cut > 0 && how == "close" {
						t.Errorf("wrong circumstances: %+v", e)
					}
					if how == "close" && !errors.Is(err, io.ErrUnexpectedEOF) {
						t.Errorf("got cause %v", e.Err)
					}
					if peer.Idle() != 0 {
						t.Error("the connection was kept")
					}
					if <-complete {
						t.Error("the server took the request for complete")
					}
				})
			}
		}
	}
}

// TestServerStopsWithinUpload has the server close, reset or stall at many places of the body that it is sent.
func TestServerStopsWithinUpload(t *testing.T) {
	body := pattern(8 << 20)
	for _, how := range []string{"close", "reset", "stall"} {
		for _, upload := range uploads {
			for _, take := range []int64{0, 1, upstream.ExchangeBuffer, upstream.CopyBuffer, 1 << 20} {
				t.Run(fmt.Sprintf("%s/%s/%d", how, upload.name, take), func(t *testing.T) {
					watchDescriptors(t)
					peer := newPool(t, keepAlive).Peer(serve(t, func(c *net.TCPConn) {
						io.CopyN(io.Discard, c, take)
						switch how {
						case "reset":
							c.SetLinger(0)
						case "stall":
							<-closedByPeer(c)
						}
					}).addr(), nil)
					req := upload.make(t, body)
					if how == "stall" {
						req.Timeouts.Write = 50 * time.Millisecond
					}
					_, err := peer.RoundTrip(req)
					var e *upstream.Error
					if errors.As(err, &e) && e.Op == upstream.OpConnect && how == "reset" && take == 0 {
						return // the reset came before the connection was noticed to be there
					}
					if e == nil || e.Op != upstream.OpWrite && (e.Op != upstream.OpRead || how == "stall") {
						t.Fatalf("got error %v", err)
					}
					if e.Timeout() != (how == "stall") || e.ClientFault() || !e.Sent() || e.Received {
						t.Errorf("wrong circumstances: %+v", e)
					}
					if peer.Idle() != 0 {
						t.Error("the connection was kept")
					}
				})
			}
		}
	}
}

// TestReadTimeoutBeginsAfterUpload: while the client is sending, the server owes nothing.
func TestReadTimeoutBeginsAfterUpload(t *testing.T) {
	t.Parallel()
	near, far := tcpPair(t)
	go func() {
		for range 4 {
			time.Sleep(300 * time.Millisecond)
			far.Write([]byte("x"))
		}
	}()
	peer := newPool(t, keepAlive).Peer(serve(t, digesting).addr(), nil)
	req := posting(nil, 4, upstream.Source{Reader: near, Conn: near, Timeout: patience})
	req.Timeouts.Read = time.Second
	if _, got := fetch(t, peer, req); got != digest([]byte("xxxx"), false) {
		t.Errorf("the server got %s", got)
	}
}

func TestReadTimeoutAfterUpload(t *testing.T) {
	peer := newPool(t, keepAlive).Peer(serve(t, func(c *net.TCPConn) { io.Copy(io.Discard, c) }).addr(), nil)
	body := pattern(1 << 20)
	req := posting(nil, int64(len(body)), fromConnection(t, body))
	req.Timeouts.Read = 50 * time.Millisecond
	_, err := peer.RoundTrip(req)
	if e := failure(t, err, upstream.OpRead); !e.Timeout() || !e.Sent() || !e.BodyTaken {
		t.Errorf("wrong circumstances: %+v", e)
	}
}

// TestUploadDeadlines: no deadline is left on the client's connection, whose next request is then awaited for as long as
// the server likes.
func TestUploadDeadlines(t *testing.T) {
	t.Parallel()
	peer := newPool(t, keepAlive).Peer(serve(t, digesting).addr(), nil)
	for _, way := range []string{"connection", "reader"} {
		near, far := tcpPair(t)
		body := pattern(100_000)
		go far.Write(body)
		source := upstream.Source{Conn: near, Timeout: time.Second}
		if way == "reader" {
			source.Reader = near
		}
		fetch(t, peer, posting(nil, int64(len(body)), source))
		time.AfterFunc(1100*time.Millisecond, func() { far.Write([]byte("x")) })
		if _, err := near.Read(make([]byte, 1)); err != nil {
			t.Errorf("%s: %v", way, err)
		}
	}
}

// TestUntouchedSource: where no connection can be made nothing is taken from the client.
func TestUntouchedSource(t *testing.T) {
	s := serve(t, digesting)
	s.stop()
	pool := newPool(t, keepAlive)
	rest := strings.NewReader("body")
	req := posting(nil, 4, upstream.Source{Reader: rest})
	_, err := pool.Peer(s.addr(), nil).RoundTrip(req)
	if e := failure(t, err, upstream.OpConnect); e.BodyTaken || rest.Len() != 4 {
		t.Error("the body was touched")
	}
	peer := pool.Peer(serve(t, digesting).addr(), nil)
	if _, got := fetch(t, peer, req); got != digest([]byte("body"), false) {
		t.Errorf("the server got %s", got)
	}
}

// TestResponseBeforeReset: a server answers, stops reading and closes, which resets the connection while the body is
// being sent. The answer still arrives.
func TestResponseBeforeReset(t *testing.T) {
	watchDescriptors(t)
	peer := newPool(t, keepAlive).Peer(serve(t, func(c *net.TCPConn) {
		bufio.NewReaderSize(c, 16).ReadLine()
		io.WriteString(c, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
	}).addr(), nil)
	for range 20 {
		body := pattern(4 << 20)
		resp, err := peer.RoundTrip(posting(nil, int64(len(body)), fromConnection(t, body)))
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode() != 403 || readAll(t, resp) != "no" {
			t.Errorf("got status %d", resp.StatusCode())
		}
		resp.Release()
	}
}
