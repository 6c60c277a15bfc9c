package proxy

import (
	"sync/atomic"

	"github.com/kongo-gateway/kongo/plugin"
)

// route is what the router has chosen, beside its terms. It does not change, save for what it remembers.
type route struct {
	id, name string
	compiled atomic.Pointer[routeChain]
}

// routeChain is a chain with the set of plugins that it was compiled from.
type routeChain struct {
	plugins *plugin.Set
	chain   *plugin.Chain
}

// chain returns the plugins of a set that apply to the route. The first request after a change compiles them: there can be
// more routes than would be worth compiling at each change of a global plugin.
func (r *route) chain(plugins *plugin.Set, svc *service) *plugin.Chain {
	if c := r.compiled.Load(); c != nil && c.plugins == plugins {
		return c.chain
	}
	scope := plugin.Scope{Route: r.id}
	if svc != nil {
		scope.Service = svc.id
	}
	c := &routeChain{plugins, plugins.Chain(scope)}
	r.compiled.Store(c)
	return c.chain
}

// protocols is a set of those that a route of the HTTP part of a node can have.
type protocols uint8

const (
	protocolHTTP protocols = 1 << iota
	protocolHTTPS
	protocolGRPC
	protocolGRPCS
)

func protocolsOf(names []string) (p protocols) {
	for _, name := range names {
		switch name {
		case "http":
			p |= protocolHTTP
		case "https":
			p |= protocolHTTPS
		case "grpc":
			p |= protocolGRPC
		case "grpcs":
			p |= protocolGRPCS
		}
	}
	return p
}

// has reports whether any of the given ones is in the set.
func (p protocols) has(any protocols) bool { return p&any != 0 }
