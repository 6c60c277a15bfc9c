package golden

import (
	"bufio"
	"crypto/x509/pkix"
	"fmt"
	"strings"
	"testing"
)

func text(s string) *string { return &s }

func TestRequestBytes(t *testing.T) {
	host := [][2]string{{"Host", "a"}}
	for want, r := range map[string]request{
		"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n":                                   {Method: "GET", Path: "/a b", Headers: host},
		"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n":                 {Method: "PUT", Path: "/", Headers: host, Body: text("")},
		"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\né":                {Method: "PUT", Path: "/", Headers: host, Body: text("é")},
		"PUT / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n":          {Method: "PUT", Path: "/", Headers: [][2]string{{"transfer-encoding", "chunked"}}, Body: text("0\r\n\r\n")},
		"PUT / HTTP/1.1\r\nX-Sp:   a \r\nX-Sp: \r\nContent-Length: 9\r\n\r\nbad": {Method: "PUT", Path: "/", Headers: [][2]string{{"X-Sp", "  a "}, {"X-Sp", ""}, {"Content-Length", "9"}}, Body: text("bad")},
		"HEAD\n\n": {Raw: text("HEAD\n\n")},
	} {
		if got := string(r.bytes()); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := (request{Raw: text("HEAD / HTTP/1.0\r\n\r\n")}).method(); got != "HEAD" {
		t.Errorf("method of a raw request is %q", got)
	}
}

func TestReadAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		method string
		text   string
		want   string // status, headers, body, whether it is cut short
	}{
		"length":     {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", `200 [[Content-Length 2]] "ab" false`},
		"chunks":     {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", `200 [[Transfer-Encoding chunked]] "a" false`},
		"until end":  {"GET", "HTTP/1.0 200\r\n\r\nabc", `200 [] "abc" false`},
		"order":      {"GET", "HTTP/1.1 404 Not Found\r\nB: 1\r\nA:2\r\nB:\t3 \r\nContent-Length: 0\r\n\r\n", `404 [[B 1] [A 2] [B 3] [Content-Length 0]] "" false`},
		"interim":    {"GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", `200 [[Content-Length 1]] "a" false`},
		"upgrade":    {"GET", "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 0\r\n\r\n", `101 [[Content-Length 0]] "" false`},
		"HEAD":       {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", `200 [[Content-Length 9]] "" false`},
		"204":        {"GET", "HTTP/1.1 204 No Content\r\n\r\n", `204 [] "" false`},
		"304":        {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", `304 [[Content-Length 9]] "" false`},
		"cut":        {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", `200 [[Content-Length 9]] "ab" true`},
		"cut chunks": {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", `200 [[Transfer-Encoding chunked]] "ab" true`},
	} {
		a, err := readAnswer(bufio.NewReader(strings.NewReader(c.text)), c.method)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := fmt.Sprintf("%d %v %q %t", a.status, a.headers, a.body, a.truncated); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestWhatIsNoAnswer(t *testing.T) {
	for _, text := range []string{
		"",
		"this is not HTTP\r\n",
		"HTTP/1.1 abc\r\n\r\n",
		"HTTP/1.1 2000 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
		"HTTP/1.1 200 OK\r\nA: 1\r\n",
		"HTTP/1.1 100 Continue\r\nContent-Length: 2\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
	} {
		if a, err := readAnswer(bufio.NewReader(strings.NewReader(text)), "GET"); err == nil {
			t.Errorf("%q was taken for %+v", text, a)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", "GET")
	f.Add("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "HEAD")
	f.Fuzz(func(t *testing.T, text, method string) {
		a, err := readAnswer(bufio.NewReader(strings.NewReader(text)), method)
		if err == nil && (a.status < 101 || a.status > 999 || len(a.body) > len(text)) {
			t.Errorf("%q was taken for %+v", text, a)
		}
	})
}

func TestOpensslSubject(t *testing.T) {
	name := pkix.Name{Country: []string{"US"}, Organization: []string{"Kong"}, CommonName: "localhost", SerialNumber: "7"}
	var parsed pkix.Name
	sequence := name.ToRDNSequence()
	parsed.FillFromRDNSequence(&sequence)
	if got, want := opensslSubject(parsed), "subject=C = US, O = Kong, CN = localhost, 2.5.4.5 = 7"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
