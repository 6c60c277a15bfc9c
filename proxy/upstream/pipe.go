package upstream

import "sync"

const (
	// pipeSize is the capacity asked for, and the most that waits in a pipe for a slow receiver, in bytes.
	pipeSize = 256 << 10
	// idlePipes bounds the empty pipes that are kept, at two descriptors each.
	idlePipes = 64
)

// pipe is a pair of descriptors of a kernel pipe.
type pipe struct {
	read, write int
}

// pipes keeps empty pipes for later use.
type pipes struct {
	create func() *pipe // returns nil if none can be had

	mu     sync.Mutex
	idle   []*pipe
	closed bool
}

// get returns an empty pipe, or nil if none can be had.
func (ps *pipes) get() *pipe {
	ps.mu.Lock()
	if n := len(ps.idle); n > 0 {
		p := ps.idle[n-1]
		ps.idle = ps.idle[:n-1]
		ps.mu.Unlock()
		return p
	}
	ps.mu.Unlock()
	return ps.create()
}

// put takes back an empty pipe.
func (ps *pipes) put(p *pipe) {
	ps.mu.Lock()
	keep := !ps.closed && len(ps.idle) < idlePipes
	if keep {
		ps.idle = append(ps.idle, p)
	}
	ps.mu.Unlock()
	if !keep {
		p.close()
	}
}

// close closes the idle pipes, and each other one as soon as it is put back.
func (ps *pipes) close() {
	ps.mu.Lock()
	idle := ps.idle
	ps.idle, ps.closed = nil, true
	ps.mu.Unlock()
	for _, p := range idle {
		p.close()
	}
}
