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
		p.reapOnce(now)
	}
}

// reapOnce does one round. Peers go with the list of their idle connections; a handle that somebody keeps gets another one.
func (p *Pool) reapOnce(now time.Duration) {
	p.idle.Range(func(_, list any) bool {
		list.(*idleList).reap(now)
		return true
	})
	p.peers.Range(func(key, peer any) bool {
		if peer.(*Peer).idle.Load().isRetired() {
			p.peers.CompareAndDelete(key, peer)
		}
		return true
	})
}
