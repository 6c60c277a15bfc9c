package dns

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
)

// system asks the system's resolver. It does not learn TTLs.
type system struct {
	order []Type
	// strict stops at the first server failure; lenient goes on to the next name of the search list.
	strict, lenient *net.Resolver
}

// newSystem returns a resolver that asks for the types in turn. With servers it asks these, one after the other, instead
// of those of /etc/resolv.conf.
func newSystem(order []Type, servers []netip.AddrPort) *system {
	var turn atomic.Uint32
	dial := func(ctx context.Context, network, server string) (net.Conn, error) {
		if len(servers) > 0 {
			server = servers[(turn.Add(1)-1)%uint32(len(servers))].String()
		}
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, server)
		if err != nil {
			return nil, err
		}
		// Go's resolver goes on waiting for an answer for seconds after the lookup was cancelled.
		context.AfterFunc(ctx, func() { conn.Close() })
		return conn, nil
	}
	return &system{
		order:   order,
		strict:  &net.Resolver{PreferGo: true, StrictErrors: true, Dial: dial},
		lenient: &net.Resolver{PreferGo: true, Dial: dial},
	}
}

// Lookup returns the addresses of the first type that the name has any of.
func (s *system) Lookup(ctx context.Context, name string) (Answer, error) {
	failure := ErrNotFound
	for _, t := range s.order {
		addrs, err := s.lookupType(ctx, name, t)
		if err == nil {
			return Answer{Type: t, Addrs: addrs, TTL: UnknownTTL}, nil
		}
		// That one type is missing says nothing about the name while another could not be asked for.
		if errors.Is(failure, ErrNotFound) {
			failure = err
		}
	}
	return Answer{}, &Error{Name: name, Err: failure}
}

// lookupType returns the records of one type, or ErrNotFound if every name of the search list is known to lack them.
//
// Among several names of the search list Go's resolver either stops at a server failure, and then misses a later name
// that exists, or passes over it, and then reports as missing what it was not told about. Asking strictly first and
// leniently after a failure finds what can be found and never takes a failure for a missing name.
func (s *system) lookupType(ctx context.Context, name string, t Type) ([]netip.Addr, error) {
	addrs, err := lookupNetIP(ctx, s.strict, name, t)
	if err == nil || errors.Is(err, ErrNotFound) || ctx.Err() != nil {
		return addrs, err
	}
	if found, lenientErr := lookupNetIP(ctx, s.lenient, name, t); lenientErr == nil {
		return found, nil
	}
	return nil, err
}

func lookupNetIP(ctx context.Context, r *net.Resolver, name string, t Type) ([]netip.Addr, error) {
	network := "ip4"
	if t == AAAA {
		network = "ip6"
	}
	addrs, err := r.LookupNetIP(ctx, network, name)
	if err != nil {
		return nil, cause(err)
	}
	for i, addr := range addrs {
		addrs[i] = addr.Unmap()
	}
	return addrs, nil
}

// cause strips a resolver's error of the name, which Error carries, and recognises the ways to say that there is nothing.
func cause(err error) error {
	var dnsErr *net.DNSError
	var addrErr *net.AddrError // the name is in /etc/hosts with the other family only
	switch {
	case errors.As(err, &dnsErr) && dnsErr.IsNotFound, errors.As(err, &addrErr):
		return ErrNotFound
	case dnsErr != nil:
		return errors.New(dnsErr.Err)
	}
	return err
}
