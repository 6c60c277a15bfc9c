package upstream_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// patience bounds what is waited for in tests and never reached when all is well.
const patience = 30 * time.Second

var relaxed = upstream.Timeouts{Connect: patience, Write: patience, Read: patience}

// server is a TCP server that treats each connection as a function says.
type server struct {
	ln       *net.TCPListener
	accepted atomic.Int32

	mu      sync.Mutex
	open    map[*net.TCPConn]bool
	stopped bool
	handled sync.WaitGroup
}

// serve starts a server that is stopped when the test ends. handle may leave the connection open: that is up to closing.
func serve(t testing.TB, handle func(c *net.TCPConn)) *server {
	t.Helper()
	ln, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	s := &server{ln: ln, open: make(map[*net.TCPConn]bool)}
	s.handled.Go(func() {
		for {
			c, err := ln.AcceptTCP()
			if err != nil {
				return
			}
			s.accepted.Add(1)
			s.mu.Lock()
			s.open[c] = true
			if s.stopped {
				c.Close()
			}
			s.mu.Unlock()
			s.handled.Go(func() {
				handle(c)
				c.Close()
				s.mu.Lock()
				delete(s.open, c)
				s.mu.Unlock()
			})
		}
	})
	t.Cleanup(s.stop)
	return s
}

func (s *server) stop() {
	s.ln.Close()
	s.mu.Lock()
	s.stopped = true
	for c := range s.open {
		c.Close()
	}
	s.mu.Unlock()
	s.handled.Wait()
}

func (s *server) addr() netip.AddrPort { return s.ln.Addr().(*net.TCPAddr).AddrPort() }

// connections returns how many connections are open on the side of the server.
func (s *server) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// answering makes a handler that gives the answers in turn, one for each request, and then waits for the connection to
// be closed.
func answering(answers ...string) func(c *net.TCPConn) {
	return func(c *net.TCPConn) {
		r := bufio.NewReader(c)
		for _, answer := range answers {
			if _, err := readRequest(r); err != nil {
				return
			}
			io.WriteString(c, answer)
		}
		io.Copy(io.Discard, r)
	}
}

// closingAfter makes a handler that reads one request, sends answer and closes the connection, with a reset if so told.
func closingAfter(answer string, reset bool) func(c *net.TCPConn) {
	return func(c *net.TCPConn) {
		readRequest(bufio.NewReader(c))
		io.WriteString(c, answer)
		if reset {
			c.SetLinger(0)
		}
	}
}

// received is a request as a server saw it.
type received struct {
	*http.Request
	body []byte
}

func readRequest(r *bufio.Reader) (*received, error) {
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(req.Body)
	return &received{req, body}, err
}

func newPool(t testing.TB, o upstream.Options) *upstream.Pool {
	t.Helper()
	p := upstream.NewPool(o)
	t.Cleanup(p.Close)
	return p
}

// keepAlive are options that keep connections for longer than any test takes.
var keepAlive = upstream.Options{PoolSize: 16, IdleTimeout: time.Hour}

func get() *upstream.Request {
	return &upstream.Request{Head: []byte("GET /some/path HTTP/1.1\r\nHost: server\r\n\r\n"), Timeouts: relaxed}
}

func post(body string) *upstream.Request {
	return &upstream.Request{
		Head:     fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: server\r\nContent-Length: %d\r\n\r\n", len(body)),
		Body:     []byte(body),
		Timeouts: relaxed,
	}
}

// ok is a plain answer.
func ok(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// fetch carries out an exchange and reads the body.
func fetch(t testing.TB, peer *upstream.Peer, req *upstream.Request) (status int, body string) {
	t.Helper()
	resp, err := peer.RoundTrip(req)
	if err != nil {
		t.Fatalf("RoundTrip: %v", err)
	}
	b, err := io.ReadAll(resp)
	if err != nil {
		t.Fatalf("reading the body: %v", err)
	}
	status = resp.StatusCode()
	resp.Release()
	return status, string(b)
}

// failure asserts that err is an *upstream.Error of an operation.
func failure(t testing.TB, err error, op upstream.Op) *upstream.Error {
	t.Helper()
	var e *upstream.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want an *Error of %q", err, op)
	}
	if e.Op != op {
		t.Fatalf("got error %q (%v), want %q", e.Op, e, op)
	}
	return e
}

// tcpPair returns the two ends of a TCP connection, which are closed when the test ends.
func tcpPair(t testing.TB) (near, far *net.TCPConn) {
	t.Helper()
	ln, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	near, err = net.DialTCP("tcp", nil, ln.Addr().(*net.TCPAddr))
	if err != nil {
		t.Fatal(err)
	}
	far, err = ln.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	return near, far
}

// pattern returns n bytes, at most 16 MiB, in which no two places look alike. They must not be changed.
func pattern(n int) []byte { return randomBytes()[:n:n] }

var randomBytes = sync.OnceValue(func() []byte {
	b := make([]byte, 16<<20)
	rand.NewChaCha8([32]byte{}).Read(b)
	return b
})

// sameBytes compares without printing megabytes.
func sameBytes(t testing.TB, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	t.Fatalf("got %d bytes, want %d; they differ from byte %d on", len(got), len(want), at)
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("did not happen: %s", what)
		}
	}
}

// watchDescriptors makes a test fail that leaves file descriptors open. To be called before anything else, so that its
// check comes last.
func watchDescriptors(t testing.TB) {
	t.Helper()
	tcpPair(t) // the poller's own descriptors are there from now on
	before := descriptors(t)
	t.Cleanup(func() {
		eventually(t, "closing of all file descriptors", func() bool { return descriptors(t) <= before })
	})
}

// descriptors counts the open sockets and pipes.
func descriptors(t testing.TB) (n int) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		target, _ := os.Readlink("/proc/self/fd/" + e.Name())
		if strings.HasPrefix(target, "socket:") || strings.HasPrefix(target, "pipe:") {
			n++
		}
	}
	return n
}

// socketError tells whether the other side has closed or reset a connection, without reading from it.
func socketError(raw syscall.RawConn) bool {
	gone := true
	raw.Control(func(fd uintptr) {
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
		n, err := unix.Poll(poll, 0)
		gone = n > 0 || err != nil && err != unix.EINTR
	})
	return gone
}
