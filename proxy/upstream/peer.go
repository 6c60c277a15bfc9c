package upstream

import (
	"crypto/tls"
	"net/netip"
	"sync/atomic"
)

// peerKey is how a server is spoken to.
type peerKey struct {
	addr   netip.AddrPort
	secure bool
	tls    TLS
}

// Peer is one upstream server as requests are sent to it. It is safe for concurrent use.
type Peer struct {
	pool *Pool
	addr netip.AddrPort
	key  peerKey
	tls  *tls.Config // nil for plain TCP

	idle atomic.Pointer[idleList]
}

// Addr returns the address of the server.
func (p *Peer) Addr() netip.AddrPort { return p.addr }

// RoundTrip sends a request and waits for the head of the response; the caller then reads the body and must call
// Response.Release. Interim responses (100, 103) are dropped. Any error is an *Error.
//
// An idle connection is used if there is one that works, otherwise one is made. A request whose connection turns out to
// be closed before any of it was sent moves on to the next, as does a repeatable one whose connection was closed before
// anything was answered. Anything else is up to the caller: RoundTrip sends the same bytes twice in that case only.
//
// After an error nothing refers to req any more. After a success it may still be in the course of being sent, so that
// req, its slices and Request.Rest must be left alone until Release.
func (p *Peer) RoundTrip(req *Request) (*Response, error) {
	for {
		c, live := p.idle.Load().take()
		if !live {
			p.renew()
			continue
		}
		if c == nil {
			break
		}
		c.peer = p // it may have come from one that is the same but for the checking of certificates
		err := c.exchange(req)
		if err == nil {
			return &c.resp, nil
		}
		c.close()
		if err != errStale {
			return nil, err
		}
	}
	c, err := p.connect(req.Timeouts.Connect)
	if err != nil {
		return nil, err
	}
	if err := c.exchange(req); err != nil {
		c.close()
		return nil, err
	}
	return &c.resp, nil
}

// renew replaces the list of idle connections, which is retired.
func (p *Peer) renew() { p.idle.Store(p.pool.idleList(p.key.idle())) }

// put adds an idle connection.
func (p *Peer) put(c *conn) {
	if p.pool.poolSize <= 0 {
		c.close()
		return
	}
	for !p.idle.Load().put(c) {
		p.renew()
	}
}
