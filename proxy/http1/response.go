package http1

import (
	"strconv"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// Begin begins a response with its status line. An empty reason is replaced by the usual one. Fields follow, and then one of
// SendHead, Send, Stream and Switch, which end the head with the lines about framing and persistence. Whatever is passed is
// copied.
func (c *Conn) Begin(status int, reason []byte) {
	c.putOut()
	c.out = c.server.out.get()
	b := append(*c.out, "HTTP/1.1 "...)
	b = strconv.AppendUint(b, uint64(status), 10)
	b = append(b, ' ')
	if len(reason) > 0 {
		b = append(b, reason...)
	} else {
		b = append(b, reasonOf(status)...)
	}
	*c.out = append(b, "\r\n"...)
}

// Field adds a line to the header. Framing and persistence are the business of the functions that end the head.
func (c *Conn) Field(name string, value []byte) {
	b := append(*c.out, name...)
	b = append(b, ": "...)
	b = append(b, value...)
	*c.out = append(b, "\r\n"...)
}

func (c *Conn) putOut() {
	if c.out == nil {
		return
	}
	if cap(*c.out) == copySize {
		c.server.copies.put(c.out)
	} else {
		c.server.out.put(c.out)
	}
	c.out = nil
}

func (c *Conn) isHead() bool { return string(c.req.Method) == "HEAD" }

// endHead ends the head. A length below zero is not announced.
func (c *Conn) endHead(length int64, chunked bool) {
	b := *c.out
	switch {
	case length >= 0:
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, length, 10)
		b = append(b, "\r\n"...)
	case chunked:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	}
	if c.persists() {
		b = append(b, "Connection: keep-alive\r\n\r\n"...)
	} else {
		b = append(b, "Connection: close\r\n\r\n"...)
	}
	*c.out = b
}

// SendHead ends the response without a body: one to HEAD, or with status 204 or 304. A length of 0 or more is announced
// nevertheless, as that of the body that there would be.
func (c *Conn) SendHead(length int64) error {
	c.endHead(length, false)
	return c.flush()
}

// Send ends the response with a body, which is left out if the request was HEAD.
func (c *Conn) Send(body []byte) error {
	c.endHead(int64(len(body)), false)
	if c.isHead() {
		return c.flush()
	}
	if err := c.writer().add(body); err != nil {
		return err
	}
	return c.flush()
}

// Switch ends a response with status 101; Hijack follows.
func (c *Conn) Switch() error {
	c.closing = true
	*c.out = append(*c.out, "Connection: upgrade\r\n\r\n"...)
	return c.flush()
}

// flush sends what was composed.
func (c *Conn) flush() error {
	b := *c.out
	*c.out = b[:0]
	if len(b) == 0 {
		return nil
	}
	return c.write(b)
}

// canChunk tells whether the client understands chunked coding.
func (c *Conn) canChunk() bool { return c.req.Version > message.HTTP10 }
