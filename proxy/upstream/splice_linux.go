package upstream

import (
	"io"

	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/proxy/descriptor"
)

// tryFill is the callback of fill.
func (m *mover) tryFill(fd uintptr) bool {
	p := m.pipes.get()
	if p == nil {
		m.err = errSpliceRefused
		return true
	}
	n, err := descriptor.Splice(int(fd), p.write, m.want)
	if n > 0 {
		m.pipe, m.n = p, n
		return true
	}
	m.pipes.put(p)
	switch err {
	case nil:
		m.err = io.EOF
	case unix.EAGAIN:
		return false
	case unix.EINVAL, unix.ENOSYS, unix.EPERM, unix.EACCES, unix.EOPNOTSUPP:
		m.err = errSpliceRefused
	default:
		m.err = err
	}
	return true
}

// tryDrain is the callback of drain. It moves once, so that the timeout begins anew after every move.
func (m *mover) tryDrain(fd uintptr) bool {
	n, err := descriptor.Splice(m.pipe.read, int(fd), m.n)
	if n > 0 {
		m.n -= n
		return true
	}
	switch err {
	case nil:
		m.err = io.ErrShortWrite
	case unix.EAGAIN:
		return false
	default:
		m.err = err
	}
	return true
}

// newPipe makes a pipe of pipeSize bytes, or as large as the kernel allows.
func newPipe() *pipe {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil
	}
	// A refusal leaves the pipe as it is, which only means more system calls.
	_, _ = unix.FcntlInt(uintptr(fds[0]), unix.F_SETPIPE_SZ, pipeSize)
	return &pipe{read: fds[0], write: fds[1]}
}

func (p *pipe) close() {
	_ = unix.Close(p.read)
	_ = unix.Close(p.write)
}
