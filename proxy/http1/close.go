package http1

import (
	"io"
	"net"
	"time"
)

const (
	// maxDiscard is how much of a body that nobody wants is read so that the connection can be kept.
	maxDiscard = 64 << 10

	// lingerPause and lingerLimit bound how long a connection is read from after the last response, at a time and in all,
	// because closing it with bytes unread could make the client lose the response. nginx: lingering_timeout, lingering_time.
	lingerPause = 5 * time.Second
	lingerLimit = 30 * time.Second
)

// End ends the exchange: it reads what is left of the request and gives back the buffers. It reports whether another request
// may follow; if not, the connection is to be closed.
func (c *Conn) End() bool {
	c.putOut()
	if !c.closing && !c.body.done() && !c.discard() {
		c.closing = true
	}
	if c.closing || c.server.draining.Load() && c.start == c.end {
		c.closing = true
		return false
	}
	left := c.in[c.start:c.end]
	next := c.work
	if len(left) == 0 {
		c.idle, c.since = true, c.server.clock.now()
		c.server.putWork(c.work)
		c.work = nil
		return true
	}
	// A request that was pipelined.
	in := next.own
	if len(left) > len(in)/2 {
		in = make([]byte, len(left)+c.server.settings.MaxHead)
	}
	n := copy(in, left)
	next.body.release(c.server)
	*next = work{own: next.own, in: in, end: n, req: next.req}
	next.req.Reset()
	return true
}

// persists reports whether the connection will carry another request after the present one. It is asked when the head of the
// response is written.
func (c *Conn) persists() bool {
	if c.server.draining.Load() || !c.closing && !c.body.handedOver && !c.body.done() && !c.discardable() {
		c.closing = true
	}
	return !c.closing
}

// discardable tells whether the rest of the body is small, or here already.
func (c *Conn) discardable() bool {
	if c.body.expects {
		return false
	}
	if !c.body.chunked {
		return c.body.left <= maxDiscard
	}
	c.dropChunks()
	return c.body.done()
}

// dropChunks discards what has arrived of a chunked body.
func (c *Conn) dropChunks() {
	b := &c.body
	for !b.chunks.Done() {
		c.start += b.run
		b.run = 0
		skip, data, err := b.chunks.Next(c.in[c.start:c.end])
		c.start += skip
		b.run = data
		if err != nil || skip+data == 0 {
			return
		}
	}
}

// discard reads the rest of the body.
func (c *Conn) discard() bool {
	if !c.discardable() {
		return false
	}
	for !c.body.chunked && c.body.left > 0 {
		n := len(c.Early())
		c.start += n
		c.body.left -= int64(n)
		if c.body.left == 0 {
			break
		}
		c.bodyRoom()
		if c.receive(c.server.clock.now()+lingerPause) != nil {
			return false
		}
	}
	return true
}

// Close closes the connection. If the client may still be sending what nobody will read, it is given some time to read the
// response first.
func (c *Conn) Close() {
	if c.work != nil {
		c.putOut()
		if !c.aborted && (c.refused || !c.body.done()) {
			c.linger()
		}
		c.server.putWork(c.work)
		c.work = nil
	}
	_ = c.conn.Close()
	c.server.forget(c)
}

func (c *Conn) linger() {
	half, ok := c.conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	end := time.Now().Add(lingerLimit)
	for time.Now().Before(end) && !c.server.draining.Load() {
		if c.conn.SetReadDeadline(time.Now().Add(lingerPause)) != nil {
			return
		}
		if _, err := c.conn.Read(c.in); err != nil {
			return
		}
	}
}

// Last has the connection end with the present response. It is called before the head of that is ended.
func (c *Conn) Last() { c.closing = true }

// Abort makes the client notice that the response is incomplete: the connection is closed without lingering.
func (c *Conn) Abort() {
	c.closing = true
	c.aborted = true
}

// Hijack takes the connection out of HTTP, after a response with status 101. early holds what the client has sent already.
// The connection has no deadlines; it is closed by Close, as ever.
func (c *Conn) Hijack() (nc net.Conn, early []byte) {
	c.closing = true
	early = append(early, c.in[c.start:c.end]...)
	c.armed = 0
	_ = c.conn.SetDeadline(time.Time{})
	return c.conn, early
}

var _ io.Reader = (*Conn)(nil)
