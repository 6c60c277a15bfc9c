package http1

import (
	"io"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// Stream ends the response with a body of the given length; if that is below zero, its end tells the length. What arrives is
// passed on at once. prompt has the head sent without waiting for the first of it. Stream returns how many bytes of the body
// were sent. After an error the response is incomplete, and the connection must be closed.
func (c *Conn) Stream(body message.Body, length int64, prompt bool) (int64, error) {
	chunked := length < 0 && c.canChunk()
	if length < 0 && !chunked {
		c.closing = true
	}
	c.endHead(length, chunked)
	if prompt {
		if err := c.flush(); err != nil {
			return 0, err
		}
	}
	if chunked {
		return c.sendChunks(body)
	}
	return c.copy(body)
}

// StreamBare sends nothing but a body, whose end is that of the connection: the answer to a request that got none of HTTP.
func (c *Conn) StreamBare(body message.Body) (int64, error) {
	c.closing = true
	if c.out == nil {
		c.out = c.server.out.get()
	}
	*c.out = (*c.out)[:0]
	return c.copy(body)
}

func (c *Conn) copy(body message.Body) (int64, error) {
	n, err := body.SendTo(c.writer(), c.conn, c.server.settings.SendTimeout)
	c.armedOut = 0 // SendTo has cleared it
	if err == nil {
		err = c.flush()
	}
	return n, err
}

// responseWriter is what a body is written to. It sends everything at once, the first bytes together with the head.
type responseWriter Conn

func (c *Conn) writer() *responseWriter { return (*responseWriter)(c) }

func (w *responseWriter) Write(p []byte) (int, error) {
	if err := w.add(p); err != nil {
		return 0, err
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush sends what is held back: the head, before a body that bypasses the writer.
func (w *responseWriter) Flush() error { return (*Conn)(w).flush() }

// add appends p to what is held back, or sends both if there is no room.
func (w *responseWriter) add(p []byte) error {
	c := (*Conn)(w)
	if held := *c.out; len(held)+len(p) <= cap(held) {
		*c.out = append(held, p...)
		return nil
	}
	if err := c.flush(); err != nil {
		return err
	}
	return c.write(p)
}

const (
	// chunkSize is the room for the size of a chunk, which has four digits and a line end.
	chunkSize = len("ffff\r\n")
	// chunkRoom is what a chunk takes beside its data, and the last chunk with it.
	chunkRoom = chunkSize + len("\r\n") + len(lastChunk)
	// leastChunk is the least room for data that is worth a chunk.
	leastChunk = 2 << 10
	// mostChunk is the most that four digits can say.
	mostChunk = 0xffff

	lastChunk = "0\r\n\r\n"
)

// sendChunks sends a body in chunked coding. It reads behind the head, or behind the chunk before, and sends when the next
// read would wait or the buffer is full.
func (c *Conn) sendChunks(body message.Body) (sent int64, err error) {
	for {
		c.chunkBuffer()
		b := *c.out
		room := b[len(b)+chunkSize : cap(b)-len("\r\n")-len(lastChunk)]
		n, err := body.Read(room[:min(len(room), mostChunk)])
		if n > 0 {
			*c.out = appendChunkFrame(b, n)
			sent += int64(n)
		}
		if err == io.EOF {
			*c.out = append(*c.out, lastChunk...)
			return sent, c.flush()
		}
		if err != nil {
			// What has arrived is passed on, as it would have been a moment earlier.
			_ = c.flush()
			return sent, err
		}
		if cap(b)-len(*c.out) < leastChunk+chunkRoom || !body.Ready() {
			if err := c.flush(); err != nil {
				return sent, err
			}
		}
	}
}

// chunkBuffer makes sure that there is room for a chunk. A body that does not fit into the first buffer gets a larger one.
func (c *Conn) chunkBuffer() {
	b := *c.out
	if cap(b) == outSize && (len(b) == 0 || cap(b)-len(b) < leastChunk+chunkRoom) {
		larger := c.server.copies.get()
		*larger = append(*larger, b...)
		c.server.out.put(c.out)
		c.out = larger
	}
	if b := *c.out; cap(b)-len(b) < leastChunk+chunkRoom {
		grown := make([]byte, len(b), len(b)+copySize)
		copy(grown, b)
		c.out = &grown
	}
}

// appendChunkFrame makes a chunk of n bytes that lie behind b, with room for the size between them.
func appendChunkFrame(b []byte, n int) []byte {
	const digits = "0123456789abcdef"
	b = append(b, digits[n>>12], digits[n>>8&15], digits[n>>4&15], digits[n&15], '\r', '\n')
	return append(b[:len(b)+n], "\r\n"...)
}
