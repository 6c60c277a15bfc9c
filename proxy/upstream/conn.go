package upstream

import (
	"crypto/tls"
	"errors"
	"os"
	"sync/atomic"
	"time"
)

// conn is a connection to an upstream server. One exchange at a time uses it; in between it lies in its Peer's list of
// idle connections, and then it holds no buffer.
type conn struct {
	peer *Peer
	sock socket
	tls  *tls.Conn // nil for plain TCP

	stopped   atomic.Bool // the stop flag of sock
	exchanges int         // exchanges completed before the current one
	hijacked  bool        // the connection was given away
	probe     [1]byte     // what alive reads into
	idleSince time.Duration
	fresh     bool // it was idle for a moment only; see fresh.go

	// Methods that are used as functions, bound once so that this allocates nothing.
	sendFn   func(fd int) step // send
	uploadFn func()            // runUpload

	// The rest belongs to the current exchange.
	timeouts Timeouts
	upgrade  bool
	out      outgoing
	rest     Source
	sendErr  error // why the request was not sent as a whole before the response was waited for
	upload   upload
	resp     Response
}

func (c *conn) pool() *Pool { return c.peer.pool }

func (c *conn) reused() bool { return c.exchanges > 0 }

// read waits for bytes of the response. It returns either bytes or an error.
func (c *conn) read(p []byte, timeout time.Duration) (int, error) {
	if c.tls == nil {
		return c.sock.read(p, timeout)
	}
	c.sock.readTimeout = timeout
	return c.readTLS(p)
}

// readTLS puts off an error that comes with the last bytes, the end of the stream for example. crypto/tls returns it
// again.
func (c *conn) readTLS(p []byte) (int, error) {
	n, err := c.tls.Read(p)
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// readReady returns response bytes that have already arrived; os.ErrDeadlineExceeded if there are none.
func (c *conn) readReady(p []byte) (int, error) {
	if c.tls == nil {
		return c.sock.readReady(p)
	}
	c.sock.neverWait = true
	n, err := c.readTLS(p)
	c.sock.neverWait = false
	return n, err
}

// write sends all of p.
func (c *conn) write(p []byte) error {
	var err error
	if c.tls == nil {
		_, err = c.sock.write(p, c.timeouts.Write)
	} else {
		c.sock.writeTimeout = c.timeouts.Write
		_, err = c.tls.Write(p)
	}
	return err
}

// alive tells whether an idle connection can carry a request: it is open and nothing has arrived on it. Below TLS
// something may have, a session ticket for example; what counts is what TLS makes of it. A connection that is not alive
// must be closed.
func (c *conn) alive() bool {
	_, err := c.readReady(c.probe[:])
	return errors.Is(err, os.ErrDeadlineExceeded)
}

// close closes the connection. Over TLS it tells the server so if that is possible at once.
func (c *conn) close() {
	if c.tls == nil {
		_ = c.sock.Close()
		return
	}
	c.sock.neverWait = true
	_ = c.tls.Close()
	_ = c.sock.Close()
}

// fail describes a failure of the current exchange. Only the goroutine that owns the exchange may call it.
func (c *conn) fail(op Op, err error) *Error {
	timeout := errors.Is(err, os.ErrDeadlineExceeded)
	return &Error{
		Op: op, Addr: c.peer.addr, Err: err, timeout: timeout,
		Reused:    c.reused(),
		Received:  c.resp.received,
		BodyTaken: c.upload.taken.Load(),
	}
}
