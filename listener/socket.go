package listener

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// acceptPause is how long a socket rests after a connection could not be accepted. Nginx: accept_mutex_delay.
const acceptPause = 500 * time.Millisecond

// Socket is a listening TCP socket. It is a net.Listener, safe for concurrent use.
type Socket struct {
	endpoint
	tcp    *net.TCPListener
	probes *net.KeepAliveConfig // to set on every connection; nil if they inherit it
	log    *slog.Logger

	closing  chan struct{}
	closed   sync.Once
	closeErr error
}

// openTCP opens the socket of an endpoint, or takes over the one that file is.
func openTCP(ctx context.Context, e *endpoint, file *os.File, log *slog.Logger) (*Socket, error) {
	var opened net.Listener
	var err error
	if file != nil {
		opened, err = net.FileListener(file)
	} else {
		opened, err = e.config(log).Listen(ctx, e.network(), e.address.String())
	}
	if err != nil {
		return nil, newError(e, err)
	}
	s := &Socket{endpoint: *e, log: log, closing: make(chan struct{})}
	var ok bool
	if s.tcp, ok = opened.(*net.TCPListener); !ok {
		opened.Close()
		return nil, fmt.Errorf("the inherited socket %s is not a TCP socket", e.key())
	}
	if err := s.configure(file != nil); err != nil {
		opened.Close()
		return nil, newError(e, err)
	}
	s.address = unmap(s.tcp.Addr().(*net.TCPAddr).AddrPort())
	return s, nil
}

// configure sets what can be set only once the socket listens.
func (s *Socket) configure(inherited bool) error {
	return control(s.tcp, func(fd int) error {
		if inherited {
			s.setConnectionOptions(fd, s.log)
			s.probes = keepAliveOf(fd)
		}
		// Package net takes the kernel's limit for the backlog. Listening once more is how Linux changes it.
		return os.NewSyscallError("listen", unix.Listen(fd, s.spec.backlog()))
	})
}

// Spec returns what the socket was opened from.
func (s *Socket) Spec() Spec { return s.spec }

// Key names the socket by its network and address; it is unique within an Owner.
func (s *Socket) Key() string { return s.key() }

// Addr returns the address of the socket, with the port that the system chose if the Spec says 0.
func (s *Socket) Addr() net.Addr { return s.tcp.Addr() }

// Accept returns the next connection, a *net.TCPConn or, with Spec.ProxyProtocol, a *ProxyConn. It fails only when the
// socket is closed, with net.ErrClosed: when the process is out of files or memory, or the kernel reports a connection
// that died in the queue, it logs, rests half a second and goes on, because servers take such an error for the end.
func (s *Socket) Accept() (net.Conn, error) {
	for {
		conn, err := s.tcp.AcceptTCP()
		if err == nil {
			return s.dress(conn), nil
		}
		if errors.Is(err, net.ErrClosed) {
			return nil, err
		}
		s.log.Error("could not accept a connection", "address", s.address, "error", err)
		select {
		case <-s.closing:
		case <-time.After(acceptPause):
		}
	}
}

// dress makes of a new connection what Accept returns.
func (s *Socket) dress(conn *net.TCPConn) net.Conn {
	if s.probes != nil {
		// Failure means that the connection is gone, which its user will see.
		_ = conn.SetKeepAliveConfig(*s.probes)
	}
	if s.spec.ProxyProtocol {
		return newProxyConn(conn, s.spec.proxyHeaderTimeout())
	}
	return conn
}

// File returns a duplicate of the socket, which the caller closes.
func (s *Socket) File() (*os.File, error) { return duplicate(s.tcp, s.key()) }

// Close stops listening and ends a waiting Accept. Connections live on. Closing again does nothing.
func (s *Socket) Close() error {
	s.closed.Do(func() {
		close(s.closing)
		s.closeErr = s.tcp.Close()
	})
	return s.closeErr
}
