package listener

import (
	"net"
	"net/netip"
	"time"

	"github.com/pires/go-proxyproto"
)

// ProxyConn is a connection that begins with a PROXY protocol header. The header is read by the first Read or Write, not
// by Accept, so that a client that withholds it holds up nobody else. Without a valid header in time, Read and Write fail,
// and the server closes the connection unanswered, as nginx does.
//
// The addresses of the connection remain those of its ends. Whether the header is believed is a matter of trusted_ips and
// real_ip_header, so whoever decides that asks for Announced.
type ProxyConn struct {
	*proxyproto.Conn
}

func newProxyConn(conn net.Conn, timeout time.Duration) *ProxyConn {
	return &ProxyConn{proxyproto.NewConn(conn,
		proxyproto.WithPolicy(proxyproto.REQUIRE),
		proxyproto.SetReadHeaderTimeout(timeout),
	)}
}

// RemoteAddr returns the address of the peer.
func (c *ProxyConn) RemoteAddr() net.Addr { return c.Raw().RemoteAddr() }

// LocalAddr returns the address that the peer connected to.
func (c *ProxyConn) LocalAddr() net.Addr { return c.Raw().LocalAddr() }

// Announced returns the addresses of the client and of the server it meant to reach, as the header gives them. It is false
// if the header is missing or invalid, or names none that belong to a TCP connection (UNKNOWN, LOCAL, Unix sockets). It
// waits for the header if that was not read yet.
func (c *ProxyConn) Announced() (client, server netip.AddrPort, ok bool) {
	header := c.ProxyHeader()
	if header == nil || header.Command.IsLocal() {
		return netip.AddrPort{}, netip.AddrPort{}, false
	}
	source, destination, ok := header.TCPAddrs()
	if !ok {
		return netip.AddrPort{}, netip.AddrPort{}, false
	}
	return unmap(source.AddrPort()), unmap(destination.AddrPort()), true
}
