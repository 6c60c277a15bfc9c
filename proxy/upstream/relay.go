package upstream

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// ErrIdle ends a relay over which nothing has passed for the idle timeout.
var ErrIdle = errors.New("idle for too long")

// Tunnel is a pair of connections between which bytes are passed on as they come, as after an upgrade.
type Tunnel struct {
	Client, Upstream net.Conn
	// FromClient and FromUpstream were read already and are sent first.
	FromClient, FromUpstream []byte
	// IdleTimeout ends the relay when neither side has sent anything for that long; 0 is no limit.
	// Kong 3.9: read_timeout, for upgraded connections.
	IdleTimeout time.Duration
	// WriteTimeout ends the relay when a side takes nothing for that long; 0 is no limit.
	WriteTimeout time.Duration
}

// Relay passes bytes in both directions until both sides have ended theirs or one fails. The end of one direction is
// passed on as such (TCP half-close, TLS close_notify) and leaves the other one open. Between two plain TCP connections
// bytes are spliced.
//
// It returns how many bytes were passed on, and nil if both sides ended regularly. Both connections are then to be
// closed by the caller, who may also close them earlier to end the relay; their deadlines belong to Relay.
func (p *Pool) Relay(t Tunnel) (toUpstream, toClient int64, err error) {
	r := &relay{pool: p, Tunnel: t}
	r.touch()
	up := flow{relay: r, src: t.Client, dst: t.Upstream, early: t.FromClient,
		spliced: &p.stats.requestSpliced, copied: &p.stats.requestCopied}
	down := flow{relay: r, src: t.Upstream, dst: t.Client, early: t.FromUpstream,
		spliced: &p.stats.responseSpliced, copied: &p.stats.responseCopied}
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := up.run(); err != nil {
			r.fail(fmt.Errorf("relay from client to upstream: %w", err))
		}
	})
	if err := down.run(); err != nil {
		r.fail(fmt.Errorf("relay from upstream to client: %w", err))
	}
	wait.Wait()
	return up.n, down.n, r.err
}

// relay is what the two flows of a tunnel share.
type relay struct {
	Tunnel
	pool    *Pool
	last    atomic.Int64 // when bytes passed last, by the clock
	stopped atomic.Bool
	once    sync.Once
	err     error
}

func (r *relay) touch() { r.last.Store(int64(r.pool.clock.now())) }

// patience returns how much longer to wait for bytes, 0 being for ever. It fails when the relay is over.
func (r *relay) patience() (time.Duration, error) {
	if r.stopped.Load() {
		return 0, ErrIdle
	}
	if r.IdleTimeout <= 0 {
		return 0, nil
	}
	left := r.IdleTimeout - (r.pool.clock.now() - time.Duration(r.last.Load()))
	if left <= 0 {
		return 0, ErrIdle
	}
	return left, nil
}

// fail ends both flows. The first error counts.
func (r *relay) fail(err error) {
	r.once.Do(func() { r.err = err })
	r.stopped.Store(true)
	_ = r.Client.SetDeadline(longAgo)
	_ = r.Upstream.SetDeadline(longAgo)
}

// flow is one direction of a tunnel.
type flow struct {
	*relay
	src, dst        net.Conn
	early           []byte
	spliced, copied *atomic.Int64
	n               int64
}

// run passes bytes on until src ends, and then ends dst.
func (f *flow) run() error {
	if len(f.early) > 0 {
		if err := f.write(f.early); err != nil {
			return err
		}
	}
	err := errSpliceRefused
	if src, ok := f.src.(*net.TCPConn); ok {
		if dst, ok := f.dst.(*net.TCPConn); ok {
			err = f.splice(src, dst)
		}
	}
	if err == errSpliceRefused {
		err = f.copy()
	}
	if err != io.EOF {
		return err
	}
	if dst, ok := f.dst.(interface{ CloseWrite() error }); ok {
		// The other side may be gone entirely, which its own flow finds out.
		_ = dst.CloseWrite()
	}
	return nil
}

func (f *flow) splice(from, to *net.TCPConn) error {
	var src, dst socket
	src.init(f.pool.clock)
	dst.init(f.pool.clock)
	if err := errors.Join(src.attach(from, &f.stopped), dst.attach(to, &f.stopped)); err != nil {
		return err
	}
	m := f.pool.movers.get()
	defer f.pool.movers.put(m)
	for {
		wait, err := f.patience()
		if err != nil {
			return err
		}
		n, err := m.fill(&src, pipeSize, wait)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			continue // the other direction may have been busy
		}
		if err != nil {
			return err
		}
		f.touch()
		if err := m.drain(&dst, f.WriteTimeout); err != nil {
			return err
		}
		f.passed(n, f.spliced)
	}
}

// quietBuffer is what a flow waits with for bytes that have to be copied. Most tunnels are silent most of the time, so
// it is small; a larger one is taken while it does not suffice.
const quietBuffer = 2 << 10

func (f *flow) copy() error {
	small := make([]byte, quietBuffer)
	buf := small
	defer func() { f.pool.buffers.put(buf) }()
	for {
		n, err := f.read(buf)
		if n > 0 {
			f.touch()
			if err := f.write(buf[:n]); err != nil {
				return err
			}
		}
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		switch {
		case n == len(small) && len(buf) == len(small):
			buf = f.pool.buffers.getCopy()
		case n < len(small) && len(buf) > len(small):
			f.pool.buffers.put(buf)
			buf = small
		}
	}
}

func (f *flow) read(p []byte) (int, error) {
	wait, err := f.patience()
	if err != nil {
		return 0, err
	}
	if err := f.src.SetReadDeadline(deadlineAfter(wait)); err != nil {
		return 0, err
	}
	// Looked at after the deadline was set, because fail sets it before it moves the deadline into the past.
	if f.stopped.Load() {
		return 0, os.ErrDeadlineExceeded
	}
	return f.src.Read(p)
}

func (f *flow) write(p []byte) error {
	if err := f.dst.SetWriteDeadline(deadlineAfter(f.WriteTimeout)); err != nil {
		return err
	}
	if f.stopped.Load() {
		return os.ErrDeadlineExceeded
	}
	n, err := f.dst.Write(p)
	f.passed(int64(n), f.copied)
	return err
}

// deadlineAfter returns the deadline for an operation that may last for timeout; 0 is for ever.
func deadlineAfter(timeout time.Duration) time.Time {
	if timeout <= 0 {
		return time.Time{}
	}
	return time.Now().Add(timeout)
}

func (f *flow) passed(n int64, counter *atomic.Int64) {
	f.n += n
	counter.Add(n)
	f.touch()
}
