package upstream

import (
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/proxy/descriptor"
)

// errStale ends an attempt to use an idle connection that turned out to be unusable before anything was sent.
var errStale = errors.New("idle connection is not usable")

// exchange sends req and reads the response head. On success the response is in c.resp; on failure nothing of the
// exchange is left running and the connection must be closed.
func (c *conn) exchange(req *Request) error {
	c.begin(req)
	err := c.awaitHead()
	if err != errStale {
		c.pool().stats.requestCopied.Add(int64(len(req.Body)))
	}
	if err != nil {
		c.endUpload(false)
		c.end()
		if c.mistrusted(err) {
			err = errStale
		}
	}
	return err
}

func (c *conn) begin(req *Request) {
	c.trust(req)
	c.timeouts, c.upgrade, c.rest, c.sendErr = req.Timeouts, req.Upgrade, req.Rest, nil
	c.sock.written = 0
	c.upload.reset()
	c.resp.begin(c, isHead(req.Head))
	c.out.load(req, c.resp.buf)
}

// end releases what an exchange holds on to.
func (c *conn) end() {
	c.out.clear()
	c.rest = Source{}
	c.resp.end()
}

func (c *conn) awaitHead() error {
	r := &c.resp
	n, err := c.sendAndRead(r.space())
	for ; err == nil; n, err = c.readHead(r.space()) {
		complete, err := r.add(n)
		if err != nil {
			return c.fail(OpParse, err)
		}
		if complete {
			return nil
		}
	}
	return err
}

// sendAndRead sends the request, or starts to, and reads the first bytes of the response.
func (c *conn) sendAndRead(p []byte) (int, error) {
	if c.tls != nil {
		return c.sendAndReadTLS(p)
	}
	n, err := c.sock.readAfter(c.sendFn, p, c.timeouts.Read)
	if err == nil {
		return n, nil
	}
	return c.afterReadFailed(p, err)
}

// send is carried out when the poller is armed for the response. It writes without waiting; whatever cannot be written
// so is left to an upload.
//
// Arming forgets what was reported before. An idle connection is therefore looked at here, unless that has just been done
// (fresh.go), and on a new one, to which anything may have happened already, the first read does not wait for a report.
func (c *conn) send(fd int) step {
	next := readNow
	if c.reused() {
		if !c.fresh && !isQuiet(fd) {
			c.sendErr = errStale
			return giveUp
		}
		next = waitFirst
	}
	for part := c.out.next(); len(part) > 0; part = c.out.next() {
		n, err := descriptor.Write(fd, part)
		if n > 0 {
			c.sock.written += int64(n)
			c.out.advance(n)
		}
		if err == unix.EAGAIN {
			c.startUpload()
			return next
		}
		if err != nil {
			return c.sendFailed(err)
		}
	}
	if c.rest.present() {
		c.startUpload()
	}
	return next
}

// sendFailed notes why a request could not be written as a whole. The server may have answered before it broke off.
func (c *conn) sendFailed(err error) step {
	c.sendErr = err
	if c.reused() && c.sock.written == 0 {
		c.sendErr = errStale
		return giveUp
	}
	return readNow
}

// sendAndReadTLS writes what fits into one buffer at once and leaves anything longer to an upload.
func (c *conn) sendAndReadTLS(p []byte) (int, error) {
	if c.reused() && !c.alive() {
		return 0, errStale
	}
	if c.rest.present() || c.out.len() > exchangeBuffer {
		c.startUpload()
	} else if err := c.write(c.out.next()); err != nil {
		if c.sendFailed(err) == giveUp {
			return c.afterReadFailed(p, errNotSent)
		}
	}
	return c.readHead(p)
}

// readHead reads more bytes of the response head.
func (c *conn) readHead(p []byte) (int, error) {
	n, err := c.read(p, c.timeouts.Read)
	if err == nil {
		return n, nil
	}
	return c.afterReadFailed(p, err)
}

// afterReadFailed decides what a failed read means for the exchange. The timeout for the response begins when the
// request is sent, so that one that ran out while an upload is going on means nothing.
func (c *conn) afterReadFailed(p []byte, err error) (n int, _ error) {
	for errors.Is(err, os.ErrDeadlineExceeded) {
		wait := c.timeouts.Read
		switch c.upload.state.Load() {
		case uploadFailed:
			return c.afterUploadFailed(p)
		case uploadSent:
			wait -= c.pool().clock.now() - time.Duration(c.upload.finished.Load())
		case uploadNone:
			wait = 0
		}
		if wait <= 0 {
			return 0, c.fail(OpRead, err)
		}
		if n, err = c.read(p, wait); err == nil {
			return n, nil
		}
	}
	switch {
	case c.sendErr == errStale:
		return 0, errStale
	case c.sendErr != nil:
		return 0, c.fail(OpWrite, c.sendErr)
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	return 0, c.fail(OpRead, err)
}

// afterUploadFailed looks for a response that the server gave before it stopped reading.
func (c *conn) afterUploadFailed(p []byte) (int, error) {
	op, cause := c.upload.op, c.upload.err
	c.dropUpload()
	if op == OpWrite {
		if n, err := c.readReady(p); err == nil {
			return n, nil
		}
	}
	return 0, c.fail(op, cause)
}
