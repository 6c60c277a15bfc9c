package upstream

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// errSpliceRefused says that bytes must be copied: the kernel does not splice these descriptors, or has no pipe to spare.
// Nothing was moved.
var errSpliceRefused = errors.New("splice is not possible")

// mover moves bytes from one socket to another inside the kernel, through a pipe: fill puts what has arrived on a socket
// into a pipe, drain empties that into another socket. A pipe is held only in between, so that waiting for the sender
// costs none.
type mover struct {
	pipes *pipes
	pipe  *pipe // holds bytes; nil when there are none

	// borrowed is for a connection to a client, which has no socket of its own.
	borrowed  socket
	unstopped atomic.Bool

	// The operands and the outcome of the callbacks.
	want, n int
	err     error
	// The callbacks, bound once.
	fillFn, drainFn func(fd uintptr) bool
}

// fill moves up to limit bytes from src into a pipe and returns their number, at least one, or io.EOF. It waits for them
// for at most timeout. The caller has to drain them before the next fill.
func (m *mover) fill(src *socket, limit int64, timeout time.Duration) (int64, error) {
	m.want = int(min(limit, pipeSize))
	m.n, m.err = 0, nil
	if err := src.awaitRead(timeout, m.fillFn); err != nil {
		return 0, err
	}
	return int64(m.n), m.err
}

// drain moves what fill has put into the pipe to dst. timeout bounds the time without any progress.
func (m *mover) drain(dst *socket, timeout time.Duration) error {
	for m.n > 0 {
		if err := dst.awaitWrite(timeout, m.drainFn); err != nil {
			return err
		}
		if m.err != nil {
			return m.err
		}
	}
	m.pipes.put(m.pipe)
	m.pipe = nil
	return nil
}

// movers lends movers.
type movers struct {
	pool  sync.Pool
	pipes pipes
}

func newMovers(clk *clock) *movers {
	ms := &movers{pipes: pipes{create: newPipe}}
	ms.pool.New = func() any {
		m := &mover{pipes: &ms.pipes}
		m.borrowed.init(clk)
		m.fillFn, m.drainFn = m.tryFill, m.tryDrain
		return m
	}
	return ms
}

func (ms *movers) get() *mover { return ms.pool.Get().(*mover) }

// borrow makes m.borrowed a socket for a client's connection. Once stop is true, if there is one, and the connection's
// deadlines have passed, nothing waits for it any more.
func (m *mover) borrow(client *net.TCPConn, stop *atomic.Bool) error {
	if stop == nil {
		stop = &m.unstopped
	}
	return m.borrowed.attach(client, stop)
}

// put takes a mover back. Bytes that were not drained are lost.
func (ms *movers) put(m *mover) {
	if m.borrowed.tcp != nil {
		m.borrowed.detach()
	}
	if m.pipe != nil {
		m.pipe.close()
		m.pipe = nil
	}
	ms.pool.Put(m)
}
