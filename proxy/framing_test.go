package proxy_test

import (
	"io"
	"net/http/httputil"
	"strings"
	"testing"
)

// TestResponseFraming follows bodies of every framing to clients of every kind.
func TestResponseFraming(t *testing.T) {
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"
	big := strings.Repeat("0123456789abcdef", 1<<14) // 256 KiB
	answers := map[string]string{
		"/length":  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde",
		"/big":     "HTTP/1.1 200 OK\r\nContent-Length: 262144\r\n\r\n" + big,
		"/chunked": chunked,
		"/empty":   "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"/204":     "HTTP/1.1 204 No Content\r\n\r\n",
		"/304":     "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n",
		"/head":    "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
	}
	b := startBackend(t, func(r received) string { return answers[strings.Fields(r.line)[1]] })
	n := start(t, config{})
	n.route(b, doc{"paths": list("/")})

	one := func(method, path, version string, lines ...string) string {
		return method + " " + path + " HTTP/" + version + "\r\nHost: test\r\n" + header(lines...) + "\r\n"
	}
	for _, test := range []struct {
		name, method, path, version string
		lines                       []string
		body                        string
		length, coding, connection  string // of the header; "" for none
	}{
		{"length", "GET", "/length", "1.1", nil, "abcde", "5", "", "keep-alive"},
		{"large", "GET", "/big", "1.1", nil, big, "262144", "", "keep-alive"},
		{"chunked", "GET", "/chunked", "1.1", nil, "abcde", "", "chunked", "keep-alive"},
		{"empty", "GET", "/empty", "1.1", nil, "", "0", "", "keep-alive"},
		{"204", "GET", "/204", "1.1", nil, "", "", "", "keep-alive"},
		{"304", "GET", "/304", "1.1", nil, "", "77", "", "keep-alive"},
		{"HEAD", "HEAD", "/head", "1.1", nil, "", "1000", "", "keep-alive"},
		{"length over HTTP/1.0", "GET", "/length", "1.0", nil, "abcde", "5", "", "close"},
		{"length over HTTP/1.0 with keep-alive", "GET", "/length", "1.0", []string{"Connection: keep-alive"}, "abcde", "5", "", "keep-alive"},
		{"chunked over HTTP/1.0", "GET", "/chunked", "1.0", nil, "abcde", "", "", "close"},
		{"chunked over HTTP/1.0 with keep-alive", "GET", "/chunked", "1.0", []string{"Connection: keep-alive"}, "abcde", "", "", "close"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := connect(t, n.plain)
			got := s.ask(t, one(test.method, test.path, test.version, test.lines...))
			if got.body != test.body {
				t.Errorf("got a body of %d bytes, want %d", len(got.body), len(test.body))
			}
			for name, want := range map[string]string{
				"Content-Length": test.length, "Transfer-Encoding": test.coding, "Connection": test.connection,
			} {
				if value, _ := got.value(name); value != want {
					t.Errorf("%s is %q, want %q", name, value, want)
				}
			}
			if test.connection == "close" {
				if !s.closed() {
					t.Error("the connection is still open")
				}
			} else if again := s.ask(t, get("/length")); again.body != "abcde" {
				t.Errorf("the next response is %s %q", again.line, again.body)
			}
		})
	}
}

// TestBodyUntilClose passes on a body whose end is that of the connection.
func TestBodyUntilClose(t *testing.T) {
	b := startRaw(t, func(s *session) {
		if _, err := readHead(s.in); err == nil {
			_, _ = io.WriteString(s, "HTTP/1.0 200 OK\r\n\r\nabc")
		}
	})
	n := start(t, config{})
	n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", b.service()))})
	s := connect(t, n.plain)
	for range 2 {
		got := s.ask(t, get("/"))
		if coding, _ := got.value("Transfer-Encoding"); got.body != "abc" || coding != "chunked" {
			t.Errorf("got %s %q", got.line, got.body)
		}
	}
	if got := n.ask("GET / HTTP/1.0\r\n\r\n"); got.body != "abc" {
		t.Errorf("over HTTP/1.0: got %s %q", got.line, got.body)
	}
}

// TestContinue has clients wait for 100 Continue before they send a body.
func TestContinue(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{})
	n.route(b, doc{"paths": list("/")})
	for name, framing := range map[string]struct{ line, body string }{
		"length":  {"Content-Length: 3", "abc"},
		"chunked": {"Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s := connect(t, n.plain)
			s.send(t, "POST / HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\n"+framing.line+"\r\n\r\n")
			if interim := s.response(t, "POST"); interim.status != 100 {
				t.Fatalf("got %s", interim.line)
			}
			s.send(t, framing.body)
			if got := s.response(t, "POST"); got.status != 200 {
				t.Fatalf("got %s", got.line)
			}
			r := b.only(t)
			if _, ok := r.value("Expect"); ok || r.body != "abc" {
				t.Errorf("the upstream server got %q and body %q", r.fields, r.body)
			}
		})
	}
	t.Run("refused before", func(t *testing.T) {
		n.insert("routes", doc{"paths": list("/nobody")})
		s := connect(t, n.plain)
		s.send(t, "POST /nobody HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
		got := s.response(t, "POST")
		if connection, _ := got.value("Connection"); got.status != 503 || connection != "close" {
			t.Errorf("got %s, Connection: %s", got.line, connection)
		}
	})
}

// TestPipelining sends requests without waiting for the responses.
func TestPipelining(t *testing.T) {
	b := startBackend(t, func(r received) string {
		return strings.Replace(plainAnswer, "2\r\n\r\nok", "4\r\n\r\n"+r.line[len(r.line)-len("/abc HTTP/1.1"):][:4], 1)
	})
	n := start(t, config{})
	n.route(b, doc{"paths": list("/")})
	s := connect(t, n.plain)
	s.send(t, get("/one")+post("/two", "body")+"POST /thr HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"+
		get("/none/x")+post("/fiv", strings.Repeat("x", 20000))+get("/six"))
	for _, want := range []string{"/one", "/two", "/thr", "ne/x", "/fiv", "/six"} {
		if got := s.response(t, "GET"); got.body != want {
			t.Errorf("got %q, want %q", got.body, want)
		}
	}
}

// TestUnreadBodies has requests answered whose bodies nobody wants; the connection goes on if little is left.
func TestUnreadBodies(t *testing.T) {
	n := start(t, config{})
	chunked := func(body string) string {
		var text strings.Builder
		w := httputil.NewChunkedWriter(&text)
		_, _ = io.WriteString(w, body)
		_ = w.Close()
		return "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n" + text.String() + "\r\n"
	}
	for _, test := range []struct {
		name, request, connection string
	}{
		{"small", post("/", "abc"), "keep-alive"},
		{"a little more than comes at once", post("/", strings.Repeat("x", 50000)), "keep-alive"},
		{"large", post("/", strings.Repeat("x", 1<<20)), "close"},
		{"chunked and small", chunked("abc"), "keep-alive"},
		{"chunked and large", chunked(strings.Repeat("x", 1<<20)), "close"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := connect(t, n.plain)
			sent := make(chan struct{})
			go func() { defer close(sent); _, _ = io.WriteString(s, test.request) }()
			got := s.response(t, "POST")
			if connection, _ := got.value("Connection"); got.status != 404 || connection != test.connection {
				t.Errorf("got %s, Connection: %s", got.line, connection)
			}
			<-sent
			if test.connection == "keep-alive" {
				if again := s.ask(t, get("/")); again.status != 404 {
					t.Errorf("got %s", again.line)
				}
			}
		})
	}
}
