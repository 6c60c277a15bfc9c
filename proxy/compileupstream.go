package proxy

import (
	"context"
	"net/netip"

	"github.com/kongo-gateway/kongo/balancer"
)

// upstreamRows are the rows of one upstream.
type upstreamRows struct {
	upstream row
	targets  []balancer.Target
}

// compileUpstream turns rows into an upstream with a balancer, which inherits the health of the former one.
func (b *builder) compileUpstream(m *model, rows upstreamRows, former *upstreamGroup) *upstreamGroup {
	r := rows.upstream
	group := &upstreamGroup{
		id:            r.id(),
		name:          r.text("name"),
		hostHeader:    r.text("host_header"),
		certificateID: r.reference("client_certificate"),
	}
	group.certificate = m.material.certificates[group.certificateID]
	options := balancer.Options{
		Checker:  b.server.checker,
		Resolver: b.server.opts.Resolver,
		RootCAs:  b.server.opts.ProbeRoots,
		Attach:   func(addr netip.AddrPort) any { return b.server.pool.Peer(addr, nil) },
		OnChange: b.healthChanged,
		Logger:   b.server.opts.Log,
	}
	if former != nil {
		options.Previous = former.balancer
	}
	ctx, cancel := context.WithTimeout(b.server.ctx, namesTimeout)
	defer cancel()
	description := upstreamOf(r)
	if description.ClientCertificate = group.certificate; description.ClientCertificate == nil {
		description.ClientCertificate = b.server.opts.ClientCertificate
	}
	group.balancer = balancer.New(ctx, description, rows.targets, options)
	if algorithm := group.balancer.Substituted(); algorithm != "" {
		b.server.opts.Log.Warn("the algorithm of an upstream is not there yet, round-robin takes its place",
			"upstream", group.name, "algorithm", algorithm)
	}
	return group
}

func (b *builder) healthChanged(c balancer.Change) {
	if c.From.Available() == c.To.Available() {
		return
	}
	b.server.opts.Log.Warn("target changed its health",
		"upstream", c.Upstream, "target", c.Address.Name, "address", c.Address.AddrPort, "state", c.To)
}

// upstreamOf reads what a balancer has to know of an upstream.
func upstreamOf(r row) balancer.Upstream {
	checks := r.record("healthchecks")
	active, passive := checks.record("active"), checks.record("passive")
	return balancer.Upstream{
		Name:       r.text("name"),
		Algorithm:  r.text("algorithm"),
		HostHeader: r.text("host_header"),
		Healthchecks: balancer.Healthchecks{
			Threshold: checks.real("threshold"),
			Active: balancer.ActiveChecks{
				Type:                   active.text("type"),
				Timeout:                active.seconds("timeout"),
				Concurrency:            int(active.number("concurrency")),
				HTTPPath:               active.text("http_path"),
				Headers:                active.lists("headers"),
				HTTPSSNI:               active.text("https_sni"),
				HTTPSVerifyCertificate: active.flag("https_verify_certificate"),
				HealthyInterval:        active.record("healthy").seconds("interval"),
				UnhealthyInterval:      active.record("unhealthy").seconds("interval"),
				Criteria:               criteriaOf(active),
			},
			Passive: criteriaOf(passive),
		},
	}
}

func criteriaOf(checks row) balancer.Criteria {
	healthy, unhealthy := checks.record("healthy"), checks.record("unhealthy")
	return balancer.Criteria{
		HealthyStatuses:   healthy.numbers("http_statuses"),
		UnhealthyStatuses: unhealthy.numbers("http_statuses"),
		Successes:         int(healthy.number("successes")),
		HTTPFailures:      int(unhealthy.number("http_failures")),
		TCPFailures:       int(unhealthy.number("tcp_failures")),
		Timeouts:          int(unhealthy.number("timeouts")),
	}
}

func targetOf(r row) balancer.Target {
	return balancer.Target{Target: r.text("target"), Weight: int(r.number("weight"))}
}
