package balancer

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/kongo-gateway/kongo/balancer/dns"
)

const (
	// refreshDelay is the time from the end of an answer's life to the next lookup. Kong 3.9: balancer, renewal of targets.
	refreshDelay = 500 * time.Millisecond

	// retryDelay is the time from a failed lookup to the next. The resolver remembers failures, and so it decides how often
	// servers are really asked.
	retryDelay = time.Second
)

// errUnresolved stands for an answer that is still awaited. Its text is what the health report then says of a target.
// Kong 3.9: upstream health, DNS state.
var errUnresolved = errors.New("unknown")

// resolution is what became of looking up the host of a target.
type resolution struct {
	answer dns.Answer
	err    error
}

// resolveAll looks up the hosts of all targets at the same time. It returns when all are known or ctx is done.
func (b *Balancer) resolveAll(ctx context.Context) []resolution {
	resolutions := make([]resolution, len(b.targets))
	var lookups sync.WaitGroup
	for i, t := range b.targets {
		switch {
		case t.invalid != nil:
			resolutions[i].err = t.invalid
		case t.literal.Is4():
			resolutions[i].answer = dns.Answer{Type: dns.A, Addrs: []netip.Addr{t.literal}}
		case t.literal.Is6():
			resolutions[i].answer = dns.Answer{Type: dns.AAAA, Addrs: []netip.Addr{t.literal}}
		default:
			lookups.Go(func() { resolutions[i] = b.lookup(ctx, t) })
		}
	}
	lookups.Wait()
	return resolutions
}

func (b *Balancer) lookup(ctx context.Context, t *target) resolution {
	answer, err := b.options.Resolver.Lookup(ctx, t.host)
	if err != nil && ctx.Err() != nil {
		err = errUnresolved
	}
	return resolution{answer, err}
}

// again returns when to look up the host the next time.
func (r *resolution) again(now time.Time) time.Time {
	if r.err != nil {
		return now.Add(retryDelay)
	}
	return now.Add(max(r.answer.TTL, 0) + refreshDelay)
}

// watch begins to look up the names among the targets again when that is due.
func (b *Balancer) watch(resolutions []resolution) {
	for i, t := range b.targets {
		if t.invalid != nil || t.literal.IsValid() {
			continue
		}
		t.refresh = newJob(func(ctx context.Context) { b.refresh(ctx, t) })
		b.options.Checker.schedule(t.refresh, resolutions[i].again(time.Now()))
	}
}

// unwatch ends what watch began.
func (b *Balancer) unwatch() {
	var jobs []*job
	for _, t := range b.targets {
		if t.refresh != nil {
			jobs = append(jobs, t.refresh)
		}
	}
	b.options.Checker.stop(jobs...)
}

// refresh looks up the host of a target once more.
func (b *Balancer) refresh(ctx context.Context, t *target) {
	r := b.lookup(ctx, t)
	if ctx.Err() != nil {
		return // the balancer is being closed
	}
	b.monitor.mu.Lock()
	dnsBefore := t.dns
	changed := b.update(t, r)
	if changed {
		b.publish()
	}
	addresses, dnsNow := len(t.addresses), t.dns
	b.monitor.mu.Unlock()

	if changed || dnsNow != dnsBefore {
		level := slog.LevelInfo
		if r.err != nil {
			level = slog.LevelWarn
		}
		b.log.Log(ctx, level, "target resolved anew", "upstream", b.upstream.Name, "target", t.Target.Target,
			"dns", dnsNow, "addresses", addresses)
	}
	b.options.Checker.schedule(t.refresh, r.again(time.Now()))
}

// update gives a target the addresses of a resolution and reports whether they are others than before. Those that it had
// already stay the same, health included; those that are new start healthy unless another balancer of the upstream knows
// better. Each has the whole weight of the target. Kong 3.9: balancer, from targets to addresses.
//
// The caller holds monitor.mu and publishes the change.
func (b *Balancer) update(t *target, r resolution) (changed bool) {
	t.dns = dnsText(r)
	var addrs []netip.Addr
	if r.err == nil {
		addrs = slices.SortedFunc(slices.Values(r.answer.Addrs), netip.Addr.Compare)
		addrs = slices.Compact(addrs)
	}
	if slices.EqualFunc(addrs, t.addresses, func(addr netip.Addr, a *Address) bool { return a.AddrPort.Addr() == addr }) {
		return false
	}
	before := t.addresses
	t.addresses = make([]*Address, 0, len(addrs))
	for _, addr := range addrs {
		if i := slices.IndexFunc(before, func(a *Address) bool { return a.AddrPort.Addr() == addr }); i >= 0 {
			t.addresses = append(t.addresses, before[i])
			before = slices.Delete(before, i, i+1)
		} else {
			t.addresses = append(t.addresses, b.newAddress(t, addr))
		}
	}
	for _, gone := range before {
		b.monitor.release(gone)
	}
	return true
}

func (b *Balancer) newAddress(t *target, addr netip.Addr) *Address {
	a := &Address{AddrPort: netip.AddrPortFrom(addr, t.port), Name: t.host, weight: t.Weight}
	a.health = b.monitor.acquire(identity{a.AddrPort, a.Name})
	if b.options.Attach != nil {
		a.Value = b.options.Attach(a.AddrPort)
	}
	return a
}

// dnsText returns what the health report says of a resolution: the type of the records, or the error without the name.
func dnsText(r resolution) string {
	var dnsErr *dns.Error
	switch {
	case r.err == nil:
		return r.answer.Type.String()
	case errors.As(r.err, &dnsErr):
		return dnsErr.Err.Error()
	}
	return r.err.Error()
}
