package http1

import (
	"bytes"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// FuzzHead reads heads in pieces of any size, which makes no difference, and looks at what is accepted.
func FuzzHead(f *testing.F) {
	for _, seed := range []string{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\nGET  /  HTTP/1.0 \n\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
		"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nNo colon\r\n: no name\r\nA.b: c\r\n\r\n",
		"GET /\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: \x00\rb\r\n\r\n",
		"GET / HTTP/2.0\r\n\r\n", "G\x00T / HTTP/1.1\r\n\r\n",
	} {
		f.Add([]byte(seed), 1)
		f.Add([]byte(seed), 7)
	}
	limits := Settings{MaxLine: 100, MaxHead: 300}
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		var whole headScanner
		length, err := whole.next(b, &limits)
		var pieces headScanner
		for at, step := 0, max(size, 1); at < len(b); {
			at = min(at+min(step, len(b)), len(b))
			n, pieceErr := pieces.next(b[:at], &limits)
			if pieceErr != nil && err == nil && length > 0 {
				t.Fatalf("%q is refused in pieces of %d: %v", b, step, pieceErr)
			}
			if n != 0 && n != length {
				t.Fatalf("%q ends at %d in pieces of %d, at %d as a whole", b, n, step, length)
			}
			if n != 0 || pieceErr != nil {
				break
			}
		}
		if err != nil || length == 0 {
			return
		}
		var r message.Request
		if parseHead(&r, b[:length]) != nil || judgeFraming(&r) != nil {
			return
		}
		if bytes.ContainsAny(r.Target, " \n") || !isMethod(r.Method) || len(r.Method) == 0 {
			t.Errorf("%q has the request line %q %q", b, r.Method, r.Target)
		}
		lengths, codings := 0, 0
		for _, field := range r.Fields {
			if bytes.ContainsAny(field.Value, "\r\n\x00") || strings.Trim(string(field.Name), fieldBytes) != "" || len(field.Name) == 0 {
				t.Errorf("%q has the line %q: %q", b, field.Name, field.Value)
			}
			switch field.Known {
			case message.ContentLength:
				lengths++
			case message.TransferEncoding:
				codings++
			}
		}
		if lengths+codings > 1 || (codings == 1) != (r.Length == message.Chunked) || (lengths == 1) != r.HasLength {
			t.Errorf("%q has %d lengths and %d codings, and the length %d", b, lengths, codings, r.Length)
		}
	})
}

const fieldBytes = "-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func TestValidHost(t *testing.T) {
	for host, want := range map[string]bool{
		"a": true, "a:80": true, "[::1]:80": true, "A_b.c-d": true, "ümlaut": true,
		"": false, ":80": false, "a b": false, "a/b": false, "a..b": false, "a\x7f": false, "a\x00": false,
	} {
		if got := validHost([]byte(host)); got != want {
			t.Errorf("%q: got %v", host, got)
		}
	}
}
