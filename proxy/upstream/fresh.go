package upstream

import "time"

// Looking at an idle connection before it is used is a read that fails. A gateway that is busy takes up a connection again
// within microseconds, and then the last read of the response before has already shown that nothing more was there: it got
// less than there was room for.
//
// What arrives in between, which can only be the end of the stream or something uninvited, goes unnoticed. So this is for
// requests only that may be sent twice: they move on to the next connection if this one turns out to be closed. Usually it
// does when the request arrives at the server. If that has closed only its own direction it does not, and the report of that
// is lost; so an answer is not waited for longer than recheckAfter without looking.
const (
	freshFor     = 2 * time.Millisecond
	recheckAfter = 100 * time.Millisecond
)

// refresh is called when the connection is taken up again, at a moment.
func (c *conn) refresh(now time.Duration) {
	c.fresh = c.resp.emptied && c.tls == nil && now-c.idleSince < freshFor
}

// trust decides whether the connection is used for a request without having been looked at.
func (c *conn) trust(req *Request) {
	c.fresh = c.fresh && req.Repeatable && !req.Rest.present()
	c.sock.recheck = 0
	if c.fresh {
		c.sock.recheck = recheckAfter
	}
}

// mistrusted tells whether an exchange failed because the connection should have been looked at.
func (c *conn) mistrusted(failure error) bool {
	e, ok := failure.(*Error)
	return ok && c.fresh && !c.resp.received && !e.timeout
}
