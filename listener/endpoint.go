package listener

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
)

// endpoint is one address to open a socket on.
type endpoint struct {
	spec    Spec
	address netip.AddrPort
}

// network is the network of the endpoint in the sense of package net.
func (e *endpoint) network() string {
	network := "tcp"
	if e.spec.UDP {
		network = "udp"
	}
	if e.address.Addr().Is6() {
		return network + "6"
	}
	return network + "4"
}

// key names the socket of an endpoint.
func (e *endpoint) key() string {
	if e.spec.UDP {
		return "udp " + e.address.String()
	}
	return "tcp " + e.address.String()
}

// endpoints returns what the specs stand for: all their addresses, without those that a wildcard of the same service
// serves. The order is that of the specs, and does not depend on the resolver, so that errors come in the same order
// every time.
func endpoints(ctx context.Context, specs []Spec) ([]endpoint, error) {
	var all []endpoint
	seen := map[string]bool{}
	for _, spec := range specs {
		addresses, err := spec.resolve(ctx)
		if err != nil {
			return nil, err
		}
		for _, address := range addresses {
			e := endpoint{spec, address}
			if seen[e.key()] && address.Port() != 0 {
				return nil, fmt.Errorf("duplicate listen options for %s", address)
			}
			seen[e.key()] = true
			all = append(all, e)
		}
	}
	var opened []endpoint
	for _, e := range all {
		if !slices.ContainsFunc(all, e.shadowedBy) {
			opened = append(opened, e)
		}
	}
	return opened, nil
}

// shadowedBy says whether connections to e come to the socket of another endpoint. Nginx: listen, bind.
func (e *endpoint) shadowedBy(wildcard endpoint) bool {
	return wildcard.address.Addr().IsUnspecified() && !e.address.Addr().IsUnspecified() && !e.spec.bound() &&
		wildcard.network() == e.network() && wildcard.address.Port() == e.address.Port() &&
		wildcard.spec.sameService(&e.spec)
}

// resolve returns the addresses of a spec, sorted where a name has several.
func (s *Spec) resolve(ctx context.Context) ([]netip.AddrPort, error) {
	host, portText, err := net.SplitHostPort(s.Address)
	if err != nil {
		return nil, fmt.Errorf("listen address: %w", err)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("invalid port in %q of the \"listen\" directive", s.Address)
	}
	var addresses []netip.Addr
	if host == "*" {
		addresses = []netip.Addr{netip.IPv4Unspecified()}
	} else if ip, err := netip.ParseAddr(host); err == nil {
		addresses = []netip.Addr{ip}
	} else if addresses, err = lookup(ctx, host); err != nil {
		return nil, fmt.Errorf("host not found in %q of the \"listen\" directive: %w", s.Address, err)
	}
	var all []netip.AddrPort
	for _, address := range addresses {
		all = append(all, netip.AddrPortFrom(address.Unmap(), uint16(port)))
	}
	return all, nil
}

// lookup returns the addresses of a host, IPv4 first. Files of hosts give localhost an IPv6 address whether or not the
// machine has any, so these count only where some interface beyond the loopback has one, as with nginx (AI_ADDRCONFIG).
func lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	for i := range addresses {
		addresses[i] = addresses[i].Unmap()
	}
	slices.SortFunc(addresses, netip.Addr.Compare)
	addresses = slices.Compact(addresses)
	if addresses[0].Is4() && !machineHasIPv6() {
		addresses = slices.DeleteFunc(addresses, netip.Addr.Is6)
	}
	return addresses, nil
}

func machineHasIPv6() bool {
	interfaces, err := net.InterfaceAddrs()
	return err != nil || slices.ContainsFunc(interfaces, func(a net.Addr) bool {
		ip, ok := a.(*net.IPNet)
		return ok && ip.IP.To4() == nil && !ip.IP.IsLoopback()
	})
}

func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
