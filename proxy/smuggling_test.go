package proxy_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// FuzzSmuggling sends arbitrary bytes as requests. Whatever of them gets to the upstream server is requests that cannot be read
// in two ways, and not more of them than the client was answered.
func FuzzSmuggling(f *testing.F) {
	for _, seed := range []string{
		get("/"), post("/", "abc"), get("/a%0d%0aX:%201"), get("/", "A: b\r\nC: d"),
		post("/", "abc", "Transfer-Encoding: chunked"),
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: 1\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: a\r\nContent_Length: 3\r\n\r\nabc",
		"GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\n folded\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nA: 1\rB: 2\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: 1\nB: 2\n\n",
		"GET / HTTP/1.1\r\nHost: a\r\nA\x00: 1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: \x00\r\n\r\n",
		"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /?a\tb HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /\x7f?\x80 HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nConnection: Host, Content-Length, X\r\nX: 1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nVia: x\r\nTE: trailers\r\nX-Forwarded-For: \r\nUpgrade: websocket\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	server := startStrict(f)
	n := start(f, config{})
	service := ref(n.insert("services", doc{"host": "127.0.0.1", "port": int64(server.Addr().(*net.TCPAddr).Port)}))
	n.insert("routes", doc{"paths": list("/"), "service": service})
	n.insert("routes", doc{"paths": list("/"), "methods": list("GET"), "preserve_host": true, "strip_path": false, "service": service})
	f.Fuzz(func(t *testing.T, request []byte) {
		s := connect(t, n.plain)
		defer s.Close()
		_, _ = s.Write(request) // may be cut short by a refusal
		_ = s.Conn.(*net.TCPConn).CloseWrite()
		answers, _ := io.ReadAll(s.in)
		server.mu.Lock()
		defer server.mu.Unlock()
		for _, what := range server.complaints {
			t.Errorf("%q got through as %s", request, what)
		}
		if got := bytes.Count(answers, []byte("HTTP/1.1 ")); server.requests > got {
			t.Errorf("%q became %d requests, of which %d were answered", request, server.requests, got)
		}
		server.requests, server.complaints = 0, nil
	})
}

// strictServer is an upstream server that looks closely at what it gets.
type strictServer struct {
	*rawBackend
	mu         sync.Mutex
	requests   int // that were whole
	complaints []string
}

func startStrict(t testing.TB) *strictServer {
	s := &strictServer{}
	s.rawBackend = startRaw(t, func(c *session) {
		_ = c.SetDeadline(time.Time{})
		for s.serveOne(c) {
		}
	})
	return s
}

func (s *strictServer) serveOne(c *session) (more bool) {
	var raw bytes.Buffer
	head := bufio.NewReader(oneByOne{io.TeeReader(c.in, &raw)})
	r, err := http.ReadRequest(head)
	if err == io.EOF {
		return false
	}
	s.mu.Lock()
	text := raw.String()
	switch {
	case err != nil:
		s.complaints = append(s.complaints, text+": "+err.Error())
	case hasOddBytes(text):
		s.complaints = append(s.complaints, text+": odd bytes")
	case len(r.TransferEncoding) > 0 && r.Header.Get("Content-Length") != "":
		s.complaints = append(s.complaints, text+": two framings")
	}
	s.mu.Unlock()
	if err != nil {
		return false
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return false // the client has gone away in the middle
	}
	s.mu.Lock()
	s.requests++
	s.mu.Unlock()
	_, err = io.WriteString(c, plainAnswer)
	return err == nil
}

// oneByOne reads no further than it is asked to, so that what has been read of a head ends with it. It hides control bytes
// that nginx lets through in the values of headers and net/http does not.
type oneByOne struct{ io.Reader }

func (o oneByOne) Read(p []byte) (int, error) {
	n, err := o.Reader.Read(p[:min(1, len(p))])
	if n == 1 && (p[0] < ' ' && p[0] != '\r' && p[0] != '\n' && p[0] != 0 || p[0] == 0x7f) {
		p[0] = '?'
	}
	return n, err
}

// hasOddBytes finds line ends that are not CR LF, and bytes that have no place in a head.
func hasOddBytes(text string) bool {
	requestLine := strings.IndexByte(text, '\n')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n' && (i == 0 || text[i-1] != '\r'), c == '\r' && (i+1 == len(text) || text[i+1] != '\n'), c == 0:
			return true
		case i < requestLine && c < ' ' && c != '\r':
			return true // a control byte within the request line
		}
	}
	return false
}
