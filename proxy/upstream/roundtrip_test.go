package upstream_test

import (
	"bufio"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// TestResponses sends one request to servers that answer in all sorts of ways and then keep the connection open, unless
// close is set.
func TestResponses(t *testing.T) {
	many := func(n int) string { return strings.Repeat("X-Filler: 0123456789\r\n", n) }
	tests := []struct {
		name   string
		method string // default GET
		answer string
		close  bool

		status int
		reason string
		fields string // "Name=value;…"
		length int64
		body   string
		reused bool // the connection is kept

		op upstream.Op // set: RoundTrip fails
	}{
		{name: "content length", answer: "HTTP/1.1 200 OK\r\nServer: me\r\nContent-Length: 5\r\n\r\nhello",
			status: 200, reason: "OK", fields: "Server=me;Content-Length=5", length: 5, body: "hello", reused: true},
		{name: "empty body", answer: "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
			status: 404, reason: "Not Found", fields: "Content-Length=0", reused: true},
		{name: "chunked", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: v\r\n\r\n",
			status: 200, reason: "OK", fields: "Transfer-Encoding=chunked", length: -1, body: "hello world", reused: true},
		{name: "chunked in capitals", answer: "HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: Chunked\r\n\r\n0\r\n\r\n",
			status: 200, reason: "OK", fields: "TRANSFER-ENCODING=Chunked", length: -1, reused: true},
		{name: "until close", answer: "HTTP/1.1 200 OK\r\n\r\nall of it", close: true,
			status: 200, reason: "OK", length: -1, body: "all of it"},
		{name: "HTTP/1.0 until close", answer: "HTTP/1.0 200 OK\r\n\r\nold", close: true,
			status: 200, reason: "OK", length: -1, body: "old"},
		{name: "HTTP/1.0 with length is closed", answer: "HTTP/1.0 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nold",
			status: 200, reason: "OK", fields: "Content-Length=3;Connection=keep-alive", length: 3, body: "old"},
		{name: "server will close", answer: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: x-y, Close\r\n\r\na",
			status: 200, reason: "OK", fields: "Content-Length=1;Connection=x-y, Close", length: 1, body: "a"},
		{name: "no content", answer: "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
			status: 204, reason: "No Content", fields: "X=y", reused: true},
		{name: "not modified with a length", answer: "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n",
			status: 304, reason: "Not Modified", fields: "Content-Length=1000", reused: true},
		{name: "head with a length", method: "HEAD", answer: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
			status: 200, reason: "OK", fields: "Content-Length=1000", reused: true},
		{name: "head with chunked coding", method: "HEAD", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
			status: 200, reason: "OK", fields: "Transfer-Encoding=chunked", reused: true},
		{name: "head answered with a body", method: "HEAD", answer: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
			status: 200, reason: "OK", fields: "Content-Length=5"},
		{name: "more than the length", answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello",
			status: 200, reason: "OK", fields: "Content-Length=2", length: 2, body: "he"},
		{name: "more than the last chunk", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nmore",
			status: 200, reason: "OK", fields: "Transfer-Encoding=chunked", length: -1, body: "a"},
		{name: "interim responses", answer: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nhi",
			status: 201, reason: "Created", fields: "Content-Length=2", length: 2, body: "hi", reused: true},
		{name: "lone line feeds", answer: "HTTP/1.1 200 OK\nA: b\nContent-Length: 1\n\nx",
			status: 200, reason: "OK", fields: "A=b;Content-Length=1", length: 1, body: "x", reused: true},
		{name: "no reason", answer: "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", status: 200, fields: "Content-Length=0", reused: true},
		{name: "unusual status", answer: "HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
			status: 999, reason: "What", fields: "Content-Length=0", reused: true},
		{name: "repeated and odd header lines", answer: "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nSet-Cookie:b \r\nx_y.z!:  \r\nNoColon\r\nContent-Length: 0\r\n\r\n",
			status: 200, reason: "OK", fields: "Set-Cookie=a;Set-Cookie=b;x_y.z!=;NoColon=;Content-Length=0", reused: true},
		{name: "head larger than the first buffer", answer: "HTTP/1.1 200 OK\r\n" + many(900) + "Content-Length: 4\r\n\r\nbody",
			status: 200, reason: "OK", fields: strings.Repeat("X-Filler=0123456789;", 900) + "Content-Length=4", length: 4, body: "body", reused: true},
		{name: "not HTTP", answer: "220 mail.example ESMTP\r\n", close: true,
			status: 200, length: -1, body: "220 mail.example ESMTP\r\n"},

		{name: "no answer", close: true, op: upstream.OpRead},
		{name: "closed within the status line", answer: "HTTP/1.1 20", close: true, op: upstream.OpRead},
		{name: "closed within the header", answer: "HTTP/1.1 200 OK\r\nContent-Le", close: true, op: upstream.OpRead},
		{name: "closed after an interim response", answer: "HTTP/1.1 100 Continue\r\n\r\n", close: true, op: upstream.OpRead},
		{name: "interim response and then not HTTP", answer: "HTTP/1.1 100 Continue\r\n\r\nhello", op: upstream.OpParse},
		{name: "endless interim responses", answer: strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", upstream.MaxInterim+1), op: upstream.OpParse},
		{name: "status below 100", answer: "HTTP/1.1 099 Low\r\n\r\n", op: upstream.OpParse},
		{name: "unasked upgrade", answer: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", op: upstream.OpParse},
		{name: "two lengths", answer: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", op: upstream.OpParse},
		{name: "length and coding", answer: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", op: upstream.OpParse},
		{name: "coding and length", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", op: upstream.OpParse},
		{name: "two codings", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", op: upstream.OpParse},
		{name: "unknown coding", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", op: upstream.OpParse},
		{name: "signed length", answer: "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na", op: upstream.OpParse},
		{name: "length list", answer: "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na", op: upstream.OpParse},
		{name: "empty length", answer: "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\na", op: upstream.OpParse},
		{name: "enormous length", answer: "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\na", op: upstream.OpParse},
		{name: "blank before colon", answer: "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\na", op: upstream.OpParse},
		{name: "continued line", answer: "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", op: upstream.OpParse},
		{name: "nameless line", answer: "HTTP/1.1 200 OK\r\n: b\r\n\r\n", op: upstream.OpParse},
		{name: "carriage return within a value", answer: "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", op: upstream.OpParse},
		{name: "NUL within a value", answer: "HTTP/1.1 200 OK\r\nA: b\x00c\r\n\r\n", op: upstream.OpParse},
		{name: "head too large", answer: "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", upstream.MaxHead), op: upstream.OpParse},
		{name: "too many lines", answer: "HTTP/1.1 200 OK\r\n" + strings.Repeat("A:b\r\n", upstream.MaxFields+1), op: upstream.OpParse},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			watchDescriptors(t)
			handle := answering(test.answer)
			if test.close {
				handle = closingAfter(test.answer, false)
			}
			pool := newPool(t, keepAlive)
			peer := pool.Peer(serve(t, handle).addr(), nil)
			req := get()
			if test.method != "" {
				req.Head = []byte(test.method + strings.TrimPrefix(string(req.Head), "GET"))
			}

			resp, err := peer.RoundTrip(req)
			if test.op != 0 {
				e := failure(t, err, test.op)
				if !e.Sent() || e.Reused || e.Received != (test.answer != "") || e.Timeout() || e.ClientFault() {
					t.Errorf("wrong circumstances: %+v", e)
				}
				if peer.Idle() != 0 {
					t.Error("the connection was kept")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode() != test.status || string(resp.Reason()) != test.reason || resp.ContentLength() != test.length {
				t.Errorf("got status %d %q and length %d, want %d %q and %d",
					resp.StatusCode(), resp.Reason(), resp.ContentLength(), test.status, test.reason, test.length)
			}
			if got := fields(resp); got != test.fields {
				t.Errorf("got fields %q, want %q", got, test.fields)
			}
			if body, err := io.ReadAll(resp); err != nil || string(body) != test.body {
				t.Errorf("got body %q and error %v, want %q", body, err, test.body)
			}
			if !resp.Release() {
				t.Error("the request was not sent")
			}
			if kept := peer.Idle() == 1; kept != test.reused {
				t.Errorf("connection kept: %v, want %v", kept, test.reused)
			}
		})
	}
}

func fields(resp *upstream.Response) string {
	var lines []string
	for i := range resp.Len() {
		name, value := resp.Field(i)
		lines = append(lines, string(name)+"="+string(value))
	}
	return strings.Join(lines, ";")
}

// TestSegments delivers an answer in two pieces, for every place to cut it.
func TestSegments(t *testing.T) {
	const answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"3\r\nabc\r\n0\r\n\r\n"
	s := serve(t, func(c *net.TCPConn) {
		r := bufio.NewReader(c)
		for cut := 1; cut < len(answer); cut++ {
			if _, err := readRequest(r); err != nil {
				return
			}
			io.WriteString(c, answer[:cut])
			time.Sleep(time.Millisecond) // long enough, as a rule, for the first piece to be read by itself
			io.WriteString(c, answer[cut:])
		}
	})
	peer := newPool(t, keepAlive).Peer(s.addr(), nil)
	for range len(answer) - 1 {
		if status, body := fetch(t, peer, get()); status != 200 || body != "abc" {
			t.Fatalf("got status %d and body %q", status, body)
		}
	}
	if n := s.accepted.Load(); n != 1 {
		t.Errorf("took %d connections, want 1", n)
	}
}

func TestValue(t *testing.T) {
	pool := newPool(t, keepAlive)
	peer := pool.Peer(serve(t, answering("HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n")).addr(), nil)
	resp, err := peer.RoundTrip(get())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Release()
	if got := string(resp.Value("x-a")); got != "1" {
		t.Errorf("got %q, want the first line", got)
	}
	if got := resp.Value("x-b"); got != nil {
		t.Errorf("got %q for a line that is not there", got)
	}
}

func TestWhole(t *testing.T) {
	tests := []struct {
		name, answer, body string
		ok                 bool
	}{
		{"arrived with the head", ok("hello"), "hello", true},
		{"empty", ok(""), "", true},
		{"no content", "HTTP/1.1 204 No Content\r\n\r\n", "", true},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "", false},
		{"not all there", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pool := newPool(t, keepAlive)
			peer := pool.Peer(serve(t, answering(test.answer)).addr(), nil)
			resp, err := peer.RoundTrip(get())
			if err != nil {
				t.Fatal(err)
			}
			body, ok := resp.Whole()
			if ok != test.ok || string(body) != test.body {
				t.Errorf("got %q, %v, want %q, %v", body, ok, test.body, test.ok)
			}
			resp.Release()
			if kept := peer.Idle() == 1; kept != test.ok {
				t.Errorf("connection kept: %v, want %v", kept, test.ok)
			}
		})
	}
}

func TestBareAnswer(t *testing.T) {
	// On a new connection it is passed on. On one that was used before it may belong to somebody else.
	pool := newPool(t, keepAlive)
	peer := pool.Peer(serve(t, answering(ok("first"), "garbage")).addr(), nil)
	fetch(t, peer, get())
	_, err := peer.RoundTrip(get())
	e := failure(t, err, upstream.OpParse)
	if !e.Reused || !e.Received {
		t.Errorf("wrong circumstances: %+v", e)
	}

	peer = pool.Peer(serve(t, closingAfter("garbage", false)).addr(), nil)
	resp, err := peer.RoundTrip(get())
	if err != nil {
		t.Fatal(err)
	}
	if !resp.Bare() || resp.StatusCode() != 200 || resp.Len() != 0 {
		t.Errorf("got bare %v, status %d, %d fields", resp.Bare(), resp.StatusCode(), resp.Len())
	}
	resp.Release()
}

func TestConnectFailures(t *testing.T) {
	watchDescriptors(t)
	pool := newPool(t, keepAlive)

	t.Run("refused", func(t *testing.T) {
		s := serve(t, answering())
		s.stop()
		_, err := pool.Peer(s.addr(), nil).RoundTrip(get())
		if e := failure(t, err, upstream.OpConnect); e.Sent() || e.Reused || e.Timeout() {
			t.Errorf("wrong circumstances: %+v", e)
		}
	})
	t.Run("closed pool", func(t *testing.T) {
		closed := upstream.NewPool(keepAlive)
		closed.Close()
		_, err := closed.Peer(netip.MustParseAddrPort("127.0.0.1:1"), nil).RoundTrip(get())
		if e := failure(t, err, upstream.OpConnect); e.Unwrap() != upstream.ErrClosed {
			t.Errorf("got %v, want ErrClosed", err)
		}
	})
}
