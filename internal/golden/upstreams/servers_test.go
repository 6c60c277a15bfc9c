package upstreams_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/internal/golden/upstreams"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) *upstreams.Servers {
	t.Helper()
	s, err := upstreams.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// dial connects to the server that had the given port in the recordings.
func dial(t *testing.T, s *upstreams.Servers, port int) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", s.Ports()[port]), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// ask sends a request to server A and returns everything that it sends until it closes the connection.
func ask(t *testing.T, path string) string {
	t.Helper()
	conn := dial(t, start(t), 23090)
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path)
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// An exchange is the part of a recorded one that concerns an upstream.
type exchange struct {
	Request  *struct{ Method string }
	Response *struct {
		Status  int
		Headers [][2]string
		Body    string
	}
}

// An echo is a request as a server got it.
type echo struct {
	Server      string      `json:"server"`
	RequestLine string      `json:"request_line"`
	Headers     [][2]string `json:"headers"`
	Body        string      `json:"body"`
	BodyLen     int         `json:"body_len"`
}

func TestEchoesAreThoseOfTheRecordings(t *testing.T) {
	s := start(t)
	ports := map[string]int{"A": 23090, "B": 23091, "tls": 23095}
	root, err := testenv.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "testdata", "golden", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(f)
		for n := 1; ; n++ {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				break
			}
			var x exchange
			if err := json.Unmarshal(line, &x); err != nil {
				t.Fatalf("%s:%d: %v", file, n, err)
			}
			if x.Response == nil || !strings.HasPrefix(x.Response.Body, `{"server": "`) {
				continue
			}
			var e echo
			if err := json.Unmarshal([]byte(x.Response.Body), &e); err != nil {
				t.Fatalf("%s:%d: %v", file, n, err)
			}
			compared++
			if diff := compareEcho(t, dial(t, s, ports[e.Server]), x, e); diff != "" {
				t.Errorf("%s:%d: %s", file, n, diff)
			}
		}
		f.Close()
	}
	if compared < 400 {
		t.Errorf("only %d echoes were found", compared)
	}
}

// compareEcho sends what a server got once more and returns how its answer differs from the one then.
func compareEcho(t *testing.T, conn net.Conn, x exchange, e echo) string {
	t.Helper()
	defer conn.Close()
	if e.Server == "tls" {
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
	}
	var request bytes.Buffer
	fmt.Fprintf(&request, "%s\r\n", e.RequestLine)
	for _, h := range e.Headers {
		fmt.Fprintf(&request, "%s: %s\r\n", h[0], latin1(h[1]))
	}
	fmt.Fprintf(&request, "\r\n%s", latin1(e.Body))
	// Of a long body, all x, only the beginning is echoed.
	request.WriteString(strings.Repeat("x", e.BodyLen-len(latin1(e.Body))))
	if _, err := conn.Write(request.Bytes()); err != nil {
		return err.Error()
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err.Error()
	}
	if string(body) != x.Response.Body {
		return fmt.Sprintf("body is\n%s\nand was\n%s", body, x.Response.Body)
	}
	if resp.StatusCode != x.Response.Status {
		return fmt.Sprintf("status is %d and was %d", resp.StatusCode, x.Response.Status)
	}
	for _, name := range []string{"Content-Type", "X-Up", "X-Dup", "Set-Cookie"} {
		var was []string
		for _, h := range x.Response.Headers {
			if h[0] == name {
				// nginx adds the character set to text.
				was = append(was, strings.TrimSuffix(h[1], "; charset=UTF-8"))
			}
		}
		if is := resp.Header.Values(name); fmt.Sprint(is) != fmt.Sprint(was) {
			return fmt.Sprintf("%s is %q and was %q", name, is, was)
		}
	}
	return ""
}

// latin1 returns the bytes that s stands for.
func latin1(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

func TestOddAnswers(t *testing.T) {
	for path, want := range map[string]string{
		"/close":      "",
		"/partial":    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npartial",
		"/x/garbage?": "this is not HTTP\r\n",
	} {
		if got := ask(t, path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"/http10":     "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{",
		"/status/100": "HTTP/1.1 100 Continue\r\nContent-Type: application/json\r\nContent-Length: ",
	} {
		if got := ask(t, path); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want it to begin with %q", path, got, want)
		}
	}
}

func TestConnectionsAreKeptAlive(t *testing.T) {
	s := start(t)
	conn := dial(t, s, 23091)
	r := bufio.NewReader(conn)
	for i, c := range []struct {
		path   string
		status int
		header string
		value  string
		length int
	}{
		{"/status/204", 204, "Content-Type", "application/json", 0},
		{"/status/304", 304, "Content-Length", "", 0},
		{"/empty", 200, "Content-Length", "0", 0},
		{"/big", 200, "Content-Length", "300000", 300000},
		{"/svr", 200, "Server", "my-up/1.0", -1},
		{"/noctype", 200, "Content-Type", "", -1},
		{"/redir", 302, "Location", fmt.Sprintf("http://127.0.0.1:%d/else", s.Ports()[23091]), -1},
		{"/hdrhop", 200, "X-Hop", "1", -1},
		{"/sleep/1/status/418", 418, "Content-Type", "application/json", -1},
	} {
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", c.path)
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		if resp.StatusCode != c.status || resp.Header.Get(c.header) != c.value {
			t.Errorf("%s: got %d and %s %q, want %d and %q", c.path, resp.StatusCode, c.header, resp.Header.Get(c.header), c.status, c.value)
		}
		if c.length >= 0 && len(body) != c.length {
			t.Errorf("%s: %d bytes, want %d", c.path, len(body), c.length)
		}
		if want := `"body": "abc", "body_len": 3}`; c.length < 0 && !strings.HasSuffix(string(body), want) {
			t.Errorf("%s: body is %s", c.path, body)
		}
		if hits, ok := s.Hits("B"); hits != i+1 || !ok {
			t.Errorf("B counts %d requests after %d", hits, i+1)
		}
	}
}

func TestServersThatFail(t *testing.T) {
	s := start(t)
	get := func(port int) ([]byte, error) {
		conn := dial(t, s, port)
		fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		return io.ReadAll(conn)
	}
	if got, err := get(23092); len(got) > 0 || err != nil {
		t.Errorf("closer: %q, %v", got, err)
	}
	if got, err := get(23096); len(got) > 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("resetter: %q, %v", got, err)
	}
	if got, err := get(23095); len(got) > 0 || err != nil {
		t.Errorf("tls, asked in clear text: %q, %v", got, err)
	}
	_, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", s.Ports()[23093]), time.Minute)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("23093: %v, want it refused", err)
	}
	for name, want := range map[string]int{"closer": 1, "resetter": 1, "tls": 0} {
		if got, ok := s.Hits(name); got != want || !ok {
			t.Errorf("%s counts %d requests, want %d", name, got, want)
		}
	}
	if _, ok := s.Hits("nobody"); ok {
		t.Error("there is a server called nobody")
	}
}

func TestCloseInterruptsTheSleeper(t *testing.T) {
	s, err := upstreams.Start()
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, s, 23094)
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		if hits, _ := s.Hits("sleeper"); hits == 1 {
			break
		}
		if ctx.Err() != nil {
			t.Fatal("the request did not arrive")
		}
		time.Sleep(time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if got, _ := io.ReadAll(conn); len(got) > 0 {
		t.Errorf("the sleeper answered %q", got)
	}
}

func TestPortsHaveFiveDigits(t *testing.T) {
	s := start(t)
	if len(s.Ports()) != 7 {
		t.Errorf("%d ports, want 7", len(s.Ports()))
	}
	for recorded, port := range s.Ports() {
		if port < 10000 {
			t.Errorf("%d became %d", recorded, port)
		}
	}
}
