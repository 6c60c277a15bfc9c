package upstream

import (
	"crypto/tls"
	"net/netip"
	"sync"
	"time"
)

// peerKey is what two connections must have in common to be used for each other's requests.
// Kong 3.9: keep-alive pools by address, port, server name and client certificate.
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

	mu       sync.Mutex
	idle     []*conn       // the one used last comes last
	lastUsed time.Duration // when a connection was asked for or given back
	retired  bool          // no longer in Pool.peers; another Peer may have taken its place
}

// Addr returns the address of the server.
func (p *Peer) Addr() netip.AddrPort { return p.addr }

// RoundTrip sends a request and waits for the head of the response; the caller then reads the body and must call
// Response.Release. Interim responses (100, 103) are dropped. Any error is an *Error.
//
// An idle connection is used if there is one that works, otherwise one is made. A request whose connection turns out to
// be closed before any of it was sent moves on to the next. Anything else is up to the caller: RoundTrip never sends the
// same bytes twice.
//
// After an error nothing refers to req any more. After a success it may still be in the course of being sent, so that
// req, its slices and Request.Rest must be left alone until Release.
func (p *Peer) RoundTrip(req *Request) (*Response, error) {
	for {
		c, live := p.take()
		if !live {
			p = p.pool.peer(p.key)
			continue
		}
		if c == nil {
			break
		}
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

// take removes the idle connection that was used last. It returns nil if there is none that may still be used, and false
// if the handle is retired.
func (p *Peer) take() (c *conn, live bool) {
	now := p.pool.clock.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.retired {
		return nil, false
	}
	p.lastUsed = now
	n := len(p.idle)
	if n == 0 || p.expired(p.idle[n-1], now) {
		return nil, true // the others have been idle for even longer
	}
	c = p.idle[n-1]
	p.idle[n-1] = nil
	p.idle = p.idle[:n-1]
	return c, true
}

func (p *Peer) expired(c *conn, now time.Duration) bool {
	limit := p.pool.idleTimeout
	return limit > 0 && now-c.idleSince >= limit
}

// put adds an idle connection. If there are too many the one that has been idle for longest is closed.
func (p *Peer) put(c *conn) {
	if p.pool.poolSize <= 0 {
		c.close()
		return
	}
	now := p.pool.clock.now()
	p.mu.Lock()
	if p.retired {
		p.mu.Unlock()
		c.peer = p.pool.peer(p.key)
		c.peer.put(c)
		return
	}
	surplus := c
	if !p.pool.closed() {
		surplus = nil
		if len(p.idle) >= p.pool.poolSize {
			surplus = p.idle[0]
			p.idle = p.idle[:copy(p.idle, p.idle[1:])]
		}
		c.idleSince, p.lastUsed = now, now
		p.idle = append(p.idle, c)
	}
	p.mu.Unlock()
	if surplus != nil {
		surplus.close()
	}
}
