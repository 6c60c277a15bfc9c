package listener

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"syscall"
)

// Error says which system call failed for which address. Its text is nginx's, so that scripts that look for `bind() to
// 0.0.0.0:8000 failed (98: Address already in use)` find it. Errors.Is finds Errno, such as syscall.EADDRINUSE.
type Error struct {
	Call    string // "bind", "listen", "socket", "setsockopt(SO_REUSEPORT)"
	Address netip.AddrPort
	Backlog int // of a listen
	Errno   syscall.Errno
}

func (e *Error) Error() string {
	switch e.Call {
	case "bind":
		return fmt.Sprintf("bind() to %s failed (%s)", e.Address, describe(e.Errno))
	case "listen":
		return fmt.Sprintf("listen() to %s, backlog %d failed (%s)", e.Address, e.Backlog, describe(e.Errno))
	case "socket":
		return fmt.Sprintf("socket() %s failed (%s)", e.Address, describe(e.Errno))
	default:
		return fmt.Sprintf("%s %s failed (%s)", e.Call, e.Address, describe(e.Errno))
	}
}

func (e *Error) Unwrap() error { return e.Errno }

// describe returns an error as the C library words it, which is as Go does but for the first letter.
func describe(errno syscall.Errno) string {
	text := errno.Error()
	return fmt.Sprintf("%d: %s", int(errno), strings.ToUpper(text[:1])+text[1:])
}

// newError turns what package net returns for an endpoint into an Error where a system call is to blame.
func newError(e *endpoint, err error) error {
	var call *os.SyscallError
	var errno syscall.Errno
	if !errors.As(err, &call) || !errors.As(call.Err, &errno) {
		return fmt.Errorf("could not listen on %s: %w", e.address, err)
	}
	return &Error{Call: call.Syscall, Address: e.address, Backlog: e.spec.backlog(), Errno: errno}
}
