package message

import (
	"bytes"
	"io"
	"net/http/httputil"
	"strings"
	"testing"
)

// decodeChunks decodes b, given to the decoder in pieces of size bytes. rest is what follows the end of the body.
func decodeChunks(b []byte, size int) (body, rest []byte, done bool, err error) {
	var d ChunkDecoder
	for len(b) > 0 && !d.Done() {
		piece := b[:min(size, len(b))]
		for len(piece) > 0 && !d.Done() {
			skip, data, err := d.Next(piece)
			if err != nil {
				return body, nil, false, err
			}
			body = append(body, piece[skip:skip+data]...)
			piece, b = piece[skip+data:], b[skip+data:]
		}
	}
	return body, b, d.Done(), nil
}

func TestChunkDecoder(t *testing.T) {
	tests := []struct {
		name, in, body, rest string
		incomplete           bool
		err                  error
	}{
		{name: "two chunks", in: "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", body: "abcde"},
		{name: "lone line feeds", in: "3\nabc\n0\n\n", body: "abc"},
		{name: "hexadecimal in both cases", in: "0A\r\n0123456789\r\na\r\n0123456789\r\n000\r\n\r\n", body: "01234567890123456789"},
		{name: "extensions", in: "3;a=b;c=\"d\"\r\nabc\r\n0;x\r\n\r\n", body: "abc"},
		{name: "blank after size", in: "3 \r\nabc\r\n0\t\r\n\r\n", body: "abc"},
		{name: "trailers", in: "1\r\na\r\n0\r\nA: b\r\nC: d\r\n\r\n", body: "a"},
		{name: "more than the body", in: "0\r\n\r\nHTTP/1.1 200 OK", rest: "HTTP/1.1 200 OK"},
		{name: "line ends in data", in: "4\r\n\r\n\r\n\r\n0\r\n\r\n", body: "\r\n\r\n"},

		{name: "nothing", in: "", incomplete: true},
		{name: "within data", in: "5\r\nabc", body: "abc", incomplete: true},
		{name: "before last chunk", in: "1\r\na\r\n", body: "a", incomplete: true},
		{name: "before the end of trailers", in: "0\r\nA: b\r\n", incomplete: true},

		{name: "no size", in: "\r\nabc", err: ErrChunkSyntax},
		{name: "only an extension", in: ";a=b\r\n", err: ErrChunkSyntax},
		{name: "no digit", in: "g\r\n", err: ErrChunkSyntax},
		{name: "sign", in: "-1\r\n", err: ErrChunkSyntax},
		{name: "prefix", in: "0x1\r\na", err: ErrChunkSyntax},
		{name: "overflow", in: "80000000000000000\r\n", err: ErrChunkSyntax},
		{name: "carriage return alone", in: "1\ra", err: ErrChunkSyntax},
		{name: "data longer than its size", in: "1\r\nab\r\n", body: "a", err: ErrChunkSyntax},
		{name: "endless extension", in: "1;" + strings.Repeat("x", maxChunkFraming), err: ErrChunkFraming},
		{name: "endless trailers", in: "0\r\n" + strings.Repeat("A: b\r\n", maxChunkFraming/6+1), err: ErrChunkFraming},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{1, 2, 3, 1 << 20} {
				body, rest, done, err := decodeChunks([]byte(test.in), size)
				if err != test.err {
					t.Fatalf("pieces of %d: got error %v, want %v", size, err, test.err)
				}
				if string(body) != test.body || err == nil && string(rest) != test.rest {
					t.Errorf("pieces of %d: got body %q and rest %q, want %q and %q", size, body, rest, test.body, test.rest)
				}
				if err == nil && done == test.incomplete {
					t.Errorf("pieces of %d: done is %v", size, done)
				}
			}
		})
	}
}

// FuzzChunkDecoder compares decoding in pieces of any size with decoding as a whole, and both with net/http.
func FuzzChunkDecoder(f *testing.F) {
	for _, seed := range []string{
		"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "3;a=b\nabc\n0\nA: b\n\nrest", "ffffffffffffffff\r\n", "0\r\n\r\n", "1\r\nab",
	} {
		f.Add([]byte(seed), 1)
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, in []byte, size int) {
		if size <= 0 {
			size = 1
		}
		wholeBody, wholeRest, wholeDone, wholeErr := decodeChunks(in, len(in)+1)
		body, rest, done, err := decodeChunks(in, size)
		if !bytes.Equal(body, wholeBody) || done != wholeDone || err != wholeErr || err == nil && !bytes.Equal(rest, wholeRest) {
			t.Fatalf("in pieces %q, %q, %v, %v; as a whole %q, %q, %v, %v",
				body, rest, done, err, wholeBody, wholeRest, wholeDone, wholeErr)
		}
		// net/http reads the trailers elsewhere, so that only the data can be compared.
		if want, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(in))); err == nil && done && !bytes.Equal(body, want) {
			t.Fatalf("got %q, net/http says %q", body, want)
		}
	})
}
