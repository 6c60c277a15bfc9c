package listener

import (
	"log/slog"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// deferSeconds is how long the kernel keeps a deferred connection that sends nothing. Nginx: client_header_timeout.
const deferSeconds = 60

// config returns what makes the socket of an endpoint. Package net sets no options on accepted connections but
// TCP_NODELAY: all others are inherited from the listening socket, which costs no system calls. MPTCP is off because its
// sockets know neither deferred accepting nor splice(2).
func (e *endpoint) config(log *slog.Logger) *net.ListenConfig {
	config := &net.ListenConfig{
		KeepAlive: -1,
		Control: func(_, _ string, raw syscall.RawConn) error {
			return controlRaw(raw, func(fd int) error {
				if err := e.setAddressOptions(fd); err != nil {
					return err
				}
				if !e.spec.UDP {
					e.setConnectionOptions(fd, log)
				}
				return nil
			})
		},
	}
	config.SetMultipathTCP(false)
	return config
}

// setAddressOptions sets what decides which addresses the socket gets.
func (e *endpoint) setAddressOptions(fd int) error {
	if e.address.Addr().Is6() {
		only := e.spec.IPv6Only == nil || *e.spec.IPv6Only
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, boolInt(only)); err != nil {
			return os.NewSyscallError("setsockopt(IPV6_V6ONLY)", err)
		}
	}
	if e.spec.Reuseport {
		return os.NewSyscallError("setsockopt(SO_REUSEPORT)", unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1))
	}
	return nil
}

// setConnectionOptions sets what connections inherit. As with nginx, the node serves without an option that the kernel
// refuses. All are set always, because an inherited socket may have others.
func (e *endpoint) setConnectionOptions(fd int, log *slog.Logger) {
	set := func(level, option int, name string, value int) {
		if err := unix.SetsockoptInt(fd, level, option, value); err != nil {
			log.Warn("setsockopt("+name+") failed, ignored", "address", e.address, "value", value, "error", err)
		}
	}
	deferred := 0
	if e.spec.Deferred {
		deferred = deferSeconds
	}
	set(unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT", deferred)

	probes := e.spec.KeepAlive
	if probes == nil {
		probes = &KeepAlive{}
	}
	set(unix.SOL_SOCKET, unix.SO_KEEPALIVE, "SO_KEEPALIVE", boolInt(probes.Enabled))
	if probes.Idle > 0 {
		set(unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, "TCP_KEEPIDLE", wholeSeconds(probes.Idle))
	}
	if probes.Interval > 0 {
		set(unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, "TCP_KEEPINTVL", wholeSeconds(probes.Interval))
	}
	if probes.Count > 0 {
		set(unix.IPPROTO_TCP, unix.TCP_KEEPCNT, "TCP_KEEPCNT", probes.Count)
	}
}

// control calls f with the descriptor of a socket that is open.
func control(socket syscall.Conn, f func(fd int) error) error {
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	return controlRaw(raw, f)
}

// controlRaw calls f with the descriptor of a socket.
func controlRaw(raw syscall.RawConn, f func(fd int) error) error {
	var failure error
	if err := raw.Control(func(fd uintptr) { failure = f(int(fd)) }); err != nil {
		return err
	}
	return failure
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func wholeSeconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}
