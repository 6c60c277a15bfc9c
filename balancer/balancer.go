package balancer

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kongo-gateway/kongo/balancer/dns"
)

// Options is what a node gives to all its balancers, and Previous.
type Options struct {
	// Checker runs probes and lookups; it is required.
	Checker *Checker

	// Resolver finds the addresses of targets that are names, and is required if there are any. It has to remember answers
	// as dns.Client does: names whose answer is past its time are looked up twice a second until there is a new one.
	Resolver dns.Resolver

	// Previous is the balancer whose place the new one takes, with the health of the addresses that both have. It is
	// closed after New has returned. Nil if there is none.
	Previous *Balancer

	// Stream is for balancers of stream services. Probes of type tcp run for these alone, probes of other types for
	// others. Kong 3.9: health checks, subsystems.
	Stream bool

	// RootCAs are trusted by active HTTPS probes; nil for the system's.
	RootCAs *x509.CertPool

	// Attach, if not nil, is called once for each new address. What it returns becomes Address.Value, a place for what
	// the caller wants to find again at each pick. It must not call the balancer.
	Attach func(netip.AddrPort) any

	// OnChange, if not nil, is told when an address changes its state. Calls come from the goroutines that cause the
	// change, at the same time for different changes; they hold up a request or a probe.
	OnChange func(Change)

	Logger *slog.Logger // nil for none
}

// Change is a change of state of one address.
type Change struct {
	Upstream string
	Address  *Address
	From, To State
}

// Balancer chooses addresses for one upstream and keeps account of their health. What it was made from does not change;
// a change of the upstream or its targets makes a new one. All methods are safe for concurrent use.
type Balancer struct {
	upstream Upstream
	options  Options
	log      *slog.Logger
	targets  []*target

	choose          func([]*Address) selection
	substituted     string
	tracking        bool // health checks are in use
	passive, active judge
	prober          *prober
	monitor         *monitor

	pool   atomic.Pointer[pool]
	closed sync.Once
}

// New returns a balancer, ready to pick; whoever made it closes it. Names that are not resolved when ctx is done come in
// later, and targets that cannot be used are reported by Health as having no address.
func New(ctx context.Context, u Upstream, targets []Target, options Options) *Balancer {
	b := &Balancer{
		upstream: u,
		options:  options,
		log:      options.Logger,
		choose:   selections[u.Algorithm],
		tracking: u.Healthchecks.used(),
		passive:  newJudge(u.Healthchecks.Passive),
		active:   newJudge(u.Healthchecks.Active.Criteria),
		prober:   newProber(&u, options.RootCAs),
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.choose == nil {
		b.choose = selections[roundRobinAlgorithm]
		b.substituted = u.Algorithm
	}
	for _, t := range targets {
		b.targets = append(b.targets, newTarget(t))
	}
	resolutions := b.resolveAll(ctx)
	b.enter(options.Previous, func() {
		for i, t := range b.targets {
			b.update(t, resolutions[i])
		}
		b.publish()
	})
	b.watch(resolutions)
	b.options.Previous = nil // or every balancer there ever was would be kept
	for i, r := range resolutions {
		if r.err != nil {
			b.log.Warn("target without address", "upstream", u.Name, "target", targets[i].Target, "reason", dnsText(r))
		}
	}
	return b
}

// enter joins the monitor of the previous balancer, or a new one if there is none to join. Without checks nothing would
// repair a bad state, so none is taken over.
func (b *Balancer) enter(previous *Balancer, setup func()) {
	if previous != nil && b.tracking {
		b.monitor = previous.monitor
		if b.monitor.join(b, setup) {
			return
		}
	}
	b.monitor = newMonitor(b.options.Checker)
	b.monitor.join(b, setup)
}

// Close ends what the balancer does in the background and waits for it. Picks and reports of requests that still hold it
// go on working.
func (b *Balancer) Close() {
	b.closed.Do(func() {
		b.unwatch()
		b.monitor.leave(b)
	})
}

// Substituted returns the algorithm of the upstream if it is not there yet and round-robin is in its place, else "".
func (b *Balancer) Substituted() string { return b.substituted }

// Pick returns the address for the next attempt, be it the first or a retry, which may get the same address again. The
// error, if any, matches ErrNoPeer. It neither takes locks nor allocates.
func (b *Balancer) Pick() (*Address, error) {
	p := b.pool.Load()
	if p.err != nil {
		return nil, p.err
	}
	return p.selection.pick(), nil
}

// Report tells how an attempt that Pick gave the address for has ended: with the status of the upstream, with Timeout if
// the client got 504 for it or would have, or with TCPFailure. Outcomes that change nothing, such as successes of a healthy
// address, cost a few reads. Kong 3.9: balancer, passive health checks.
func (b *Balancer) Report(a *Address, o Outcome) {
	if b.tracking {
		b.report(a, &b.passive, o)
	}
}

func (b *Balancer) report(a *Address, j *judge, o Outcome) {
	kind, limit := j.decide(o)
	if from, to := a.health.report(kind, limit); from != to {
		b.moved(a, from, to)
	}
}

// moved spreads the news that an address has changed its state.
func (b *Balancer) moved(a *Address, from, to State) {
	if from.Available() != to.Available() {
		b.monitor.publish()
	}
	if from != to && b.options.OnChange != nil {
		b.options.OnChange(Change{Upstream: b.upstream.Name, Address: a, From: from, To: to})
	}
}

// publish shows picks the present addresses and states. The caller holds monitor.mu.
func (b *Balancer) publish() {
	b.pool.Store(newPool(b.weighted(), b.upstream.Healthchecks.Threshold, b.choose))
}

// weighted returns the addresses that have a weight. The caller holds monitor.mu.
func (b *Balancer) weighted() []*Address {
	var addresses []*Address
	for _, t := range b.targets {
		if t.Weight > 0 {
			addresses = append(addresses, t.addresses...)
		}
	}
	return addresses
}

// probeInterval returns the time between probes of one side, 0 if there are none.
func (b *Balancer) probeInterval(s side) time.Duration {
	checks := &b.upstream.Healthchecks.Active
	if (checks.Type == typeTCP) != b.options.Stream {
		return 0
	}
	if s == availableSide {
		return max(checks.HealthyInterval, 0)
	}
	return max(checks.UnhealthyInterval, 0)
}

// probe asks addresses how they are, as many at a time as the upstream allows, and reports what they say. It returns
// early, without further reports, when ctx ends.
func (b *Balancer) probe(ctx context.Context, addresses []*Address) {
	slots := make(chan struct{}, max(1, min(b.upstream.Healthchecks.Active.Concurrency, len(addresses))))
	var probes sync.WaitGroup
	for _, a := range addresses {
		slots <- struct{}{}
		probes.Go(func() {
			defer func() { <-slots }()
			outcome := b.prober.probe(ctx, a)
			if ctx.Err() != nil {
				return
			}
			b.log.Debug("probe", "upstream", b.upstream.Name, "address", a.AddrPort, "name", a.Name, "outcome", int(outcome))
			b.report(a, &b.active, outcome)
		})
	}
	probes.Wait()
}
