package upstream

import (
	"io"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"time"
)

// upload is the sending of a request that is not over when waiting for the response begins: because its body is still
// to come from the client, or because the server did not take all of it at once. It runs in a goroutine of its own, so
// that a server that answers early, or that answers while it reads, is heard. Whoever ends the exchange waits for it.
type upload struct {
	state    atomic.Int32 // uploadNone and so on
	finished atomic.Int64 // when it ended, by the clock
	stopping atomic.Bool  // the exchange is over
	last     atomic.Bool  // the last bytes are being written
	taken    atomic.Bool  // Source has delivered bytes
	// Why it failed. To be read once state says that it did.
	op   Op
	err  error
	done chan struct{}
}

const (
	uploadNone int32 = iota
	uploadRunning
	uploadSent
	uploadFailed
)

// lastWriteGrace is how long an upload whose last bytes are being written is waited for when the response is complete.
// As a rule the write has happened and its goroutine only has to get a turn.
const lastWriteGrace = 500 * time.Millisecond

func (u *upload) reset() {
	u.state.Store(uploadNone)
	u.stopping.Store(false)
	u.last.Store(false)
	u.taken.Store(false)
	u.op, u.err = 0, nil
}

// startUpload hands what is left of the request to a new goroutine.
func (c *conn) startUpload() {
	u := &c.upload
	if u.done == nil {
		u.done = make(chan struct{}, 1)
	}
	c.out.unmerge()
	u.state.Store(uploadRunning)
	go c.uploadFn()
}

func (c *conn) runUpload() {
	u := &c.upload
	u.op, u.err = c.sendRest()
	u.finished.Store(int64(c.pool().clock.now()))
	if u.err == nil {
		u.state.Store(uploadSent)
	} else {
		u.state.Store(uploadFailed)
		c.sock.interrupt()
	}
	u.done <- struct{}{}
}

// endUpload waits for the upload, if there is one, and stops it if it is still running. It leaves an error in c.sendErr
// if the request was not sent as a whole. complete tells that the response was.
func (c *conn) endUpload(complete bool) {
	u := &c.upload
	if u.state.Load() == uploadNone {
		return
	}
	if complete && u.last.Load() {
		grace := time.NewTimer(lastWriteGrace)
		defer grace.Stop()
		select {
		case <-u.done:
			u.done <- struct{}{}
		case <-grace.C:
		}
	}
	if u.state.Load() == uploadRunning {
		u.stopping.Store(true)
		c.sendErr = errNotSent
		c.sock.interrupt()
		if c.rest.Conn != nil {
			_ = c.rest.Conn.SetReadDeadline(longAgo)
		}
	}
	<-u.done
	if u.state.Load() == uploadFailed {
		c.sendErr = errNotSent
	}
	u.state.Store(uploadNone)
}

// dropUpload puts a failed upload behind and makes the connection readable again.
func (c *conn) dropUpload() {
	c.endUpload(false)
	c.sock.resume()
}

// sendRest sends what is left in memory and then what the client delivers.
func (c *conn) sendRest() (Op, error) {
	streamed := c.rest.present()
	for part := c.out.next(); len(part) > 0; part = c.out.next() {
		c.upload.last.Store(!streamed && len(part) == c.out.len())
		if err := c.write(part); err != nil {
			return OpWrite, err
		}
		c.out.advance(len(part))
	}
	if !streamed {
		return 0, nil
	}
	var op Op
	var err error
	if c.rest.Length == Chunked {
		op, err = c.sendChunks()
	} else {
		op, err = c.sendLength()
	}
	if c.rest.Conn != nil && c.rest.Timeout > 0 && !c.upload.stopping.Load() {
		_ = c.rest.Conn.SetReadDeadline(time.Time{})
	}
	return op, err
}

// sendLength sends a body of known length.
func (c *conn) sendLength() (Op, error) {
	left := c.rest.Length
	if client, ok := c.rest.Conn.(*net.TCPConn); ok && c.rest.Reader == nil && c.tls == nil && left >= spliceMin {
		n, op, err := c.spliceUpload(client, left)
		if err != nil {
			return op, err
		}
		left -= n
	}
	buf := c.pool().buffers.getCopy()
	defer c.pool().buffers.put(buf)
	for left > 0 {
		n, err := c.readClient(buf[:min(left, int64(len(buf)))])
		left -= int64(n)
		if n > 0 {
			c.upload.last.Store(left == 0)
			if err := c.write(buf[:n]); err != nil {
				return OpWrite, err
			}
			c.pool().stats.requestCopied.Add(int64(n))
		}
		if err != nil && left > 0 {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return OpReadClient, err
		}
	}
	return 0, nil
}

// spliceUpload moves the body from socket to socket. It moves less than length, without an error, where the kernel
// refuses.
func (c *conn) spliceUpload(client *net.TCPConn, length int64) (int64, Op, error) {
	u := &c.upload
	m := c.pool().movers.get()
	defer c.pool().movers.put(m)
	if err := m.borrow(client, &u.stopping); err != nil {
		return 0, OpReadClient, err
	}
	var moved int64
	for moved < length {
		n, err := m.fill(&m.borrowed, length-moved, c.rest.Timeout)
		if err == errSpliceRefused {
			break
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return moved, OpReadClient, err
		}
		moved += n
		u.taken.Store(true)
		u.last.Store(moved == length)
		if err := m.drain(&c.sock, c.timeouts.Write); err != nil {
			return moved, OpWrite, err
		}
		c.pool().stats.requestSpliced.Add(n)
	}
	return moved, 0, nil
}

// sendChunks sends a body of unknown length in chunked coding, each block that the client delivers as one chunk.
func (c *conn) sendChunks() (Op, error) {
	buf := c.pool().buffers.getCopy()
	defer c.pool().buffers.put(buf)
	// The data is read to where it leaves room for its size in front and for the line end after it.
	const room = len("ffffff\r\n")
	for {
		n, err := c.readClient(buf[room : len(buf)-len(crlf)])
		if n > 0 {
			var size [room]byte
			line := append(strconv.AppendInt(size[:0], int64(n), 16), crlf...)
			from := room - len(line)
			copy(buf[from:], line)
			copy(buf[room+n:], crlf)
			if err := c.write(buf[from : room+n+len(crlf)]); err != nil {
				return OpWrite, err
			}
			c.pool().stats.requestCopied.Add(int64(n))
		}
		switch {
		case err == io.EOF:
			c.upload.last.Store(true)
			return OpWrite, c.write(lastChunk)
		case err != nil:
			return OpReadClient, err
		}
	}
}

// readClient reads a block of the request body.
func (c *conn) readClient(p []byte) (int, error) {
	if c.rest.Conn != nil && c.rest.Timeout > 0 {
		if err := c.rest.Conn.SetReadDeadline(time.Now().Add(c.rest.Timeout)); err != nil {
			return 0, err
		}
	}
	// Looked at after the deadline was set, because endUpload sets it before it moves the deadline into the past.
	if c.upload.stopping.Load() {
		return 0, os.ErrDeadlineExceeded
	}
	reader := c.rest.Reader
	if reader == nil {
		reader = c.rest.Conn
	}
	n, err := reader.Read(p)
	if n > 0 {
		c.upload.taken.Store(true)
	}
	return n, err
}
