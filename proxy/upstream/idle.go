package upstream

import (
	"crypto/tls"
	"net/netip"
	"sync"
	"time"
)

// idleKey is what two connections must have in common to be used for each other's requests. Whether the certificate of the
// server was checked is not part of it: a service that verifies may get a connection that another one, which does not, has
// made to the same server under the same name.
//
// Kong 3.9: keep-alive pools by address, port, server name and client certificate.
type idleKey struct {
	addr        netip.AddrPort
	secure      bool
	serverName  string
	certificate *tls.Certificate
}

func (k *peerKey) idle() idleKey {
	return idleKey{k.addr, k.secure, k.tls.ServerName, k.tls.Certificate}
}

// idleList holds the idle connections to a server.
type idleList struct {
	pool *Pool
	key  idleKey

	mu       sync.Mutex
	conns    []*conn       // the one used last comes last
	lastUsed time.Duration // when a connection was asked for or given back
	retired  bool          // no longer in Pool.idle; another list may have taken its place
}

// idleList returns the list of a key.
func (p *Pool) idleList(key idleKey) *idleList {
	if known, ok := p.idle.Load(key); ok {
		return known.(*idleList)
	}
	known, _ := p.idle.LoadOrStore(key, &idleList{pool: p, key: key, lastUsed: p.clock.now()})
	return known.(*idleList)
}

// take removes the connection that was used last. It returns nil if there is none that may still be used, and false if the
// list is retired.
func (l *idleList) take() (c *conn, live bool) {
	now := l.pool.clock.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.retired {
		return nil, false
	}
	l.lastUsed = now
	n := len(l.conns)
	if n == 0 || l.expired(l.conns[n-1], now) {
		return nil, true // the others have been idle for even longer
	}
	c = l.conns[n-1]
	l.conns[n-1] = nil
	l.conns = l.conns[:n-1]
	c.refresh(now)
	return c, true
}

func (l *idleList) expired(c *conn, now time.Duration) bool {
	limit := l.pool.idleTimeout
	return limit > 0 && now-c.idleSince >= limit
}

// put adds a connection. If there are too many the one that has been idle for longest is closed. It reports false if the list
// is retired.
func (l *idleList) put(c *conn) (live bool) {
	now := l.pool.clock.now()
	l.mu.Lock()
	if l.retired {
		l.mu.Unlock()
		return false
	}
	surplus := c
	if !l.pool.closed() {
		surplus = nil
		if len(l.conns) >= l.pool.poolSize {
			surplus = l.conns[0]
			l.conns = l.conns[:copy(l.conns, l.conns[1:])]
		}
		c.idleSince, l.lastUsed = now, now
		l.conns = append(l.conns, c)
	}
	l.mu.Unlock()
	if surplus != nil {
		surplus.close()
	}
	return true
}

// reap closes connections that are expired or dead, and retires a list that has been out of use.
func (l *idleList) reap(now time.Duration) {
	var dead []*conn
	l.mu.Lock()
	kept := l.conns[:0]
	for _, c := range l.conns {
		if l.expired(c, now) || !c.alive() {
			dead = append(dead, c)
		} else {
			kept = append(kept, c)
		}
	}
	clear(l.conns[len(kept):])
	l.conns = kept
	if len(kept) == 0 && now-l.lastUsed > retireAfter {
		// Deleted while locked: whoever finds the list retired finds it gone from the map too.
		l.retired = true
		l.pool.idle.CompareAndDelete(l.key, l)
	}
	l.mu.Unlock()
	for _, c := range dead {
		c.close()
	}
}

func (l *idleList) isRetired() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.retired
}

// close closes all connections.
func (l *idleList) close() {
	l.mu.Lock()
	conns := l.conns
	l.conns = nil
	l.mu.Unlock()
	for _, c := range conns {
		c.close()
	}
}
