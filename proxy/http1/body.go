package http1

import (
	"errors"
	"io"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// ErrBodyTooLarge says that a chunked body exceeds Settings.MaxBody. The request is to be answered with 413.
var ErrBodyTooLarge error = errBodyTooLarge

var errBodyHandedOver = errors.New("request body was handed over")

// body is the state of reading a request body. What was received of it lies in the buffer of the connection.
type body struct {
	left       int64 // bytes missing, of a body of known length
	chunked    bool
	chunks     message.ChunkDecoder
	run        int   // chunked: bytes of payload at the front of the buffer
	taken      int64 // chunked: bytes of payload so far
	expects    bool  // the client waits for 100 Continue
	handedOver bool  // Rest was called
	spare      *[]byte
}

func (b *body) begin(r *message.Request, received []byte) {
	*b = body{left: r.Length}
	if r.Length == message.Chunked {
		*b = body{chunked: true}
	}
	b.expects = r.Length != 0 && int64(len(received)) < max(r.Length, 1) && r.Version > message.HTTP10 &&
		message.EqualFold(r.Value(message.Expect), "100-continue")
}

func (b *body) done() bool {
	if b.chunked {
		return b.chunks.Done()
	}
	return b.left == 0
}

func (b *body) release(s *Server) { s.copies.put(b.spare) }

// Early returns what has arrived of a body of known length and was not read. It is nil for a chunked one.
func (c *Conn) Early() []byte {
	if c.body.chunked {
		return nil
	}
	return c.in[c.start : c.start+int(min(c.body.left, int64(c.end-c.start)))]
}

// Rest hands over what follows Early, after having sent 100 Continue if the client waits for it. Whoever takes it says with
// Handed what became of it.
func (c *Conn) Rest() (message.Rest, error) {
	rest := message.Rest{Conn: c.conn, Timeout: c.server.settings.BodyTimeout}
	if c.body.chunked {
		rest.Length, rest.Reader = message.Chunked, (*handedBody)(c)
	} else {
		rest.Length = c.body.left - int64(len(c.Early()))
	}
	if rest.Length == 0 || c.body.done() {
		return message.Rest{}, nil
	}
	c.body.handedOver = true
	c.disarm()
	return rest, c.sendContinue()
}

// TakeBack takes a body back of which nothing was read after Rest.
func (c *Conn) TakeBack() { c.body.handedOver = false }

// Handed tells what became of a body that Rest handed over: whether all of it was read.
func (c *Conn) Handed(all bool) {
	c.body.handedOver = false
	switch {
	case !all:
		c.closing = true
	case !c.body.chunked:
		c.start += len(c.Early())
		c.body.left = 0
	}
}

// handedBody reads a chunked body without setting deadlines.
type handedBody Conn

func (h *handedBody) Read(p []byte) (int, error) {
	c := (*Conn)(h)
	return c.readChunked(p, func() error {
		n, err := c.conn.Read(c.in[c.end:])
		c.end += n
		if n > 0 {
			return nil
		}
		return err
	})
}

// Read reads from the body, with the timeout of Settings between two reads; io.EOF is its end. Before it waits for the first
// time it sends 100 Continue, if the client wants that.
func (c *Conn) Read(p []byte) (int, error) {
	if c.body.handedOver {
		return 0, errBodyHandedOver
	}
	if c.body.chunked {
		return c.readChunked(p, c.awaitBody)
	}
	for c.body.left > 0 {
		if early := c.Early(); len(early) > 0 {
			n := copy(p, early)
			c.start += n
			c.body.left -= int64(n)
			return n, nil
		}
		if err := c.awaitBody(); err != nil {
			return 0, err
		}
	}
	return 0, io.EOF
}

// readChunked reads payload; fill receives bytes into the buffer, in which there is room.
func (c *Conn) readChunked(p []byte, fill func() error) (int, error) {
	b := &c.body
	for {
		if b.run == 0 && !b.chunks.Done() {
			skip, data, err := b.chunks.Next(c.in[c.start:c.end])
			if err != nil {
				return 0, &Refusal{400, err.Error()}
			}
			c.start += skip
			b.run = data
			b.taken += int64(data)
			if limit := c.server.settings.MaxBody; limit > 0 && b.taken > limit {
				return 0, ErrBodyTooLarge
			}
		}
		switch {
		case b.run > 0:
			n := copy(p, c.in[c.start:c.start+b.run])
			c.start += n
			b.run -= n
			return n, nil
		case b.chunks.Done():
			return 0, io.EOF
		}
		c.bodyRoom()
		if err := fill(); err != nil {
			return 0, cut(err)
		}
	}
}

// awaitBody receives more of the body.
func (c *Conn) awaitBody() error {
	if err := c.sendContinue(); err != nil {
		return err
	}
	c.bodyRoom()
	return cut(c.receive(after(c.server.clock.now(), c.server.settings.BodyTimeout)))
}

func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// bodyRoom makes room for more of the body, all that has arrived of which was read. The head stays where it is.
func (c *Conn) bodyRoom() {
	if c.end < len(c.in) || c.start < c.end {
		return
	}
	if c.body.spare == nil {
		c.body.spare = c.server.copies.get()
	}
	c.in = (*c.body.spare)[:copySize]
	c.start, c.end = 0, 0
}

// sendContinue tells the client to send the body, if it waits for that.
func (c *Conn) sendContinue() error {
	if !c.body.expects {
		return nil
	}
	c.body.expects = false
	return c.write([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
}
