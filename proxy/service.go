package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// service is where the requests of its routes go, and how. It never changes.
type service struct {
	id, name string
	disabled bool // its routes are left out
	secure   bool // TLS
	host     string
	port     uint16
	path     string
	retries  int
	timeouts upstream.Timeouts

	// tls is how connections are secured, but for the server name, which follows from the Host of each request.
	tls upstream.TLS
	// certificate and authorities are the ids of what tls holds.
	certificate string
	authorities []string

	// One of the following says where the addresses come from.
	literal  netip.AddrPort // the host itself; valid in this case only
	peer     *upstream.Peer // for literal, unless over TLS
	upstream int            // slot of the upstream that the host names, or noSlot
	resolved *dns.Host      // the name system
}

// hasDefaultPort reports whether a port goes without saying in a Host header. Kong 3.9: balancer, upstream host.
func (s *service) hasDefaultPort(port uint16) bool {
	if s.secure {
		return port == 443
	}
	return port == 80
}

// upstreamGroup is an upstream with its balancer, which changes by itself as addresses come, go and fall ill.
type upstreamGroup struct {
	id, name      string
	slot          int
	hostHeader    string           // "" to use the name of the target
	certificateID string           // of what is presented to targets, "" for nothing
	certificate   *tls.Certificate // nil for none
	balancer      *balancer.Balancer
}

// destination is where one attempt goes.
type destination struct {
	addr    netip.AddrPort
	host    string            // for the Host header, without the port
	address *balancer.Address // of the balancer, which wants to know how it went; nil if there is none
	group   *upstreamGroup    // of address
}

// errUnresolved is the reason for a 503 where the name of a service does not exist.
var errUnresolved = errors.New("name resolution failed")

// choose finds the destination of the next attempt. Its error is shown to clients: it matches balancer.ErrNoPeer or
// errUnresolved, which are answered with 503, or says what went wrong, which is answered with 500.
func (s *snapshot) choose(ctx context.Context, svc *service) (destination, error) {
	switch {
	case svc.literal.IsValid():
		return destination{addr: svc.literal, host: svc.host}, nil
	case svc.resolved != nil:
		return svc.resolve(ctx)
	}
	group := s.upstreams.at(svc.upstream)
	if group == nil {
		return destination{}, balancer.ErrNoPeer
	}
	address, err := group.balancer.Pick()
	if err != nil {
		return destination{}, balancer.ErrNoPeer
	}
	d := destination{addr: address.AddrPort, host: group.hostHeader, address: address, group: group}
	if d.host == "" {
		d.host = address.Name
	}
	return d, nil
}

// resolve finds an address of the service's own host. Kong 3.9: balancer, errors of the name system.
func (s *service) resolve(ctx context.Context) (destination, error) {
	addr, err := s.resolved.Pick(ctx)
	switch {
	case errors.Is(err, dns.ErrNotFound):
		return destination{}, errUnresolved
	case err != nil:
		var failed *dns.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return destination{}, fmt.Errorf("failed the initial dns/balancer resolve for '%s' with: %w", s.host, err)
	}
	return destination{addr: netip.AddrPortFrom(addr, s.port), host: s.host}, nil
}
