package upstream

import (
	"bytes"
	"errors"
	"fmt"
)

const (
	// maxHead bounds a response head in bytes, each interim response counted by itself. nginx has one memory page
	// unless proxy_buffer_size says otherwise; more is accepted here because nothing is reserved for it.
	maxHead = copyBuffer
	// maxFields bounds the header lines of a response.
	maxFields = 1024
)

var (
	errHeadTooLarge  = fmt.Errorf("response head is larger than %d bytes", maxHead)
	errTooManyFields = fmt.Errorf("response head has more than %d header lines", maxFields)
	errFieldSyntax   = errors.New("invalid header line")
	errContentLength = errors.New("invalid Content-Length")
	errRepeated      = errors.New("framing header is repeated")
	errCoding        = errors.New("unknown Transfer-Encoding")
	errTwoFramings   = errors.New("both Content-Length and Transfer-Encoding")
)

// span is a range of bytes within a head.
type span struct{ from, to uint32 }

func (s span) of(b []byte) []byte { return b[s.from:s.to] }

// field is one header line.
type field struct{ name, value span }

// head is the index of a response head: what its lines say and where they are in the bytes they were parsed from. It
// holds no bytes itself. Which heads are accepted follows Kong 3.9, that is nginx 1.25: upstream response parsing.
type head struct {
	status int
	reason span
	fields []field

	// bare is set for an answer that does not begin with a status line. nginx takes it for HTTP/0.9: there is no head,
	// every byte belongs to the body, which lasts until the connection is closed.
	bare bool
	// old is set for HTTP/1.0 and earlier.
	old bool
	// close is set if the server says that it will close the connection.
	close bool
	// chunked is set for Transfer-Encoding: chunked.
	chunked bool
	// length is Content-Length, or -1 where there is none.
	length int64

	line int // where the first line begins that was not parsed yet
	seen int // how far that line was searched for its end
}

func (h *head) reset() {
	*h = head{fields: h.fields[:0], length: -1}
}

// interim tells whether another head follows: every 1xx except 101, after which the connection changes its protocol.
func (h *head) interim() bool { return h.status < 200 && h.status != 101 && !h.bare }

// parse continues to parse the head at the start of b, of which all that an earlier call got must be a prefix. It
// returns the length of the head, or 0 if bytes are missing or the answer turned out to be bare.
func (h *head) parse(b []byte) (int, error) {
	if h.status == 0 {
		n, err := h.parseStatusLine(b)
		if n == 0 || err != nil || h.bare {
			return 0, err
		}
		h.line, h.seen = n, n
	}
	for {
		i := bytes.IndexByte(b[h.seen:], '\n')
		if i < 0 {
			h.seen = len(b)
			return 0, nil
		}
		from, to := h.line, h.seen+i
		h.line, h.seen = to+1, to+1
		if line := b[from:to]; len(line) == 0 || len(line) == 1 && line[0] == '\r' {
			return h.line, nil
		}
		if err := h.parseField(b, from, to); err != nil {
			return 0, err
		}
	}
}

// parseField indexes the header line b[from:to], whose line feed is not part of it.
//
// Kong 3.9: nginx header line. Control characters and blanks in a name and a NUL in a value make the answer invalid, as
// does a line that continues the one before; a line without a colon is a name with an empty value.
func (h *head) parseField(b []byte, from, to int) error {
	for to > from && b[to-1] == '\r' {
		to--
	}
	if string(b[from:min(from+len(protocol), to)]) == protocol {
		return nil // IIS is known to repeat the status line
	}
	colon := from
	for colon < to && b[colon] != ':' {
		if b[colon] <= ' ' || b[colon] == 0x7f {
			return errFieldSyntax
		}
		colon++
	}
	if colon == from {
		return errFieldSyntax
	}
	name := span{uint32(from), uint32(colon)}
	from = min(colon+1, to)
	for from < to && isBlank(b[from]) {
		from++
	}
	for to > from && isBlank(b[to-1]) {
		to--
	}
	value := span{uint32(from), uint32(to)}
	if v := value.of(b); bytes.IndexByte(v, '\r') >= 0 || bytes.IndexByte(v, 0) >= 0 {
		return errFieldSyntax
	}
	if len(h.fields) == maxFields {
		return errTooManyFields
	}
	h.fields = append(h.fields, field{name, value})
	return h.noteFraming(name.of(b), value.of(b))
}

// noteFraming takes what bears on where the body ends. Anything that two parties could read differently is refused.
//
// Kong 3.9 (nginx since 1.23): a repeated or invalid Content-Length, a repeated Transfer-Encoding or one that is not
// "chunked", and both together are invalid answers.
func (h *head) noteFraming(name, value []byte) error {
	switch {
	case equalFold(name, "connection"):
		h.close = h.close || containsFold(value, "close")
	case equalFold(name, "content-length"):
		if h.length >= 0 {
			return errRepeated
		}
		length, ok := parseLength(value)
		if !ok {
			return errContentLength
		}
		h.length = length
	case equalFold(name, "transfer-encoding"):
		if h.chunked {
			return errRepeated
		}
		if !equalFold(value, "chunked") {
			return errCoding
		}
		h.chunked = true
	}
	if h.chunked && h.length >= 0 {
		return errTwoFramings
	}
	return nil
}

// parseLength parses a Content-Length, which is digits and nothing else.
func parseLength(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 18 { // 18 digits cannot overflow
		return 0, false
	}
	var n int64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// equalFold compares b with lower, which must be in lower case, without regard to ASCII case.
func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// containsFold tells whether lower, which must be in lower case, occurs in b without regard to ASCII case.
func containsFold(b []byte, lower string) bool {
	for i := 0; i+len(lower) <= len(b); i++ {
		if equalFold(b[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}
