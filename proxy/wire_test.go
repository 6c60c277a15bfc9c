package proxy_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// received is a request as an upstream server got it.
type received struct {
	line   string   // the request line
	fields []string // the lines of the header, in order
	body   string
}

// value returns the value of the first line of a name, spelled as given, and whether there is one.
func (r received) value(name string) (string, bool) { return valueOf(r.fields, name) }

func valueOf(fields []string, name string) (string, bool) {
	for _, line := range fields {
		if got, value, _ := strings.Cut(line, ": "); strings.EqualFold(got, name) {
			return value, true
		}
	}
	return "", false
}

// backend is an upstream server that answers with what it is told, byte for byte.
type backend struct {
	net.Listener
	answer  func(received) string // "" closes the connection
	serving sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
	seen  []received
}

const plainAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// startBackend starts an upstream server that ends with the test.
func startBackend(t testing.TB, answer func(received) string) *backend {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveBackend(t, l, answer)
}

func serveBackend(t testing.TB, l net.Listener, answer func(received) string) *backend {
	b := &backend{Listener: l, answer: answer, conns: map[net.Conn]bool{}}
	b.serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b.mu.Lock()
			b.conns[conn] = true
			b.mu.Unlock()
			b.serving.Go(func() { b.serve(conn) })
		}
	})
	t.Cleanup(b.stop)
	return b
}

// stop ends the server and its connections. It may be called twice.
func (b *backend) stop() {
	_ = b.Close()
	b.mu.Lock()
	for conn := range b.conns {
		_ = conn.Close()
	}
	b.mu.Unlock()
	b.serving.Wait()
}

func (b *backend) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		b.mu.Lock()
		delete(b.conns, conn)
		b.mu.Unlock()
	}()
	in := bufio.NewReader(conn)
	for {
		r, err := readReceived(in)
		if err != nil {
			return
		}
		b.mu.Lock()
		b.seen = append(b.seen, r)
		b.mu.Unlock()
		answer := plainAnswer
		if b.answer != nil {
			answer = b.answer(r)
		}
		if _, err := io.WriteString(conn, answer); err != nil || answer == "" {
			return
		}
	}
}

// readReceived reads a request, its body as the framing says.
func readReceived(in *bufio.Reader) (r received, err error) {
	lines, err := readHead(in)
	if err != nil {
		return r, err
	}
	r.line, r.fields = lines[0], lines[1:]
	var body io.Reader = strings.NewReader("")
	if text, ok := r.value("Content-Length"); ok {
		length, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return r, err
		}
		body = io.LimitReader(in, length)
	} else if _, ok := r.value("Transfer-Encoding"); ok {
		body = httputil.NewChunkedReader(in)
	}
	text, err := io.ReadAll(body)
	r.body = string(text)
	return r, err
}

// readHead reads the lines up to an empty one.
func readHead(in *bufio.Reader) (lines []string, err error) {
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		line, ended := strings.CutSuffix(line, "\r\n")
		if !ended {
			return nil, fmt.Errorf("line %q does not end in CR LF", line)
		}
		if line == "" {
			if len(lines) == 0 {
				return nil, errors.New("empty head")
			}
			return lines, nil
		}
		lines = append(lines, line)
	}
}

// requests returns what the server got, and forgets it.
func (b *backend) requests() []received {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := b.seen
	b.seen = nil
	return seen
}

// only returns the one request that the server got.
func (b *backend) only(t testing.TB) received {
	t.Helper()
	seen := b.requests()
	if len(seen) != 1 {
		t.Fatalf("the upstream server got %d requests, want 1", len(seen))
	}
	return seen[0]
}

func (b *backend) address() netip.AddrPort { return b.Addr().(*net.TCPAddr).AddrPort() }

func (b *backend) port() int { return b.Addr().(*net.TCPAddr).Port }

// service is the row of a service at the server.
func (b *backend) service() doc {
	return doc{"name": "s" + strconv.Itoa(b.port()), "host": "127.0.0.1", "port": int64(b.port())}
}

// answered is a response as a client got it.
type answered struct {
	status int
	line   string
	fields []string
	body   string
}

func (a answered) value(name string) (string, bool) { return valueOf(a.fields, name) }

// names are the names of the header lines in order.
func (a answered) names() string {
	var names []string
	for _, line := range a.fields {
		name, _, _ := strings.Cut(line, ": ")
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// session is a connection of a client.
type session struct {
	net.Conn
	in *bufio.Reader
}

func connect(t testing.TB, addr string) *session {
	conn := dial(t, addr)
	return &session{conn, bufio.NewReader(conn)}
}

// ask sends a request, given without its final line ends being spelled out, and reads the response to it.
func (s *session) ask(t testing.TB, request string) answered {
	t.Helper()
	s.send(t, request)
	method, _, _ := strings.Cut(request, " ")
	return s.response(t, method)
}

func (s *session) send(t testing.TB, text string) {
	t.Helper()
	if _, err := io.WriteString(s, text); err != nil {
		t.Fatal(err)
	}
}

// response reads a response to a request of the given method.
func (s *session) response(t testing.TB, method string) answered {
	t.Helper()
	a, err := s.tryResponse(method)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (s *session) tryResponse(method string) (a answered, err error) {
	lines, err := readHead(s.in)
	if err != nil {
		return a, fmt.Errorf("read a response head: %w", err)
	}
	a.line, a.fields = lines[0], lines[1:]
	head := strings.Join(lines, "\r\n") + "\r\n\r\n"
	parsed, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(head), s.in)), &http.Request{Method: method})
	if err != nil {
		return a, fmt.Errorf("response %q: %w", a.line, err)
	}
	// What was read ahead is lost to the next response, so that bodies are read from the connection itself.
	a.status = parsed.StatusCode
	var body io.Reader
	switch {
	case method == "HEAD" || a.status == 204 || a.status == 304 || a.status < 200:
		return a, nil
	case len(parsed.TransferEncoding) > 0:
		body = httputil.NewChunkedReader(s.in)
	case parsed.ContentLength >= 0:
		body = io.LimitReader(s.in, parsed.ContentLength)
	default:
		body = s.in
	}
	text, err := io.ReadAll(body)
	a.body = string(text)
	if err == nil && len(parsed.TransferEncoding) > 0 {
		_, err = s.in.Discard(len("\r\n"))
	}
	if err == nil && parsed.ContentLength > int64(len(text)) {
		err = io.ErrUnexpectedEOF
	}
	return a, err
}

// closed reports whether the server has closed the connection, having sent nothing more.
func (s *session) closed() bool {
	_, err := s.in.ReadByte()
	return err != nil
}

// ask sends one request over a connection of its own.
func (n *node) ask(request string) answered {
	n.t.Helper()
	return connect(n.t, n.plain).ask(n.t, request)
}

// get is a plain request.
func get(path string, lines ...string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + header(lines...) + "\r\n"
}

// post is a request with a body.
func post(path, body string, lines ...string) string {
	return "POST " + path + " HTTP/1.1\r\nHost: test\r\n" + header(lines...) +
		"Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

func header(lines ...string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

// route makes a route to a backend, and returns its id. fields are beside the service.
func (n *node) route(b *backend, fields doc) string {
	n.t.Helper()
	row := doc{"service": ref(n.insert("services", b.service()))}
	for name, value := range fields {
		row[name] = value
	}
	return n.insert("routes", row)
}

func list(texts ...string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}
