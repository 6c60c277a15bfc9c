package proxy

import (
	"net/netip"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// defaultTimeout is for services that have none. Kong 3.9: services, timeouts.
const defaultTimeout = 60 * time.Second

// defaultVerifyDepth is for services that verify and say no depth. Kong 3.9: services, tls_verify_depth.
const defaultVerifyDepth = 1

// compileService turns a row into a service.
func (b *builder) compileService(m *model, r row) *service {
	svc := &service{
		id:       r.id(),
		name:     r.text("name"),
		disabled: r["enabled"] == false,
		host:     r.text("host"),
		port:     uint16(r.number("port")),
		path:     r.text("path"),
		retries:  int(r.number("retries")),
		timeouts: upstream.Timeouts{
			Connect: timeoutOf(r, "connect_timeout"),
			Write:   timeoutOf(r, "write_timeout"),
			Read:    timeoutOf(r, "read_timeout"),
		},
		certificate: r.reference("client_certificate"),
		authorities: r.texts("ca_certificates"),
	}
	switch r.text("protocol") {
	case "https", "grpcs", "tls":
		svc.secure = true
	}
	svc.tls.Verify = r.flag("tls_verify")
	svc.tls.Depth = defaultVerifyDepth
	if _, given := r["tls_verify_depth"].(int64); given {
		svc.tls.Depth = int(r.number("tls_verify_depth"))
	}
	b.linkService(m, svc)
	return svc
}

func timeoutOf(r row, field string) time.Duration {
	if timeout := r.milliseconds(field); timeout > 0 {
		return timeout
	}
	return defaultTimeout
}

// linkService connects a service with what it refers to: certificates, and the upstream that its host names.
func (b *builder) linkService(m *model, svc *service) {
	svc.tls.Certificate = m.material.certificates[svc.certificate]
	svc.tls.Roots = m.material.roots(svc.authorities)
	svc.literal, svc.peer, svc.resolved, svc.upstream = netip.AddrPort{}, nil, nil, noSlot
	if addr, ok := literalHost(svc.host); ok {
		svc.literal = netip.AddrPortFrom(addr, svc.port)
		if addr.Is6() && !strings.HasPrefix(svc.host, "[") {
			svc.host = "[" + svc.host + "]"
		}
		if !svc.secure {
			svc.peer = b.server.pool.Peer(svc.literal, nil)
		}
		return
	}
	if slot, ok := m.upstreams[svc.host]; ok {
		svc.upstream = slot
		return
	}
	svc.resolved = b.server.opts.Resolver.Host(svc.host)
}

// literalHost returns the address that a host is.
func literalHost(host string) (netip.Addr, bool) {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	addr, err := netip.ParseAddr(host)
	return addr.Unmap(), err == nil
}
