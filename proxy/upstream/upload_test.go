package upstream_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// digesting answers every request with a digest of its body and its framing.
func digesting(c *net.TCPConn) {
	r := bufio.NewReader(c)
	for {
		req, err := readRequest(r)
		if err != nil {
			return
		}
		io.WriteString(c, ok(digest(req.body, len(req.TransferEncoding) > 0)))
	}
}

func digest(body []byte, chunked bool) string {
	return fmt.Sprintf("%d %x chunked=%v", len(body), sha256.Sum256(body), chunked)
}

// posting makes a request with a body of which only early is in memory. length is that of all of it, or Chunked.
func posting(early []byte, length int64, rest upstream.Source) *upstream.Request {
	framing := "Transfer-Encoding: chunked"
	if length != upstream.Chunked {
		framing = fmt.Sprintf("Content-Length: %d", length)
		rest.Length = length - int64(len(early))
	} else {
		rest.Length = upstream.Chunked
	}
	return &upstream.Request{
		Head:     []byte("POST / HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n"),
		Body:     early,
		Rest:     rest,
		Timeouts: relaxed,
	}
}

// uploads are the ways to hand a body to RoundTrip.
var uploads = []struct {
	name    string
	chunked bool
	splices bool
	make    func(t *testing.T, body []byte) *upstream.Request
}{
	{"in memory", false, false, func(t *testing.T, body []byte) *upstream.Request {
		return posting(body, int64(len(body)), upstream.Source{})
	}},
	{"in memory, to be chunked", true, false, func(t *testing.T, body []byte) *upstream.Request {
		return posting(body, upstream.Chunked, upstream.Source{Reader: strings.NewReader("")})
	}},
	{"reader", false, false, func(t *testing.T, body []byte) *upstream.Request {
		return posting(nil, int64(len(body)), upstream.Source{Reader: bytes.NewReader(body)})
	}},
	{"reader after memory", false, false, func(t *testing.T, body []byte) *upstream.Request {
		return posting(body[:len(body)/3], int64(len(body)), upstream.Source{Reader: iotest.HalfReader(bytes.NewReader(body[len(body)/3:]))})
	}},
	{"chunked reader", true, false, func(t *testing.T, body []byte) *upstream.Request {
		return posting(nil, upstream.Chunked, upstream.Source{Reader: iotest.DataErrReader(bytes.NewReader(body))})
	}},
	{"chunked reader after memory", true, false, func(t *testing.T, body []byte) *upstream.Request {
		return posting(body[:len(body)/3], upstream.Chunked, upstream.Source{Reader: bytes.NewReader(body[len(body)/3:])})
	}},
	{"connection", false, true, func(t *testing.T, body []byte) *upstream.Request {
		return posting(nil, int64(len(body)), fromConnection(t, body))
	}},
	{"connection after memory", false, true, func(t *testing.T, body []byte) *upstream.Request {
		early := min(len(body), 3000)
		return posting(body[:early], int64(len(body)), fromConnection(t, body[early:]))
	}},
}

// fromConnection is a client that sends what is left of a body and then waits.
func fromConnection(t *testing.T, body []byte) upstream.Source {
	near, far := tcpPair(t)
	go far.Write(body)
	return upstream.Source{Conn: near, Timeout: patience}
}

func TestUploads(t *testing.T) {
	for _, upload := range uploads {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s/%d", upload.name, size), func(t *testing.T) {
				watchDescriptors(t)
				body := pattern(size)
				pool := newPool(t, keepAlive)
				peer := pool.Peer(serve(t, digesting).addr(), nil)
				for range 2 {
					resp, err := peer.RoundTrip(upload.make(t, body))
					if err != nil {
						t.Fatal(err)
					}
					if got, want := readAll(t, resp), digest(body, upload.chunked); got != want {
						t.Fatalf("the server got %s, want %s", got, want)
					}
					if !resp.Release() {
						t.Error("the request counts as not sent")
					}
				}
				if peer.Idle() != 1 {
					t.Error("the connection was not kept")
				}
				stats := pool.Stats()
				if n := stats.RequestSpliced + stats.RequestCopied; n != int64(2*size) {
					t.Errorf("counted %d bytes, want %d", n, 2*size)
				}
				if must := int64(2 * (size - upstream.ExchangeBuffer - 3000)); upload.splices && stats.RequestSpliced < must {
					t.Errorf("spliced %d bytes, want at least %d", stats.RequestSpliced, must)
				}
				if !upload.splices && stats.RequestSpliced != 0 {
					t.Errorf("spliced %d bytes", stats.RequestSpliced)
				}
			})
		}
	}
}

func readAll(t *testing.T, resp *upstream.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestUploadSpliceRefused(t *testing.T) {
	pool := newPool(t, keepAlive)
	pool.RefuseSplice()
	peer := pool.Peer(serve(t, digesting).addr(), nil)
	body := pattern(1 << 20)
	_, got := fetch(t, peer, posting(nil, int64(len(body)), fromConnection(t, body)))
	if want := digest(body, false); got != want {
		t.Fatalf("the server got %s, want %s", got, want)
	}
	if n := pool.Stats().RequestSpliced; n != 0 {
		t.Errorf("spliced %d bytes", n)
	}
}

// TestEarlyResponse: a server that answers without reading the body, and keeps the connection open, is heard at once.
func TestEarlyResponse(t *testing.T) {
	const answer = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig"
	body := pattern(16 << 20)
	waiting := func(t *testing.T) net.Conn {
		near, far := tcpPair(t)
		far.Write(body[:1000])
		return near
	}
	tests := []struct {
		name string
		make func(t *testing.T) *upstream.Request
	}{
		{"all in memory", func(t *testing.T) *upstream.Request {
			return posting(body, int64(len(body)), upstream.Source{})
		}},
		{"reader that never waits", func(t *testing.T) *upstream.Request {
			return posting(nil, int64(len(body)), upstream.Source{Reader: bytes.NewReader(body)})
		}},
		{"reader of a client that waits", func(t *testing.T) *upstream.Request {
			client := waiting(t)
			return posting(nil, int64(len(body)), upstream.Source{Reader: client, Conn: client, Timeout: patience})
		}},
		{"chunks of a client that waits", func(t *testing.T) *upstream.Request {
			client := waiting(t)
			return posting(nil, upstream.Chunked, upstream.Source{Reader: client, Conn: client})
		}},
		{"connection of a client that waits", func(t *testing.T) *upstream.Request {
			return posting(nil, int64(len(body)), upstream.Source{Conn: waiting(t), Timeout: patience})
		}},
		{"connection of a client that sends", func(t *testing.T) *upstream.Request {
			return posting(nil, int64(len(body)), fromConnection(t, body))
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			watchDescriptors(t)
			peer := newPool(t, keepAlive).Peer(serve(t, func(c *net.TCPConn) {
				bufio.NewReaderSize(c, 16).ReadLine()
				io.WriteString(c, answer)
				<-closedByPeer(c)
			}).addr(), nil)
			resp, err := peer.RoundTrip(test.make(t))
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode() != 413 || readAll(t, resp) != "big" {
				t.Errorf("got status %d", resp.StatusCode())
			}
			if resp.Release() {
				t.Error("the request counts as sent")
			}
			if peer.Idle() != 0 {
				t.Error("the connection was kept")
			}
		})
	}
}

// closedByPeer is closed when a write to the connection fails, without reading from it.
func closedByPeer(c *net.TCPConn) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if _, err := c.Write(nil); err != nil {
				return
			}
			raw, err := c.SyscallConn()
			if err != nil || socketError(raw) {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	return done
}

// TestEcho: a server that sends back what it reads while it reads it, with bodies that no buffers could hold.
func TestEcho(t *testing.T) {
	watchDescriptors(t)
	body := pattern(16 << 20)
	for _, splice := range []bool{true, false} {
		t.Run(fmt.Sprintf("splice=%v", splice), func(t *testing.T) {
			peer := newPool(t, keepAlive).Peer(serve(t, func(c *net.TCPConn) {
				r := bufio.NewReader(c)
				for range 2 {
					for line, _, err := r.ReadLine(); len(line) > 0 && err == nil; line, _, err = r.ReadLine() {
					}
					fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body))
					io.CopyN(c, r, int64(len(body)))
				}
			}).addr(), nil)
			for range 2 {
				source := fromConnection(t, body)
				if !splice {
					source.Reader = source.Conn
				}
				resp, err := peer.RoundTrip(posting(nil, int64(len(body)), source))
				if err != nil {
					t.Fatal(err)
				}
				got := throughConnection(t, func(client *net.TCPConn) error {
					_, err := resp.SendTo(client, client, patience)
					return err
				})
				sameBytes(t, got, body)
				if !resp.Release() {
					t.Error("the request counts as not sent")
				}
			}
			if peer.Idle() != 1 {
				t.Error("the connection was not kept")
			}
		})
	}
}

// TestManySmallUploads: that a response is complete an instant before the goroutine that sent the request knows it is
// done must not cost a connection.
func TestManySmallUploads(t *testing.T) {
	s := serve(t, digesting)
	peer := newPool(t, keepAlive).Peer(s.addr(), nil)
	for i := range 500 {
		body := pattern(i * 100)
		resp, err := peer.RoundTrip(posting(nil, int64(len(body)), upstream.Source{Reader: bytes.NewReader(body)}))
		if err != nil {
			t.Fatal(err)
		}
		if got := readAll(t, resp); got != digest(body, false) {
			t.Fatalf("the server got %s", got)
		}
		if !resp.Release() {
			t.Fatalf("request %d counts as not sent", i)
		}
	}
	if n := s.accepted.Load(); n != 1 {
		t.Errorf("made %d connections, want 1", n)
	}
}
