package upstream

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/proxy/descriptor"
)

// errNotSent ends a read whose preparatory step found that there will be no answer to wait for.
var errNotSent = errors.New("request was not sent")

// step is what the action before a read asks for.
type step uint8

const (
	waitFirst step = iota // park until the descriptor becomes readable
	readNow               // something is known to be readable, or readiness may have been missed
	giveUp                // there is nothing to read
)

// socket does I/O on a TCP connection with raw system calls inside the callbacks of syscall.RawConn. That gives what
// net.TCPConn does not: one deadline that serves many operations (needsArming), a write that happens after the poller
// was armed for the answer (readAfter), and attempts that never wait.
//
// One goroutine may read while another writes. It is a net.Conn, so that crypto/tls can run on top of it.
type socket struct {
	tcp   *net.TCPConn
	raw   syscall.RawConn
	clock *clock
	// stop, once true, makes every waiting operation return; see interrupt.
	stop *atomic.Bool

	// The following govern Read and Write, that is what happens below TLS.
	readTimeout, writeTimeout time.Duration
	limit                     time.Duration // no operation lasts beyond this moment; 0: no limit
	recheck                   time.Duration // no operation waits for longer without a further attempt; 0: it may
	neverWait                 bool          // time out at once instead of waiting
	direct                    bool          // leave it to the TCP connection, which obeys SetDeadline

	written int64 // bytes that the kernel took
	in, out direction
}

// direction is the state of reading from, or of writing to, a socket.
type direction struct {
	armed time.Duration // the deadline that the poller knows, by the clock; 0: none
	// The operand and the outcome of the callbacks.
	buf    []byte
	n      int
	err    error
	before func(fd int) step
	// The callbacks are bound once, so that using them allocates nothing.
	ready   func(fd uintptr) bool // tries; false asks to wait
	attempt func(fd uintptr)      // tries once
}

func (s *socket) init(clk *clock) {
	s.clock = clk
	s.in.ready = s.readable
	s.in.attempt = func(fd uintptr) { s.in.n, s.in.err = descriptor.Read(int(fd), s.in.buf) }
	s.out.ready = s.writable
	s.out.attempt = func(fd uintptr) { s.out.n, s.out.err = descriptor.Write(int(fd), s.out.buf) }
}

// attach gives s a connection.
func (s *socket) attach(tcp *net.TCPConn, stop *atomic.Bool) error {
	raw, err := tcp.SyscallConn()
	if err != nil {
		return err
	}
	s.tcp, s.raw, s.stop = tcp, raw, stop
	s.in.armed, s.out.armed = 0, 0
	return nil
}

// detach lets go of a connection that belongs to somebody else and leaves no deadline of its own on it.
func (s *socket) detach() {
	if s.in.armed != 0 {
		_ = s.tcp.SetReadDeadline(time.Time{})
	}
	if s.out.armed != 0 {
		_ = s.tcp.SetWriteDeadline(time.Time{})
	}
	s.tcp, s.raw, s.stop = nil, nil, nil
}

// awaitRead calls try, which must not block, until it returns true, waiting in between for the socket to become
// readable. It returns os.ErrDeadlineExceeded when it waited for longer than timeout or was interrupted.
func (s *socket) awaitRead(timeout time.Duration, try func(fd uintptr) bool) error {
	return s.await(&s.in, timeout, try)
}

// awaitWrite is awaitRead for the other direction.
func (s *socket) awaitWrite(timeout time.Duration, try func(fd uintptr) bool) error {
	return s.await(&s.out, timeout, try)
}

func (s *socket) await(d *direction, timeout time.Duration, try func(fd uintptr) bool) error {
	now := s.clock.now()
	until := deadline(now, timeout)
	if s.limit != 0 {
		until = min(until, s.limit)
	}
	alarm := until
	if s.recheck != 0 {
		alarm = min(alarm, now+s.recheck)
	}
	for {
		if needsArming(d.armed, now, alarm) {
			if err := s.arm(d, alarm); err != nil {
				return err
			}
		}
		// Looked at after arming, because interrupt sets it before it moves the deadline into the past.
		if s.stop.Load() {
			return os.ErrDeadlineExceeded
		}
		var err error
		if d == &s.in {
			err = s.raw.Read(try)
		} else {
			err = s.raw.Write(try)
		}
		if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		if now = s.clock.now(); now >= until {
			return os.ErrDeadlineExceeded
		}
		// It fired too early, be it ours or one that was there before us: needsArming is to see that it has passed.
		d.armed, alarm = now, until
	}
}

func (s *socket) arm(d *direction, until time.Duration) error {
	d.armed = until
	if until == never {
		d.armed = 0
	}
	if d == &s.in {
		return s.tcp.SetReadDeadline(s.clock.time(until))
	}
	return s.tcp.SetWriteDeadline(s.clock.time(until))
}

// interrupt makes waiting operations, and all later ones, return os.ErrDeadlineExceeded. Any goroutine may call it.
func (s *socket) interrupt() {
	s.stop.Store(true)
	_ = s.tcp.SetDeadline(longAgo)
}

// resume undoes interrupt once nobody can call that any more.
func (s *socket) resume() {
	s.stop.Store(false)
	_ = s.tcp.SetDeadline(time.Time{})
	s.in.armed, s.out.armed = 0, 0
}

// longAgo is a deadline that ends whatever is waiting.
var longAgo = time.Unix(1, 0)

// read waits for bytes, at most timeout, and returns io.EOF at the end of the stream.
func (s *socket) read(p []byte, timeout time.Duration) (int, error) {
	return s.readAfter(nil, p, timeout)
}

// readAfter is read with an action that is carried out once the poller is armed. What the action provokes is then
// noticed without a first read that fails.
func (s *socket) readAfter(before func(fd int) step, p []byte, timeout time.Duration) (int, error) {
	s.in.before, s.in.buf = before, p
	err := s.awaitRead(timeout, s.in.ready)
	s.in.before, s.in.buf = nil, nil
	if err != nil {
		return 0, err
	}
	return s.in.n, s.in.err
}

func (s *socket) readable(fd uintptr) bool {
	if before := s.in.before; before != nil {
		s.in.before = nil
		switch before(int(fd)) {
		case waitFirst:
			return false
		case giveUp:
			s.in.n, s.in.err = 0, errNotSent
			return true
		}
	}
	s.in.n, s.in.err = descriptor.Read(int(fd), s.in.buf)
	return s.in.err != unix.EAGAIN
}

// write sends all of p. timeout bounds the time between two successive writes that made progress.
func (s *socket) write(p []byte, timeout time.Duration) (int, error) {
	written := 0
	for written < len(p) {
		s.out.buf = p[written:]
		err := s.awaitWrite(timeout, s.out.ready)
		s.out.buf = nil
		if err != nil {
			return written, err
		}
		written += s.out.n
		s.written += int64(s.out.n)
		if s.out.err != nil {
			return written, s.out.err
		}
	}
	return written, nil
}

func (s *socket) writable(fd uintptr) bool {
	s.out.n, s.out.err = descriptor.Write(int(fd), s.out.buf)
	return s.out.err != unix.EAGAIN
}

// readReady returns what can be read without waiting; os.ErrDeadlineExceeded if that is nothing. It works on an
// interrupted socket too.
func (s *socket) readReady(p []byte) (int, error) { return s.once(&s.in, p) }

// writeReady is one attempt to write.
func (s *socket) writeReady(p []byte) (int, error) { return s.once(&s.out, p) }

func (s *socket) once(d *direction, p []byte) (int, error) {
	d.buf = p
	err := s.raw.Control(d.attempt)
	d.buf = nil
	if err != nil {
		return 0, err
	}
	if d.err == unix.EAGAIN {
		return 0, os.ErrDeadlineExceeded
	}
	return d.n, d.err
}

// isQuiet tells whether a descriptor is open with nothing to be read, as an idle connection has to be. If it is not, a
// byte may be lost.
func isQuiet(fd int) bool {
	var b [1]byte
	_, err := descriptor.Read(fd, b[:])
	return err == unix.EAGAIN
}

// What follows makes a socket a net.Conn.

func (s *socket) Read(p []byte) (int, error) {
	switch {
	case s.direct:
		return s.tcp.Read(p)
	case s.neverWait:
		return s.readReady(p)
	}
	return s.read(p, s.readTimeout)
}

func (s *socket) Write(p []byte) (int, error) {
	switch {
	case s.direct:
		return s.tcp.Write(p)
	case s.neverWait:
		return s.writeReady(p)
	}
	return s.write(p, s.writeTimeout)
}

func (s *socket) Close() error                       { return s.tcp.Close() }
func (s *socket) LocalAddr() net.Addr                { return s.tcp.LocalAddr() }
func (s *socket) RemoteAddr() net.Addr               { return s.tcp.RemoteAddr() }
func (s *socket) SetDeadline(t time.Time) error      { return s.tcp.SetDeadline(t) }
func (s *socket) SetReadDeadline(t time.Time) error  { return s.tcp.SetReadDeadline(t) }
func (s *socket) SetWriteDeadline(t time.Time) error { return s.tcp.SetWriteDeadline(t) }
