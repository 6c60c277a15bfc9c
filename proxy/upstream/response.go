package upstream

import (
	"errors"
	"net"
)

// Response is the answer to one request. It lives in its connection: nothing of it, no slice that it returned, may be
// used after Release. It is not safe for concurrent use.
type Response struct {
	conn *conn
	// buf holds what was read: an interim response may precede start, the head begins there, and what follows it is the
	// beginning of the body.
	buf           []byte
	start, filled int
	head          head
	interims      int  // how many interim responses there were
	received      bool // any byte arrived
	headOnly      bool // the request's method is HEAD
	upgraded      bool
	emptied       bool // all of the response came at once, and nothing behind it
	body          body
}

// maxInterim bounds the interim responses (100, 103) before a final one.
const maxInterim = 32

var (
	errTooManyInterim = errors.New("too many interim responses")
	errNotHTTP        = errors.New("no status line")
	errUpgrade        = errors.New("protocol switched without being asked to")
)

func (r *Response) begin(c *conn, headOnly bool) {
	fields := r.head.fields
	*r = Response{conn: c, headOnly: headOnly, buf: c.pool().buffers.getExchange()}
	r.head.fields = fields
	r.head.reset()
}

func (r *Response) end() {
	b := r.conn.pool().buffers
	if len(r.body.buf) > 0 && &r.body.buf[0] != &r.buf[0] {
		b.put(r.body.buf)
	}
	b.put(r.buf)
	r.buf, r.body.buf = nil, nil
	if cap(r.head.fields) > usualFields {
		r.head.fields = nil
	}
}

// usualFields is how many entries of the index of header lines an idle connection keeps.
const usualFields = 64

// space returns where to read the next bytes of the head to.
func (r *Response) space() []byte { return r.buf[r.filled:] }

// add takes note of n bytes that were read into space and goes on parsing. It reports whether the final head is complete,
// and leaves room for more if it is not.
func (r *Response) add(n int) (complete bool, err error) {
	r.filled += n
	r.received = true
	for {
		n, err := r.head.parse(r.buf[r.start:r.filled])
		switch {
		case err != nil:
			return false, err
		case r.head.bare && (r.conn.reused() || r.interims > 0):
			// What comes first on a connection that was used before may be left over from another response.
			return false, errNotHTTP
		case n == 0 && !r.head.bare:
			return false, r.makeRoom()
		case !r.head.interim():
			return true, r.settle(r.start + n)
		}
		if r.interims++; r.interims > maxInterim {
			return false, errTooManyInterim
		}
		r.start += n
		r.head.reset()
	}
}

// makeRoom makes sure that something can be read into the buffer.
func (r *Response) makeRoom() error {
	switch {
	case r.filled < len(r.buf):
	case r.start > 0:
		r.filled = copy(r.buf, r.buf[r.start:r.filled])
		r.start = 0
	case len(r.buf) < maxHead:
		larger := r.conn.pool().buffers.getCopy()
		copy(larger, r.buf)
		r.conn.pool().buffers.put(r.buf)
		r.buf = larger
	default:
		return errHeadTooLarge
	}
	return nil
}

// settle decides how the body is delimited, which begins at an offset in the buffer.
func (r *Response) settle(at int) error {
	h, b := &r.head, &r.body
	b.buf, b.floor, b.at, b.end = r.buf, at, at, r.filled
	switch {
	case h.status == 101:
		if !r.conn.upgrade || r.conn.upload.state.Load() == uploadRunning {
			return errUpgrade
		}
		r.upgraded, b.complete = true, true
	case r.bodiless():
		b.complete = true
	case h.chunked:
		b.framing = chunkedBody
	case h.length >= 0:
		b.left, b.complete = h.length, h.length == 0
	default:
		b.framing = untilClose
	}
	r.emptied = r.filled < len(r.buf) && b.framing == fixedBody && b.left == int64(r.filled-at)
	return nil
}

// StatusCode returns the status, 100 to 999, but never an interim one: 101 is the only 1xx.
func (r *Response) StatusCode() int { return r.head.status }

// Reason returns the reason phrase, which may be empty.
func (r *Response) Reason() []byte { return r.head.reason.of(r.headBytes()) }

// Bare reports an answer without status line and header, as of HTTP/0.9. Its status counts as 200, all its bytes are the
// body, and a gateway in front of it passes them on as they are. Kong 3.9: nginx passes on unparsable answers.
func (r *Response) Bare() bool { return r.head.bare }

// Upgraded reports that the server agreed to switch protocols: Hijack takes over.
func (r *Response) Upgraded() bool { return r.upgraded }

// Len returns the number of header lines.
func (r *Response) Len() int { return len(r.head.fields) }

// Field returns a header line as it was sent, in order of arrival, framing headers included. 0 <= i < Len().
func (r *Response) Field(i int) (name, value []byte) {
	b, f := r.headBytes(), r.head.fields[i]
	return f.name.of(b), f.value.of(b)
}

// Value returns the value of the first header line of a name, which must be in lower case; nil if there is none.
func (r *Response) Value(name string) []byte {
	b := r.headBytes()
	for _, f := range r.head.fields {
		if equalFold(f.name.of(b), name) {
			return f.value.of(b)
		}
	}
	return nil
}

// ContentLength returns the length of the body, or -1 if only its end will tell. It is 0 where the response has no body
// whatever its header says, as after HEAD.
func (r *Response) ContentLength() int64 {
	switch {
	case r.bodiless():
		return 0
	case r.body.framing == fixedBody:
		return r.head.length
	}
	return -1
}

func (r *Response) bodiless() bool {
	return !r.head.bare && (r.headOnly || r.head.status == 101 || r.head.status == 204 || r.head.status == 304)
}

func (r *Response) headBytes() []byte { return r.buf[r.start:] }

// Reused reports that the connection had carried an earlier request.
func (r *Response) Reused() bool { return r.conn.reused() }

// Release ends the exchange. If the response was read to its end and both sides keep the connection it becomes idle,
// otherwise it is closed. Release must be called exactly once, also when the body is of no interest and after Hijack.
//
// It stops an upload that is still going on and reports whether all of the request was sent. If it was not, bytes of
// Request.Rest are left unread or its Conn has an expired deadline: the client's connection must be closed.
func (r *Response) Release() (sent bool) {
	c := r.conn
	c.endUpload(r.body.complete)
	sent = c.sendErr == nil
	reusable := sent && r.reusable()
	c.end()
	c.exchanges++
	switch {
	case c.hijacked:
	case reusable:
		c.peer.put(c)
	default:
		c.close()
	}
	return sent
}

// reusable tells whether the server has sent exactly the response and will take another request.
func (r *Response) reusable() bool {
	limit := r.conn.pool().maxRequests
	return r.body.complete && r.body.at == r.body.end && r.body.framing != untilClose && !r.upgraded && !r.head.close &&
		(limit <= 0 || r.conn.exchanges+1 < limit)
}

// Hijack takes the connection out of an exchange for which Upgraded is true. early holds bytes that the server sent
// after its response. The connection has no deadlines and belongs to the caller, as does early; Release must still be
// called.
func (r *Response) Hijack() (upstream net.Conn, early []byte) {
	c := r.conn
	early = append(early, r.body.buf[r.body.at:r.body.end]...)
	c.sock.resume()
	c.hijacked = true
	if c.tls == nil {
		return c.sock.tcp, early
	}
	c.sock.direct = true
	return c.tls, early
}
