package upstream

import "time"

const (
	// reapInterval is the longest time between two rounds of the reaper.
	reapInterval = 5 * time.Second
	// retireAfter is how long a peer without connections must have been unused to be forgotten.
	retireAfter = time.Minute
)

// reap closes, until the pool is closed, the idle connections that nobody may or can use any more. Requests would skip
// them anyway; this is to give their descriptors back.
func (p *Pool) reap() {
	defer close(p.reaped)
	interval := reapInterval
	if p.idleTimeout > 0 {
		interval = min(interval, max(p.idleTimeout/4, time.Millisecond))
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-tick.C:
		}
		now := p.clock.now()
		p.peers.Range(func(_, peer any) bool {
			peer.(*Peer).reap(now)
			return true
		})
	}
}

// reap closes connections that are expired or dead and retires a peer that has been out of use.
func (p *Peer) reap(now time.Duration) {
	var dead []*conn
	p.mu.Lock()
	kept := p.idle[:0]
	for _, c := range p.idle {
		if p.expired(c, now) || !c.alive() {
			dead = append(dead, c)
		} else {
			kept = append(kept, c)
		}
	}
	clear(p.idle[len(kept):])
	p.idle = kept
	if len(kept) == 0 && now-p.lastUsed > retireAfter {
		// Deleted while locked: whoever finds the peer retired finds it gone from the map too.
		p.retired = true
		p.pool.peers.CompareAndDelete(p.key, p)
	}
	p.mu.Unlock()
	for _, c := range dead {
		c.close()
	}
}

// closeIdle closes all idle connections.
func (p *Peer) closeIdle() {
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, c := range idle {
		c.close()
	}
}
