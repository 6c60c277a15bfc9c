package upstream

// Idle returns how many idle connections a peer holds.
func (p *Peer) Idle() int {
	l := p.idle.Load()
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// Retire does what the reaper does to a peer that has been out of use.
func (p *Peer) Retire() { p.pool.reapOnce(p.pool.clock.now() + 2*retireAfter) }

// Peers returns how many peers a pool knows.
func (p *Pool) Peers() (n int) {
	p.peers.Range(func(_, _ any) bool { n++; return true })
	return n
}

// RefuseSplice makes a pool behave as if the kernel had no pipe to spare.
func (p *Pool) RefuseSplice() { p.movers.pipes.create = func() *pipe { return nil } }

// Buffer sizes that tests place bodies around.
const (
	ExchangeBuffer = exchangeBuffer
	CopyBuffer     = copyBuffer
	MaxHead        = maxHead
	MaxFields      = maxFields
	MaxInterim     = maxInterim
)

// Reap does one round of the reaper.
func (p *Peer) Reap() { p.pool.reapOnce(p.pool.clock.now()) }
