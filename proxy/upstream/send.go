package upstream

import (
	"io"
	"net"
	"time"
)

// spliceMin is how many bytes of a body must be missing for the kernel to move them from socket to socket. Below it
// one read into a buffer that is at hand does as well.
const spliceMin = exchangeBuffer

// destination is where a response body goes.
type destination struct {
	w       io.Writer
	client  net.Conn      // the connection under w; nil if unknown
	timeout time.Duration // between two successive writes
}

// write writes p within the timeout.
func (d *destination) write(p []byte) error {
	if err := d.arm(); err != nil {
		return err
	}
	_, err := d.w.Write(p)
	return err
}

// flush sends what w holds back.
func (d *destination) flush() error {
	f, ok := d.w.(interface{ Flush() error })
	if !ok {
		return nil
	}
	if err := d.arm(); err != nil {
		return err
	}
	return f.Flush()
}

func (d *destination) arm() error {
	if d.client == nil || d.timeout <= 0 {
		return nil
	}
	return d.client.SetWriteDeadline(time.Now().Add(d.timeout))
}

func (d *destination) disarm() {
	if d.client != nil && d.timeout > 0 {
		_ = d.client.SetWriteDeadline(time.Time{})
	}
}

// WriteTo writes the rest of the body to w and returns the number of bytes. If w is a *net.TCPConn, bodies of known
// length are spliced. Errors are of type *Error; those of w have OpWriteClient.
func (r *Response) WriteTo(w io.Writer) (int64, error) {
	client, _ := w.(net.Conn)
	return r.send(destination{w: w, client: client})
}

// SendTo is WriteTo for a writer that is a way to a connection, such as the *bufio.Writer of a server. If the rest of
// the body can be spliced, w is flushed and then bypassed; otherwise all goes through w, which is left unflushed. timeout
// bounds the wait between two successive writes, 0 being none; the write deadline of client is cleared in the end.
func (r *Response) SendTo(w io.Writer, client net.Conn, timeout time.Duration) (int64, error) {
	d := destination{w: w, client: client, timeout: timeout}
	n, err := r.send(d)
	d.disarm()
	return n, err
}

func (r *Response) send(d destination) (sent int64, err error) {
	b := &r.body
	if b.err != nil {
		return 0, b.err
	}
	spliceable := b.framing == fixedBody && r.conn.tls == nil
	for {
		data, err := b.payload()
		switch {
		case len(data) > 0:
			if err := d.write(data); err != nil {
				return sent, r.failBody(OpWriteClient, err)
			}
			b.take(len(data))
			sent += int64(len(data))
			r.conn.pool().stats.responseCopied.Add(int64(len(data)))
			continue
		case b.complete:
			return sent, nil
		case err != nil:
			return sent, r.failBody(OpParse, err)
		}
		if client, ok := d.client.(*net.TCPConn); ok && spliceable && b.left >= spliceMin {
			n, err := r.splice(d, client)
			sent += n
			if err != nil {
				return sent, err
			}
			spliceable = false
			continue
		}
		if b.framing != fixedBody || b.left > int64(len(b.buf)-b.floor) {
			r.widen()
		}
		if err := r.fill(); err != nil && err != io.EOF {
			return sent, err
		}
	}
}

// splice moves the rest of a body of known length from socket to socket. It moves less, without an error, where the
// kernel refuses.
func (r *Response) splice(d destination, client *net.TCPConn) (moved int64, _ error) {
	b, c := &r.body, r.conn
	if err := d.flush(); err != nil {
		return 0, r.failBody(OpWriteClient, err)
	}
	m := c.pool().movers.get()
	defer c.pool().movers.put(m)
	if err := m.borrow(client, nil); err != nil {
		return 0, r.failBody(OpWriteClient, err)
	}
	for b.left > 0 {
		n, err := m.fill(&c.sock, b.left, c.timeouts.Read)
		switch {
		case c.readAgain(err):
			continue
		case err == errSpliceRefused:
			return moved, nil
		case err == io.EOF:
			return moved, r.failBody(OpRead, io.ErrUnexpectedEOF)
		case err != nil:
			return moved, r.failBody(OpRead, err)
		}
		b.left -= n
		b.complete = b.left == 0
		if err := m.drain(&m.borrowed, d.timeout); err != nil {
			b.complete = false
			return moved, r.failBody(OpWriteClient, err)
		}
		moved += n
		c.pool().stats.responseSpliced.Add(n)
	}
	return moved, nil
}
