package upstream

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Options are the settings of a Pool. The zero value keeps no connection alive.
type Options struct {
	// PoolSize is how many idle connections are kept for each peer; 0 switches keep-alive off.
	// Kong 3.9: upstream_keepalive_pool_size, 512, which counts per worker process.
	PoolSize int
	// MaxRequests is how many requests a connection carries before it is closed; 0 is no limit.
	// Kong 3.9: upstream_keepalive_max_requests, 10000.
	MaxRequests int
	// IdleTimeout is how long a connection may be idle; 0 is no limit.
	// Kong 3.9: upstream_keepalive_idle_timeout, 60 s.
	IdleTimeout time.Duration
	// Dial makes a TCP connection; nil is the usual way. ctx carries the timeout.
	Dial func(ctx context.Context, addr netip.AddrPort) (*net.TCPConn, error)
}

// Pool holds the connections to all upstream servers. All methods are safe for concurrent use.
type Pool struct {
	poolSize    int
	maxRequests int
	idleTimeout time.Duration
	dial        func(ctx context.Context, addr netip.AddrPort) (*net.TCPConn, error)

	clock   *clock
	buffers *buffers
	movers  *movers
	stats   counters

	peers sync.Map // of peerKey to *Peer
	idle  sync.Map // of idleKey to *idleList

	// ctx ends when the pool is closed: dials in progress are given up, and the reaper stops.
	ctx    context.Context
	cancel context.CancelFunc
	reaped chan struct{}
}

// counters count body bytes. They are apart from each other so that processors do not compete for a cache line.
type counters struct {
	requestSpliced  atomic.Int64
	_               [56]byte
	requestCopied   atomic.Int64
	_               [56]byte
	responseSpliced atomic.Int64
	_               [56]byte
	responseCopied  atomic.Int64
}

// Stats are the bytes of bodies moved since the Pool was made, those of relayed connections included: requests go to
// upstream servers, responses come from them. Spliced bytes never were in the memory of this process.
type Stats struct {
	RequestSpliced, RequestCopied   int64
	ResponseSpliced, ResponseCopied int64
}

// NewPool makes a Pool and starts its only goroutine, which closes connections that have been idle for too long or that
// the server has closed. Close ends it.
func NewPool(o Options) *Pool {
	ctx, cancel := context.WithCancel(context.Background())
	clk := newClock()
	p := &Pool{
		poolSize:    o.PoolSize,
		maxRequests: o.MaxRequests,
		idleTimeout: o.IdleTimeout,
		dial:        o.Dial,
		clock:       clk,
		buffers:     newBuffers(),
		movers:      newMovers(clk),
		ctx:         ctx,
		cancel:      cancel,
		reaped:      make(chan struct{}),
	}
	if p.dial == nil {
		p.dial = dialTCP
	}
	go p.reap()
	return p
}

// Close closes the idle connections and gives up dials in progress; connections in use are closed when their exchange
// ends. Later requests fail with ErrClosed.
func (p *Pool) Close() {
	p.cancel()
	<-p.reaped
	p.idle.Range(func(_, list any) bool {
		list.(*idleList).close()
		return true
	})
	p.movers.pipes.close()
}

func (p *Pool) closed() bool { return p.ctx.Err() != nil }

// Peer returns the handle for a server at an address, spoken to in plain TCP if t is nil. Equal arguments yield equal
// handles. It takes no lock for a peer that is known; still, whoever sends many requests keeps the handle. A handle
// stays good for ever.
func (p *Pool) Peer(addr netip.AddrPort, t *TLS) *Peer {
	key := peerKey{addr: addr}
	if t != nil {
		key.secure, key.tls = true, *t
	}
	if known, ok := p.peers.Load(key); ok {
		return known.(*Peer)
	}
	peer := &Peer{pool: p, addr: key.addr, key: key}
	if key.secure {
		peer.tls = key.tls.config()
	}
	peer.renew()
	known, _ := p.peers.LoadOrStore(key, peer)
	return known.(*Peer)
}

// Stats returns the counters.
func (p *Pool) Stats() Stats {
	return Stats{
		RequestSpliced:  p.stats.requestSpliced.Load(),
		RequestCopied:   p.stats.requestCopied.Load(),
		ResponseSpliced: p.stats.responseSpliced.Load(),
		ResponseCopied:  p.stats.responseCopied.Load(),
	}
}
