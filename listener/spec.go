package listener

import "time"

// defaultBacklog is the length of the accept queue where a Spec gives none. Nginx: listen, backlog.
const defaultBacklog = 511

// defaultProxyHeaderTimeout is nginx's client_header_timeout.
const defaultProxyHeaderTimeout = 60 * time.Second

// Spec describes one listen address. Kong 3.9: listen addresses.
type Spec struct {
	// Name is the service that the address belongs to, such as "proxy" or "admin". It is what Owner.Sockets looks for.
	Name string

	// Address is "ip:port", "[ipv6]:port", "name:port" or "*:port". Port 0 takes any free port.
	Address string

	// UDP opens a datagram socket, found with Owner.UDPSockets.
	UDP bool

	// TLS and HTTP2 are for the user of the socket, who finds them in Socket.Spec. They do not change the socket.
	TLS, HTTP2 bool

	// ProxyProtocol makes every connection begin with a PROXY protocol header, version 1 or 2. See ProxyConn.
	ProxyProtocol bool

	// ProxyHeaderTimeout bounds the wait for that header; zero means a minute.
	ProxyHeaderTimeout time.Duration

	// Bind asks for a socket of its own below a wildcard address.
	Bind bool

	// Reuseport lets other processes of the same user that ask for it, too, listen on the same address (SO_REUSEPORT).
	Reuseport bool

	// Deferred makes a connection known only when its first byte is there (TCP_DEFER_ACCEPT).
	Deferred bool

	// Backlog is the length of the queue of connections to accept, cut by the kernel to net.core.somaxconn. Zero means
	// nginx's 511.
	Backlog int

	// IPv6Only, if false, lets an IPv6 wildcard take IPv4 connections as well. Nil means true.
	IPv6Only *bool

	// KeepAlive are the probes on idle connections. Nil means that there are none.
	KeepAlive *KeepAlive
}

// KeepAlive is the so_keepalive parameter of a listen address. What is zero is left to the kernel.
type KeepAlive struct {
	Enabled        bool
	Idle, Interval time.Duration // rounded up to seconds
	Count          int
}

// bound says whether the Spec asks for a socket of its own. Nginx: any of these options implies bind.
func (s *Spec) bound() bool {
	return s.Bind || s.Reuseport || s.Deferred || s.Backlog != 0 || s.IPv6Only != nil || s.KeepAlive != nil
}

// sameService says whether connections to s and o are served alike.
func (s *Spec) sameService(o *Spec) bool {
	return s.Name == o.Name && s.UDP == o.UDP && s.TLS == o.TLS && s.HTTP2 == o.HTTP2 && s.ProxyProtocol == o.ProxyProtocol
}

func (s *Spec) backlog() int {
	if s.Backlog > 0 {
		return s.Backlog
	}
	return defaultBacklog
}

func (s *Spec) proxyHeaderTimeout() time.Duration {
	if s.ProxyHeaderTimeout > 0 {
		return s.ProxyHeaderTimeout
	}
	return defaultProxyHeaderTimeout
}
