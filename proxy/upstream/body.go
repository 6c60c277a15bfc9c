package upstream

import (
	"errors"
	"io"
	"os"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// framing is how the end of a body is found.
type framing uint8

const (
	fixedBody framing = iota
	chunkedBody
	untilClose
)

// body is the state of reading a response body.
type body struct {
	framing  framing
	complete bool  // the end was reached
	left     int64 // fixedBody: bytes missing
	chunks   message.ChunkDecoder
	run      int    // chunkedBody: bytes of payload at the front of buf[at:end]
	err      *Error // what ended the body early

	// buf[at:end] was read and not yet taken. Up to floor buf belongs to the head.
	buf            []byte
	floor, at, end int
}

const (
	// minBodySpace is the least that is worth reading into the room that a head left in its buffer.
	minBodySpace = 4 << 10
	// directRead is the least size of a slice that is read into without a detour through the buffer.
	directRead = 4 << 10
)

// payload returns the part of the body that is in the buffer.
func (b *body) payload() ([]byte, error) {
	in := b.buf[b.at:b.end]
	switch b.framing {
	case fixedBody:
		return in[:min(int64(len(in)), b.left)], nil
	case chunkedBody:
		if b.run == 0 && !b.complete {
			skip, data, err := b.chunks.Next(in)
			if err != nil {
				return nil, err
			}
			b.at += skip
			b.run = data
			b.complete = b.chunks.Done()
		}
		return b.buf[b.at : b.at+b.run], nil
	}
	return in, nil
}

// take drops n bytes from the front of what payload returned.
func (b *body) take(n int) {
	b.at += n
	switch b.framing {
	case fixedBody:
		b.left -= int64(n)
		b.complete = b.left == 0
	case chunkedBody:
		b.run -= n
	}
}

// Read reads from the body; io.EOF is its end. Any other error is an *Error.
func (r *Response) Read(p []byte) (int, error) {
	b := &r.body
	if b.err != nil {
		return 0, b.err
	}
	for len(p) > 0 {
		data, err := b.payload()
		switch {
		case len(data) > 0:
			n := copy(p, data)
			b.take(n)
			r.conn.pool().stats.responseCopied.Add(int64(n))
			return n, nil
		case b.complete:
			return 0, io.EOF
		case err != nil:
			return 0, r.failBody(OpParse, err)
		case len(p) >= directRead && b.framing != chunkedBody:
			return r.readDirect(p)
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// readDirect reads into p while the buffer is empty.
func (r *Response) readDirect(p []byte) (int, error) {
	b := &r.body
	if b.framing == fixedBody {
		p = p[:min(int64(len(p)), b.left)]
	}
	n, err := r.receive(p)
	if b.framing == fixedBody {
		b.left -= int64(n)
		b.complete = b.left == 0
	}
	r.conn.pool().stats.responseCopied.Add(int64(n))
	return n, err
}

// Whole returns the body if all of it came together with the head, and then counts it as read.
func (r *Response) Whole() (data []byte, ok bool) {
	b := &r.body
	if b.complete {
		return nil, b.framing == fixedBody
	}
	if b.framing != fixedBody || b.left > int64(b.end-b.at) {
		return nil, false
	}
	data, _ = b.payload()
	b.take(len(data))
	r.conn.pool().stats.responseCopied.Add(int64(len(data)))
	return data, true
}

// Ready reports whether the next Read returns without waiting: because bytes of the body are in memory, or because it has
// ended.
func (r *Response) Ready() bool {
	b := &r.body
	if b.err != nil {
		return true
	}
	data, err := b.payload()
	return len(data) > 0 || b.complete || err != nil
}

// fill reads into the empty buffer. It returns io.EOF, with the body marked as complete, if closing the connection is
// how it ends.
func (r *Response) fill() error {
	b := &r.body
	if len(b.buf)-b.floor < minBodySpace {
		r.widen()
	}
	b.at, b.end = b.floor, b.floor
	n, err := r.receive(b.buf[b.floor:])
	b.end += n
	return err
}

// widen replaces the empty buffer by a larger one. The head stays where it is.
func (r *Response) widen() {
	b := &r.body
	if b.floor > 0 || len(b.buf) < copyBuffer {
		b.buf = r.conn.pool().buffers.getCopy()
		b.floor, b.at, b.end = 0, 0, 0
	}
}

// receive reads from the connection, up to the timeout for reading.
func (r *Response) receive(p []byte) (int, error) {
	b, c := &r.body, r.conn
	n, err := c.read(p, c.timeouts.Read)
	for c.readAgain(err) {
		n, err = c.read(p, c.timeouts.Read)
	}
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF && b.framing == untilClose:
		b.complete = true
		return 0, io.EOF
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	return 0, r.failBody(OpRead, err)
}

// failBody ends the body. Later reads return the same error.
func (r *Response) failBody(op Op, err error) *Error {
	r.body.err = r.conn.fail(op, err)
	return r.body.err
}

// readAgain tells whether a read of the body was interrupted only because the upload failed. A server that has begun to
// answer may stop reading the request.
func (c *conn) readAgain(err error) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) || c.upload.state.Load() != uploadFailed {
		return false
	}
	c.dropUpload()
	return true
}
