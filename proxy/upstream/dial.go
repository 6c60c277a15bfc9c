package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"
)

// dialTCP is the usual Options.Dial.
func dialTCP(ctx context.Context, addr netip.AddrPort) (*net.TCPConn, error) {
	// net.Dialer.DialTCP would bind the local side first and so spend a port for each connection.
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr.String())
	if err != nil {
		return nil, err
	}
	return c.(*net.TCPConn), nil
}

// connect makes a new connection. timeout bounds the TCP connection and then the TLS handshake.
func (p *Peer) connect(timeout time.Duration) (*conn, error) {
	if p.pool.closed() {
		return nil, &Error{Op: OpConnect, Addr: p.addr, Err: ErrClosed}
	}
	tcp, err := p.connectTCP(timeout)
	if err != nil {
		return nil, err
	}
	c := &conn{peer: p}
	c.sendFn, c.uploadFn = c.send, c.runUpload
	c.sock.init(p.pool.clock)
	if err := c.sock.attach(tcp, &c.stopped); err != nil {
		_ = tcp.Close()
		return nil, &Error{Op: OpConnect, Addr: p.addr, Err: err}
	}
	if p.tls != nil {
		if err := c.handshake(timeout); err != nil {
			_ = tcp.Close()
			return nil, err
		}
	}
	return c, nil
}

func (p *Peer) connectTCP(timeout time.Duration) (*net.TCPConn, error) {
	ctx := p.pool.ctx
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	tcp, err := p.pool.dial(ctx, p.addr)
	if err == nil {
		return tcp, nil
	}
	timedOut := errors.Is(err, context.DeadlineExceeded)
	if p.pool.closed() {
		err = fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return nil, &Error{Op: OpConnect, Addr: p.addr, Err: err, timeout: timedOut}
}

func (c *conn) handshake(timeout time.Duration) error {
	c.tls = tls.Client(&c.sock, c.peer.tls)
	if timeout > 0 {
		c.sock.limit = c.sock.clock.now() + timeout
	}
	err := c.tls.Handshake()
	c.sock.limit = 0
	if err != nil {
		return &Error{Op: OpHandshake, Addr: c.peer.addr, Err: err, timeout: errors.Is(err, os.ErrDeadlineExceeded)}
	}
	return nil
}
