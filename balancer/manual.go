package balancer

import (
	"errors"
	"fmt"
	"net/netip"
)

// What SetHealth may complain of besides health checks that are not in use.
var (
	ErrUnknownTarget  = errors.New("unknown target")
	ErrUnknownAddress = errors.New("unknown address")
)

// SetHealth puts an address into one of the two definite states, with its counters at zero; checks move it again. The
// address is the one with this ip and port among those of targets with this host. If ip is the zero Addr, all addresses
// of the target host:port are set. Kong 3.9: Admin API, targets healthy and unhealthy.
//
// It fails with Kong's text when health checks are not in use, and with errors that match ErrUnknownTarget or
// ErrUnknownAddress when there is no such thing.
func (b *Balancer) SetHealth(host string, ip netip.Addr, port uint16, healthy bool) error {
	if !b.tracking {
		return fmt.Errorf("no healthchecker found for %s", b.upstream.Name)
	}
	addresses, err := b.find(host, ip, port)
	if err != nil {
		return err
	}
	to := Unhealthy
	if healthy {
		to = Healthy
	}
	for _, a := range addresses {
		b.moved(a, a.health.set(to), to)
	}
	return nil
}

// find returns the addresses that SetHealth speaks of.
func (b *Balancer) find(host string, ip netip.Addr, port uint16) ([]*Address, error) {
	b.monitor.mu.Lock()
	defer b.monitor.mu.Unlock()
	known := false
	var found []*Address
	for _, t := range b.targets {
		if !sameHost(t.host, host) || !ip.IsValid() && t.port != port {
			continue
		}
		known = true
		for _, a := range t.addresses {
			if !ip.IsValid() || a.AddrPort == netip.AddrPortFrom(ip.Unmap(), port) {
				found = append(found, a)
			}
		}
	}
	switch {
	case !known:
		return nil, fmt.Errorf("%w %s in upstream %s", ErrUnknownTarget, host, b.upstream.Name)
	case len(found) == 0 && ip.IsValid():
		return nil, fmt.Errorf("%w %s of target %s in upstream %s",
			ErrUnknownAddress, netip.AddrPortFrom(ip, port), host, b.upstream.Name)
	}
	return found, nil
}
