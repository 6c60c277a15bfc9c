package upstream

import (
	"bufio"
	"bytes"
	"net/http"
	"testing"
)

func newHead() *head {
	h := new(head)
	h.reset()
	return h
}

func TestStatusLine(t *testing.T) {
	tests := []struct {
		line   string
		status int // 0: not complete
		reason string
		old    bool
		bare   bool
	}{
		{line: "HTTP/1.1 200 OK\r\n", status: 200, reason: "OK"},
		{line: "HTTP/1.1 200 OK\n", status: 200, reason: "OK"},
		{line: "HTTP/1.1 200 \r\n", status: 200},
		{line: "HTTP/1.1 200\r\n", status: 200},
		{line: "HTTP/1.1 200\n", status: 200},
		{line: "HTTP/1.1   200 two words\r\n", status: 200, reason: "two words"},
		{line: "HTTP/1.1 403.7 Forbidden\r\n", status: 403, reason: ".7 Forbidden"},
		{line: "HTTP/1.0 200 OK\r\n", status: 200, reason: "OK", old: true},
		{line: "HTTP/1.9 200 OK\r\n", status: 200, reason: "OK"},
		{line: "HTTP/2.0 200 OK\r\n", status: 200, reason: "OK"},
		{line: "HTTP/1.1 999 \x80\r\n", status: 999, reason: "\x80"},

		{line: ""},
		{line: "HTT"},
		{line: "HTTP/1"},
		{line: "HTTP/1.1 20"},
		{line: "HTTP/1.1 200"},
		{line: "HTTP/1.1 200 OK"},
		{line: "HTTP/1.1 200 OK\r"},

		{line: "x", bare: true},
		{line: "\r\n", bare: true},
		{line: "http/1.1 200 OK\r\n", bare: true},
		{line: "HTTP 200 OK\r\n", bare: true},
		{line: "HTTP/0.9 200 OK\r\n", bare: true},
		{line: "HTTP/1.100 200 OK\r\n", bare: true},
		{line: "HTTP/1.\r\n", bare: true},
		{line: "HTTP/1.1\t200 OK\r\n", bare: true},
		{line: "HTTP/1.1 20 OK\r\n", bare: true},
		{line: "HTTP/1.1 2000 OK\r\n", bare: true},
		{line: "HTTP/1.1 200OK\r\n", bare: true},
		{line: "HTTP/1.1 200 O\rK\r\n", bare: true},
		{line: "HTTP/1.1 200 O\rK", bare: true},
		{line: "ICY 200 OK\r\n", bare: true},
	}
	for _, test := range tests {
		h := newHead()
		n, err := h.parseStatusLine([]byte(test.line))
		if err != nil {
			t.Errorf("%q: %v", test.line, err)
			continue
		}
		if h.bare != test.bare {
			t.Errorf("%q: bare is %v", test.line, h.bare)
		}
		if test.bare {
			continue
		}
		if complete := n == len(test.line) && n > 0; complete != (test.status != 0) || h.status != test.status {
			t.Errorf("%q: got length %d and status %d, want status %d", test.line, n, h.status, test.status)
		}
		if got := string(h.reason.of([]byte(test.line))); got != test.reason || h.old != test.old {
			t.Errorf("%q: got reason %q and old %v, want %q and %v", test.line, got, h.old, test.reason, test.old)
		}
	}
}

// FuzzHead compares a head parsed as a whole with the same head parsed byte by byte, and with what net/http makes of it.
func FuzzHead(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"HTTP/1.0 301 Moved\nLocation: /\n\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\nA:\r\nB\r\n\r\n",
		"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
		"HTTP/1.1 200 OK\r\n\r\r\n\r\n",
		"garbage",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole := newHead()
		n, err := whole.parse(b)
		if n < 0 || n > len(b) {
			t.Fatalf("length %d of %d", n, len(b))
		}
		for _, f := range whole.fields {
			if f.name.from >= f.name.to || f.value.from > f.value.to || int(f.value.to) > len(b) {
				t.Fatalf("impossible field %+v", f)
			}
			if bytes.ContainsAny(f.value.of(b), "\r\n\x00") || bytes.ContainsAny(f.name.of(b), "\r\n\x00 :") {
				t.Fatalf("field %q: %q could break a header apart", f.name.of(b), f.value.of(b))
			}
		}

		pieces := newHead()
		for end := 1; end <= len(b); end++ {
			m, pieceErr := pieces.parse(b[:end])
			if pieces.bare != whole.bare && (pieces.bare || end == len(b)) {
				t.Fatalf("bare is %v in pieces, %v as a whole", pieces.bare, whole.bare)
			}
			if pieces.bare {
				return
			}
			if pieceErr != nil {
				if err == nil {
					t.Fatalf("in pieces: %v", pieceErr)
				}
				return
			}
			if m > 0 {
				if m != n || m != end || pieces.status != whole.status || len(pieces.fields) != len(whole.fields) {
					t.Fatalf("in pieces %d, %+v; as a whole %d, %+v", m, pieces, n, whole)
				}
				break
			}
			if end == len(b) && (n > 0 || err != nil) {
				t.Fatalf("incomplete in pieces, as a whole length %d and error %v", n, err)
			}
		}
		if n > 0 {
			compareWithStandardLibrary(t, whole, b[:n])
		}
	})
}

// compareWithStandardLibrary checks that where net/http accepts a head too, both agree on how the body is framed.
func compareWithStandardLibrary(t *testing.T, h *head, b []byte) {
	want, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(b)), nil)
	if err != nil || h.interim() || h.status == 101 || h.status == 204 || h.status == 304 {
		return
	}
	defer want.Body.Close()
	if want.StatusCode != h.status {
		t.Fatalf("status %d, net/http says %d", h.status, want.StatusCode)
	}
	if h.old {
		return // net/http ignores Transfer-Encoding there
	}
	length := h.length
	if h.chunked {
		length = -1
	}
	if want.ContentLength != length {
		t.Fatalf("length %d, net/http says %d", length, want.ContentLength)
	}
}
