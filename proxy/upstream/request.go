package upstream

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"time"
)

// Chunked as Source.Length says that the length of a body is not known before its end.
const Chunked int64 = -1

// Request is one request to an upstream server. It is only read, and may be used again for a retry as long as
// Error.BodyTaken is false.
type Request struct {
	// Head is everything up to and including the empty line, framing headers (Content-Length or Transfer-Encoding:
	// chunked) included: nothing is added to it. No Expect header may be in it, because the body does not wait for
	// 100 Continue.
	Head []byte
	// Body is the body, or its beginning if Rest follows.
	Body []byte
	// Rest is the part of the body that was not read yet. The zero Source is none.
	Rest Source
	// Upgrade says that Head asks for another protocol. Without it, 101 is an invalid answer.
	Upgrade bool
	// Repeatable says that it does no harm if the server carries the request out twice.
	Repeatable bool

	Timeouts Timeouts
}

// Timeouts are those of a service. A timeout of zero is none.
type Timeouts struct {
	Connect time.Duration // for the TCP connection, and again for the TLS handshake
	Write   time.Duration // between two successive writes to the upstream
	Read    time.Duration // between two successive reads from it; the first begins when the request is sent
}

// Source is the part of a request body that is still to come from the client.
type Source struct {
	// Length is how many bytes follow, or Chunked: all up to the end of Reader, sent in chunked coding.
	Length int64
	// Reader delivers them. If it is nil they are taken from Conn, which must then hold nothing but the body of known
	// Length next: where both ends are plain TCP such a body is spliced.
	Reader io.Reader
	// Conn is the connection to the client. It is needed to stop a Reader that waits for a client when the upstream
	// needs no more bytes; without it, Response.Release waits for Reader. Its read deadline belongs to the exchange
	// until Release, and is cleared unless the body was cut short.
	Conn net.Conn
	// Timeout bounds the wait between two successive reads from Conn. It needs Conn.
	Timeout time.Duration
}

// present tells whether there is anything to come, if only the end.
func (s *Source) present() bool { return s.Length != 0 && (s.Reader != nil || s.Conn != nil) }

// outgoing is what of a request is in memory, in the order of sending: head, size of the first chunk, body, end of the
// chunk.
type outgoing struct {
	parts  [4][]byte
	merged []byte // a copy of all parts in one piece; nil if there is none
	size   [20]byte
}

// load takes the parts of req. If there are several and all fit into scratch they are merged there, to be sent with one
// system call.
func (o *outgoing) load(req *Request, scratch []byte) {
	o.parts = [4][]byte{0: req.Head, 2: req.Body}
	if len(req.Body) == 0 {
		return
	}
	if req.Rest.present() && req.Rest.Length == Chunked {
		o.parts[1] = append(strconv.AppendInt(o.size[:0], int64(len(req.Body)), 16), "\r\n"...)
		o.parts[3] = crlf
	}
	if o.len() <= len(scratch) {
		o.merged = scratch[:0]
		for _, part := range o.parts {
			o.merged = append(o.merged, part...)
		}
	}
}

var (
	crlf      = []byte("\r\n")
	lastChunk = []byte("0\r\n\r\n")
)

func (o *outgoing) len() (n int) {
	for _, part := range o.parts {
		n += len(part)
	}
	return n
}

// next returns what to write next; nothing when all is sent.
func (o *outgoing) next() []byte {
	if len(o.merged) > 0 {
		return o.merged
	}
	for _, part := range o.parts {
		if len(part) > 0 {
			return part
		}
	}
	return nil
}

// advance drops the first n bytes, which were sent.
func (o *outgoing) advance(n int) {
	o.merged = o.merged[min(n, len(o.merged)):]
	for i := range o.parts {
		k := min(n, len(o.parts[i]))
		o.parts[i] = o.parts[i][k:]
		n -= k
	}
}

// unmerge lets go of the scratch space.
func (o *outgoing) unmerge() { o.merged = nil }

func (o *outgoing) clear() {
	o.parts, o.merged = [4][]byte{}, nil
}

// isHead tells whether a request asks for the head of the response only.
func isHead(requestHead []byte) bool { return bytes.HasPrefix(requestHead, []byte("HEAD ")) }
