package upstreams

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

func FuzzReadRequest(f *testing.F) {
	f.Add("GET /x?y HTTP/1.1\r\nHost: a\r\nX-Sp:   a  b \r\n\r\n")
	f.Add("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")
	f.Add("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n")
	f.Add("\x16\x03\x01\x02\x00\x01\x00")
	f.Fuzz(func(t *testing.T, text string) {
		req, err := readRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			return
		}
		// Whatever is a request can be echoed, byte for byte.
		var got struct {
			RequestLine string `json:"request_line"`
			BodyLen     int    `json:"body_len"`
		}
		if err := json.Unmarshal(echo("A", req), &got); err != nil {
			t.Fatal(err)
		}
		if got.BodyLen != len(req.body) || len([]rune(got.RequestLine)) != len(req.line) {
			t.Errorf("%q became %+v", req, got)
		}
	})
}

func TestBrokenRequestsAreErrors(t *testing.T) {
	for text, want := range map[string]error{
		"":                                io.EOF,
		"GET / HT":                        io.ErrUnexpectedEOF,
		"GET /\r\n\r\n":                   errNotHTTP,
		"GET / x HTTP/1.1\r\n\r\n":        errNotHTTP,
		"GET / HTTP/1.1\r\nHost: a\r\n":   io.ErrUnexpectedEOF,
		"GET / HTTP/1.1\r\nno header\r\n": errNotHTTP,
		"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n":                errNotHTTP,
		"GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab":              io.ErrUnexpectedEOF,
		"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na": io.ErrUnexpectedEOF,
	} {
		if _, err := readRequest(bufio.NewReader(bytes.NewReader([]byte(text)))); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}
