package http1

import (
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/proxy/descriptor"
)

// longAgo is a deadline that ends whatever is waiting.
var longAgo = time.Unix(1, 0)

// receive reads into the room at the end of the buffer, waiting until a moment at most. While the connection is idle it has
// no buffer; it gets one when there is something to read.
//
// Setting a deadline costs more than parsing a small request. One that is set and too early therefore stays: when it fires
// the waiting goes on.
func (c *Conn) receive(until time.Duration) error {
	for {
		now := c.server.clock.now()
		if c.armed != 0 && c.armed <= now || until != never && (c.armed == 0 || c.armed > until) {
			if err := c.arm(until); err != nil {
				return err
			}
		}
		// Looked at after arming, because Drain sets it before it moves the deadline into the past.
		if last := c.server.lastMoment(); c.idle && until > last {
			until = last
			continue
		}
		err := c.read()
		if err == nil {
			c.idle = false
			return nil
		}
		if !isTimeout(err) {
			return err
		}
		if now = c.server.clock.now(); now >= until {
			return os.ErrDeadlineExceeded
		}
		c.armed = now // it has passed, whatever it was
	}
}

func (c *Conn) arm(until time.Duration) error {
	c.armed = until
	if until == never {
		c.armed = 0
	}
	return c.conn.SetReadDeadline(c.server.clock.deadline(until))
}

// disarm takes the deadline away for somebody who sets deadlines of his own.
func (c *Conn) disarm() {
	if c.armed != 0 {
		c.armed = 0
		_ = c.conn.SetReadDeadline(time.Time{})
	}
}

// wake ends the waiting of an idle connection. Any goroutine may call it.
func (c *Conn) wake() {
	if activity(c.activity.Load()) == waiting {
		_ = c.conn.SetReadDeadline(longAgo)
	}
}

// isTimeout is errors.Is(err, os.ErrDeadlineExceeded), which is also true of what crypto/tls makes of it.
func isTimeout(err error) bool {
	timeout, ok := err.(net.Error)
	return ok && timeout.Timeout()
}

// read waits for bytes and reads them.
func (c *Conn) read() error {
	if c.raw != nil {
		if c.idle && c.settled {
			if err := c.raw.Read(c.peekFn); err != nil {
				return err
			}
		}
		if err := c.raw.Read(c.readFn); err != nil {
			return err
		}
		return c.inErr
	}
	if !c.idle {
		n, err := c.conn.Read(c.in[c.end:])
		c.end += n
		if n > 0 {
			return nil
		}
		return err
	}
	n, err := c.conn.Read(c.firstOf[:])
	if n == 0 {
		return err
	}
	c.work = c.server.getWork()
	c.end = copy(c.in, c.firstOf[:])
	return nil
}

// tryPeek looks whether there is anything to be read. It takes so little stack that a settled connection waits with the
// least that a goroutine can have.
func (c *Conn) tryPeek(fd uintptr) bool { return descriptor.Ready(int(fd)) }

// tryRead is one attempt to read from plain TCP; false asks to wait.
func (c *Conn) tryRead(fd uintptr) bool {
	for {
		idle := c.idle
		if idle {
			c.work = c.server.getWork()
		}
		room := len(c.in) - c.end
		n, err := descriptor.Read(int(fd), c.in[c.end:])
		c.end += n
		if n == 0 && idle {
			c.server.putWork(c.work)
			c.work = nil
		}
		c.inErr = err
		if err != nil {
			return err != unix.EAGAIN
		}
		if !idle || !c.serveInPlace() {
			return true
		}
		if n < room {
			return false // all was read, so that whatever comes is reported
		}
	}
}

// write sends all of b.
func (c *Conn) write(b []byte) error {
	if c.raw == nil {
		return c.writeSlowly(b)
	}
	c.pending, c.patient = b, false
	err := c.writePending()
	if err == nil && len(c.pending) > 0 {
		err = c.writePatiently()
	}
	c.pending = nil
	return err
}

// writePatiently waits until the client has taken all that is pending. Only here is there a deadline, because nearly
// everything is written at the first attempt.
func (c *Conn) writePatiently() error {
	c.patient = true
	timeout := c.server.settings.SendTimeout
	for len(c.pending) > 0 {
		if timeout > 0 {
			if err := c.conn.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
				return err
			}
		}
		if err := c.writePending(); err != nil {
			return err
		}
	}
	if timeout > 0 {
		return c.conn.SetWriteDeadline(time.Time{})
	}
	return nil
}

func (c *Conn) writePending() error {
	if err := c.raw.Write(c.writeFn); err != nil {
		return err
	}
	return c.outErr
}

// tryWrite is one attempt to write to plain TCP; false asks to wait.
func (c *Conn) tryWrite(fd uintptr) bool {
	n, err := descriptor.Write(int(fd), c.pending)
	c.pending = c.pending[n:]
	if err == unix.EAGAIN {
		err = nil
	}
	c.outErr = err
	return n > 0 || err != nil || !c.patient
}

// writeSlowly writes to a connection that is not plain TCP. A write that was interrupted by a deadline has broken a TLS
// connection, so that the deadline has to be moved in time: it is when half of it is over.
func (c *Conn) writeSlowly(b []byte) error {
	if timeout := c.server.settings.SendTimeout; timeout > 0 {
		if now := c.server.clock.now(); c.armedOut < now+timeout {
			c.armedOut = after(now, 2*timeout)
			if err := c.conn.SetWriteDeadline(c.server.clock.deadline(c.armedOut)); err != nil {
				return err
			}
		}
	}
	_, err := c.conn.Write(b)
	return err
}
