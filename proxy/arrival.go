package proxy

import (
	"crypto/tls"
	"net"
	"net/netip"
	"strconv"

	"github.com/kongo-gateway/kongo/listener"
)

// arrival is what all requests of one connection have in common.
type arrival struct {
	peer     netip.Addr // who made the connection
	peerText []byte
	trusted  bool // the peer's word is taken
	// announced is the client according to a PROXY protocol header; invalid if there is none.
	announced netip.Addr

	secure bool
	sni    string
	// port is the listening port, published the one under which clients know it.
	port      int
	published []byte
}

// newArrival describes a connection. conn is as the socket accepted it; secured is the TLS on top of it, or nil.
func (s *Server) newArrival(conn net.Conn, secured *tls.Conn) *arrival {
	a := &arrival{peer: addressOf(conn.RemoteAddr()).Addr()}
	a.peerText = a.peer.AppendTo(nil)
	a.trusted = s.trusts(a.peer)
	if proxied, ok := conn.(*listener.ProxyConn); ok {
		if client, _, ok := proxied.Announced(); ok {
			a.announced = client.Addr()
		}
	}
	if secured != nil {
		a.secure, a.sni = true, secured.ConnectionState().ServerName
	}
	a.port = int(addressOf(conn.LocalAddr()).Port())
	published := a.port
	if p, ok := s.opts.PublishedPorts[a.port]; ok {
		published = p
	}
	a.published = strconv.AppendInt(nil, int64(published), 10)
	return a
}

// addressOf returns the address of one end of a connection, IPv4 as such.
func addressOf(addr net.Addr) netip.AddrPort {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

func (s *Server) trusts(addr netip.Addr) bool {
	for _, block := range s.opts.Trusted {
		if block.Contains(addr) {
			return true
		}
	}
	return false
}
