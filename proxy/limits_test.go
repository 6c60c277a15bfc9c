package proxy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/proxy"
)

// TestRefusedRequests sends what nginx does not take.
func TestRefusedRequests(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{options: func(o *proxy.Options) { o.Clients.MaxBody = 1000 }})
	n.route(b, doc{"paths": list("/")})
	long := func(size int) string { return strings.Repeat("x", size) }
	for _, test := range []struct {
		name, request string
		status        int
		message       string
	}{
		{"request line that is just short enough", get("/" + long(8100)), 200, ""},
		{"request line that is too long", get("/" + long(8200)), 414, "URI too long"},
		{"header line that is just short enough", get("/", "X: "+long(8100)), 200, ""},
		{"header line that is too long", get("/", "X: "+long(8200)), 400, "Request header or cookie too large"},
		{
			"header that is too long",
			get("/", "A: "+long(8000), "B: "+long(8000), "C: "+long(8000), "D: "+long(8000), "E: "+long(8000)),
			400, "Request header or cookie too large",
		},
		{"no Host", "GET / HTTP/1.1\r\n\r\n", 400, "Bad request"},
		{"two Hosts", get("/", "Host: other"), 400, "Bad request"},
		{"invalid Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "Bad request"},
		{"no HTTP", "this is not HTTP\r\n\r\n", 400, "Bad request"},
		{"lower case method", "get / HTTP/1.1\r\nHost: test\r\n\r\n", 400, "Bad request"},
		{"bad escape", get("/%zz"), 400, "Bad request"},
		{"escaped NUL", get("/%00"), 400, "Bad request"},
		{"above the root", get("/../a"), 400, "Bad request"},
		{"two Content-Lengths", post("/", "abc", "Content-Length: 3"), 400, "Bad request"},
		{"length and chunks", post("/", "abc", "Transfer-Encoding: chunked"), 400, "Bad request"},
		{"unknown coding", "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "The upstream server responded with 501"},
		{"signed length", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: +3\r\n\r\nabc", 400, "Bad request"},
		{"chunks over HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "Bad request"},
		{"folded line", get("/", "A: 1", " folded"), 400, "Bad request"},
		{"bare CR", get("/", "A: 1\r2"), 400, "Bad request"},
		{"NUL in a value", get("/", "A: 1\x002"), 400, "Bad request"},
		{"blank in a name", get("/", "A : 1"), 400, "Bad request"},
		{"TRACE", "TRACE / HTTP/1.1\r\nHost: test\r\n\r\n", 405, "Method not allowed"},
		{"CONNECT", "CONNECT test:443 HTTP/1.1\r\nHost: test\r\n\r\n", 405, "Method not allowed"},
		{"HTTP/2 without TLS", "GET / HTTP/2.0\r\nHost: test\r\n\r\n", 505, "The upstream server responded with 505"},
		{"body that is just short enough", post("/", long(1000)), 200, ""},
		{"body that is too long", post("/", long(1001)), 413, "Payload too large"},
		{
			"chunked body that is too long", "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + long(1001) +
				"\r\n0\r\n\r\n", 413, "Payload too large",
		},
		{"invalid chunk", "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400, "Bad request"},
		{"escaped line end", get("/a%0d%0aX:%201"), 200, ""},
		{"blank lines in front", "\r\n\r\n" + get("/"), 200, ""},
		{"lines that end in LF only", "GET / HTTP/1.1\nHost: test\n\n", 200, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			b.requests()
			s := connect(t, n.plain)
			s.send(t, test.request)
			got, err := s.tryResponse("GET")
			if err != nil {
				t.Fatal(err)
			}
			if got.status != test.status {
				t.Errorf("got %s, want %d", got.line, test.status)
			}
			if test.status == 200 {
				return
			}
			id, _ := got.value("X-Kong-Request-Id")
			if want := test.message + "\nrequest_id: " + id + "\n"; got.body != want {
				t.Errorf("got body %q, want %q", got.body, want)
			}
			if connection, _ := got.value("Connection"); connection != "close" {
				t.Errorf("the connection is kept after an invalid request")
			}
			if seen := b.requests(); len(seen) > 0 {
				t.Errorf("the upstream server got %q", seen)
			}
		})
	}
}

// TestClientTimeouts has clients that are too slow.
func TestClientTimeouts(t *testing.T) {
	b := startBackend(t, nil)
	const short = 50 * time.Millisecond
	impatient := start(t, config{options: func(o *proxy.Options) { o.Clients.HeaderTimeout = short }})
	patient := start(t, config{options: func(o *proxy.Options) { o.Clients.BodyTimeout, o.Clients.IdleTimeout = short, short }})
	impatient.route(b, doc{"paths": list("/")})
	patient.route(b, doc{"paths": list("/")})
	for name, request := range map[string]string{
		"nothing": "", "part of a head": "GET / HTTP/1.1\r\nHo", "part of a body": "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\na",
		"part of a chunked body": "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n9\r\na",
	} {
		t.Run(name, func(t *testing.T) {
			n := impatient
			if strings.Contains(name, "body") {
				n = patient
			}
			s := connect(t, n.plain)
			s.send(t, request)
			if !s.closed() {
				t.Error("got an answer")
			}
		})
	}
	t.Run("idle", func(t *testing.T) {
		s := connect(t, patient.plain)
		s.ask(t, get("/"))
		if !s.closed() {
			t.Error("got an answer without a request")
		}
	})
}

// TestKeepaliveRequests closes connections that have carried as many requests as they may.
func TestKeepaliveRequests(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{options: func(o *proxy.Options) { o.Clients.MaxRequests = 2 }})
	n.route(b, doc{"paths": list("/")})
	s := connect(t, n.plain)
	for i, want := range []string{"keep-alive", "close"} {
		if got, _ := s.ask(t, get("/")).value("Connection"); got != want {
			t.Errorf("request %d: got Connection %q, want %q", i+1, got, want)
		}
	}
	if !s.closed() {
		t.Error("the connection is still open")
	}
}
