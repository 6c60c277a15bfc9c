package http1

import (
	"time"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// The obvious way to serve a connection is to read a request, to answer it and to read again. The last read nearly always
// fails, because the client has yet to see the answer, and only then is there waiting. It cannot be left out: package net
// forgets at the beginning of every read what was reported before, and so a request that arrived meanwhile would be waited
// for until the next one.
//
// It does not forget between two attempts of one syscall.RawConn.Read, though. So requests are served inside of the
// callback of that, one after the other, and each ends with asking for another attempt when there is something to read.
//
// One thing is not reported: that the client ended its side together with sending a request, because that is one report for
// both. Therefore a connection that has become idle is looked at once more after lookAfter.
//
// What is served so must not read from the connection, nor close it: both would wait for the callback to end. Requests with
// a body that is still to come, and those that ask for another protocol, are therefore left to the caller of Next, as is
// everything that happens once in a while.

const lookAfter = 100 * time.Millisecond

// serveInPlace serves the request whose first bytes were just read, if it may, and reports whether the connection is idle
// again. If it is not, the rest is up to Next.
func (c *Conn) serveInPlace() bool {
	// The goroutine that serves the first request, or the first for some time, has to end soon; see ErrSettle.
	if c.serve == nil || c.settled || c.requests.Load() < 2 {
		return false
	}
	length, err := c.scan.next(c.in[:c.end], &c.server.settings)
	if err == nil && length == 0 {
		return false
	}
	c.idle, c.known = false, true
	c.began = c.server.clock.now()
	if err != nil {
		c.headErr = c.refuse(err)
		return false
	}
	if c.headErr = c.take(length); c.headErr != nil || !c.body.done() || c.req.Has(message.Upgrade) {
		return false
	}
	c.known = false
	c.serve(&c.req)
	if !c.End() || !c.idle {
		return false
	}
	// In this order, because Drain looks at what the connection is doing after it has said that it drains.
	c.setActivity(waiting)
	if c.server.draining.Load() {
		c.closing = true
		return false
	}
	return true
}
