package node

import (
	"context"
	"net/netip"
	"strings"

	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/conf"
)

// startResolving starts what finds the addresses of upstream servers.
func (n *Node) startResolving(context.Context) error {
	var err error
	if n.resolver, err = Resolver(n.config); err != nil {
		return err
	}
	n.onClose("the resolver", func() error { n.resolver.Close(); return nil })
	return nil
}

// Resolver returns what finds the addresses of upstream servers with a configuration. Whoever calls closes it.
func Resolver(config *conf.Config) (*dns.Client, error) {
	return dns.New(dns.Options{
		HostsFile:   config.String("dns_hostsfile"),
		Order:       recordTypes(config.List("dns_order")),
		Servers:     nameServers(config.List("dns_resolver")),
		ValidTTL:    config.Duration("dns_valid_ttl"),
		StaleTTL:    config.Duration("dns_stale_ttl"),
		NotFoundTTL: config.Duration("dns_not_found_ttl"),
		ErrorTTL:    config.Duration("dns_error_ttl"),
		CacheSize:   config.Int("dns_cache_size"),
	})
}

// recordTypes picks the types that carry addresses out of dns_order.
func recordTypes(order []string) []dns.Type {
	var types []dns.Type
	for _, name := range order {
		switch strings.ToUpper(name) {
		case "A":
			types = append(types, dns.A)
		case "AAAA":
			types = append(types, dns.AAAA)
		}
	}
	return types
}

// nameServers reads dns_resolver: addresses, of which those without a port have the usual one.
func nameServers(items []string) []netip.AddrPort {
	var servers []netip.AddrPort
	for _, item := range items {
		if server, err := netip.ParseAddrPort(item); err == nil {
			servers = append(servers, server)
		} else if address, err := netip.ParseAddr(strings.Trim(item, "[]")); err == nil {
			servers = append(servers, netip.AddrPortFrom(address, 53))
		}
	}
	return servers
}
