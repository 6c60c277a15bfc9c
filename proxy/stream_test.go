package proxy_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"strings"
	"testing"
	"time"
)

const large = 16 << 20

// TestLargeBodies moves 16 MiB in each direction, the kernel doing the work where it can.
func TestLargeBodies(t *testing.T) {
	content := make([]byte, large)
	_, _ = rand.Read(content)
	sum := crc32.ChecksumIEEE(content)
	b := startRaw(t, func(s *session) {
		for {
			r, err := readReceived(s.in)
			if err != nil {
				return
			}
			switch {
			case strings.HasPrefix(r.line, "GET /chunked "):
				_, _ = fmt.Fprintf(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", large, content)
			case strings.HasPrefix(r.line, "GET"):
				_, _ = fmt.Fprintf(s, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", large, content)
			default:
				answer := strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(r.body))), 10)
				_, _ = fmt.Fprintf(s, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
			}
		}
	})
	n := start(t, config{})
	n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", b.service()))})
	expected := strconv.FormatUint(uint64(sum), 10)

	t.Run("response", func(t *testing.T) {
		got := n.ask(get("/"))
		if crc32.ChecksumIEEE([]byte(got.body)) != sum {
			t.Errorf("got %s with %d bytes", got.line, len(got.body))
		}
		if spliced := n.proxy.Stats().Bodies.ResponseSpliced; spliced < large/2 {
			t.Errorf("%d bytes were spliced, want most of them", spliced)
		}
	})
	t.Run("request", func(t *testing.T) {
		if got := n.ask(post("/", string(content))); got.body != expected {
			t.Errorf("got %s %q", got.line, got.body)
		}
		if spliced := n.proxy.Stats().Bodies.RequestSpliced; spliced < large/2 {
			t.Errorf("%d bytes were spliced, want most of them", spliced)
		}
	})
	t.Run("chunked response", func(t *testing.T) {
		if got := n.ask(get("/chunked")); crc32.ChecksumIEEE([]byte(got.body)) != sum {
			t.Errorf("got %s with %d bytes", got.line, len(got.body))
		}
	})
	t.Run("chunked request through a file", func(t *testing.T) {
		request := fmt.Sprintf("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", large, content)
		if got := n.ask(request); got.body != expected {
			t.Errorf("got %s %q", got.line, got.body)
		}
	})
	t.Run("over TLS", func(t *testing.T) {
		s, _ := n.secure("large.test")
		if got := s.ask(t, post("/", string(content))); got.body != expected {
			t.Errorf("request: got %s %q", got.line, got.body)
		}
		if got := s.ask(t, get("/")); crc32.ChecksumIEEE([]byte(got.body)) != sum {
			t.Errorf("response: got %s with %d bytes", got.line, len(got.body))
		}
	})
}

// TestSlowBodies has each byte that arrives passed on before the next one is sent.
func TestSlowBodies(t *testing.T) {
	uploaded := make(chan byte)
	downloads := map[string]chan string{"/length": make(chan string), "/chunked": make(chan string)}
	b := startRaw(t, func(s *session) {
		head, err := readHead(s.in)
		if err != nil {
			return
		}
		switch path := strings.Fields(head[0])[1]; path {
		case "/upload":
			for range 5 {
				c, err := s.in.ReadByte()
				if err != nil {
					return
				}
				uploaded <- c
			}
			_, _ = io.WriteString(s, plainAnswer)
		case "/chunked":
			_, _ = io.WriteString(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			for piece := range downloads[path] {
				_, _ = fmt.Fprintf(s, "%x\r\n%s\r\n", len(piece), piece)
			}
			_, _ = io.WriteString(s, "0\r\n\r\n")
		default:
			_, _ = io.WriteString(s, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
			for piece := range downloads[path] {
				_, _ = io.WriteString(s, piece)
			}
		}
	})
	n := start(t, config{})
	n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", b.service()))})

	t.Run("request", func(t *testing.T) {
		s := connect(t, n.plain)
		s.send(t, "POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\n")
		for _, c := range []byte("abcde") {
			s.send(t, string(c))
			if got := <-uploaded; got != c {
				t.Fatalf("sent %c, the server got %c", c, got)
			}
		}
		if got := s.response(t, "POST"); got.status != 200 {
			t.Errorf("got %s", got.line)
		}
	})
	for path, pieces := range downloads {
		t.Run("response of "+path, func(t *testing.T) {
			defer close(pieces)
			s := connect(t, n.plain)
			s.send(t, get(path))
			pieces <- "a"
			if head, err := readHead(s.in); err != nil || !strings.HasPrefix(head[0], "HTTP/1.1 200") {
				t.Fatal(head, err)
			}
			var body io.Reader = s.in
			if path == "/chunked" {
				body = httputil.NewChunkedReader(s.in)
			}
			got := make([]byte, 1)
			for _, next := range []string{"b", "c", "d", "e", ""} {
				if _, err := io.ReadFull(body, got); err != nil {
					t.Fatal(err)
				}
				if next != "" {
					pieces <- next
				}
			}
			if string(got) != "e" {
				t.Errorf("the last byte is %q", got)
			}
		})
	}
}

// TestEarlyAnswer has the server answer before it has read the request, and go on reading or not.
func TestEarlyAnswer(t *testing.T) {
	for name, then := range map[string]func(*session){
		"server reads on":          func(s *session) { _, _ = io.Copy(io.Discard, s.in) },
		"server closes at once":    func(*session) {},
		"server resets in no time": func(s *session) { _ = s.Conn.(*net.TCPConn).SetLinger(0) },
		"server stops reading":     func(s *session) { time.Sleep(50 * time.Millisecond) },
	} {
		t.Run(name, func(t *testing.T) {
			b := startRaw(t, func(s *session) {
				if _, err := readHead(s.in); err == nil {
					_, _ = io.WriteString(s, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
					time.Sleep(20 * time.Millisecond)
					then(s)
				}
			})
			n := start(t, config{})
			n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", b.service()))})
			s := connect(t, n.plain)
			sent := make(chan struct{})
			go func() { defer close(sent); _, _ = io.Copy(s, strings.NewReader(post("/", strings.Repeat("x", large)))) }()
			if got := s.response(t, "POST"); got.status != 413 {
				t.Errorf("got %s", got.line)
			}
			_ = s.Close()
			<-sent
		})
	}
}

// TestBrokenResponses has servers break off in all places; the client never takes for whole what is not.
func TestBrokenResponses(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		status       int // 0: no answer that is whole
	}{
		{"within the head", "HTTP/1.1 200 OK\r\nX: ", 502},
		{"after the head", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 0},
		{"within the body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", 0},
		{"within a large body", "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + strings.Repeat("x", 500000), 0},
		{"within a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", 0},
		{"before the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", 0},
		{"invalid chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nx\r\n", 0},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", 502},
		{"length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 502},
	} {
		for _, reset := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, reset %v", test.name, reset), func(t *testing.T) {
				t.Parallel()
				b := startRaw(t, func(s *session) {
					if _, err := readHead(s.in); err != nil {
						return
					}
					_, _ = io.WriteString(s, test.answer)
					if reset {
						time.Sleep(20 * time.Millisecond) // a reset overtakes what was not read
						_ = s.Conn.(*net.TCPConn).SetLinger(0)
					}
				})
				n := start(t, config{})
				n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", b.service()))})
				s := connect(t, n.plain)
				s.send(t, get("/"))
				got, err := s.tryResponse("GET")
				if test.status == 0 && err == nil {
					t.Errorf("got %s with %d bytes, as if that was all", got.line, len(got.body))
				}
				if test.status != 0 && (err != nil || got.status != test.status) {
					t.Errorf("got %s, %v, want %d", got.line, err, test.status)
				}
			})
		}
	}
}

// TestClientsThatGoAway leave nothing behind, wherever they were.
func TestClientsThatGoAway(t *testing.T) {
	hold := make(chan struct{})
	b := startRaw(t, func(s *session) {
		head, err := readHead(s.in)
		if err != nil {
			return
		}
		if strings.Contains(head[0], "/wait") {
			<-hold
		}
		_, _ = io.WriteString(s, "HTTP/1.1 200 OK\r\nContent-Length: "+strconv.Itoa(large)+"\r\n\r\n")
		_, _ = io.Copy(s, bytes.NewReader(make([]byte, large)))
	})
	n := start(t, config{})
	n.insert("routes", doc{"paths": list("/"), "strip_path": false, "service": ref(n.insert("services", b.service()))})
	for _, request := range []string{
		"", "GE", "GET / HTTP/1.1\r\n", get("/"), get("/wait"), "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", get("/") + get("/"),
	} {
		for _, reset := range []bool{false, true} {
			s := connect(t, n.plain)
			s.send(t, request)
			if strings.HasPrefix(request, "GET / ") && strings.HasSuffix(request, "\r\n\r\n") {
				_, _ = s.in.ReadByte()
			}
			if reset {
				_ = s.Conn.(*net.TCPConn).SetLinger(0)
			}
			_ = s.Close()
		}
	}
	close(hold)
	waitFor(t, "all connections to end", func() bool { return n.proxy.Stats().Clients.Active == 0 })
}

// waitFor waits until something has become true.
func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
