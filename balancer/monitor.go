package balancer

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// monitor keeps the health of the addresses of one upstream and has them probed. It outlives a Balancer: when an upstream
// or its targets change, the next Balancer joins the monitor of the previous one before that one leaves. So neither
// states and counters nor the rhythm of the probes are lost, and a probe under way counts.
// Kong 3.9: balancer, health survives a rebuild for equal address, port and name.
type monitor struct {
	checker *Checker
	probing [2]round // by side

	mu        sync.Mutex // guards what follows, the rounds, and the targets and addresses of every member
	members   []*Balancer
	records   map[identity]*record
	abandoned bool // the last member has left
}

// identity is what makes an address the same one in two balancers.
type identity struct {
	addr netip.AddrPort
	name string
}

// side is one of the two groups of states that are probed at intervals of their own.
type side int

const (
	availableSide side = iota
	unavailableSide
)

func sideOf(s State) side {
	if s.Available() {
		return availableSide
	}
	return unavailableSide
}

// round probes all addresses of one side, again and again.
type round struct {
	job      *job
	interval time.Duration // 0 while suspended
	last     time.Time     // when it last began, or when the interval began to count
}

func newMonitor(checker *Checker) *monitor {
	m := &monitor{checker: checker, records: map[identity]*record{}}
	for s := range m.probing {
		m.probing[s].job = newJob(func(ctx context.Context) { m.probe(ctx, side(s)) })
	}
	return m
}

// join makes b the member that probes go by, after setup, which runs under the lock. It reports false, and does nothing,
// if the monitor is abandoned.
func (m *monitor) join(b *Balancer, setup func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.abandoned {
		return false
	}
	setup()
	m.members = append(m.members, b)
	m.plan()
	return true
}

// leave takes b out, gives up its addresses, and ends the probes if it was the last. It waits for them.
func (m *monitor) leave(b *Balancer) {
	m.mu.Lock()
	m.members = slices.DeleteFunc(m.members, func(member *Balancer) bool { return member == b })
	for _, t := range b.targets {
		for _, a := range t.addresses {
			m.release(a)
		}
	}
	last := len(m.members) == 0
	m.abandoned = last
	if !last {
		m.plan()
	}
	m.mu.Unlock()
	if last {
		m.checker.stop(m.probing[availableSide].job, m.probing[unavailableSide].job)
	}
}

// current returns the member that joined last. The caller holds mu.
func (m *monitor) current() *Balancer { return m.members[len(m.members)-1] }

// plan adapts the rounds to the intervals of the current member. Time that has passed since the last round counts, or
// frequent changes would put the next one off for ever. The caller holds mu.
func (m *monitor) plan() {
	for s := range m.probing {
		r := &m.probing[s]
		interval := m.current().probeInterval(side(s))
		if r.interval == 0 {
			r.last = time.Now()
		}
		r.interval = interval
		if interval == 0 {
			m.checker.suspend(r.job)
		} else {
			m.checker.schedule(r.job, r.last.Add(interval))
		}
	}
}

// probe is one round over the addresses of a side.
func (m *monitor) probe(ctx context.Context, s side) {
	m.mu.Lock()
	r := &m.probing[s]
	if m.abandoned || r.interval == 0 {
		m.mu.Unlock()
		return
	}
	r.last = time.Now()
	m.checker.schedule(r.job, r.last.Add(r.interval))
	b := m.current()
	var addresses []*Address
	for _, a := range b.weighted() {
		if sideOf(a.health.state()) == s {
			addresses = append(addresses, a)
		}
	}
	m.mu.Unlock()
	b.probe(ctx, addresses)
}

// publish has every member show its picks the present states.
func (m *monitor) publish() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.members {
		b.publish()
	}
}

// acquire returns the record of an address, a new one if no member has the address. The caller holds mu, as does that of
// release.
func (m *monitor) acquire(id identity) *record {
	r, ok := m.records[id]
	if !ok {
		r = &record{}
		m.records[id] = r
	}
	r.users++
	return r
}

// release gives up an address; its health is forgotten when no member has it any more.
func (m *monitor) release(a *Address) {
	a.health.users--
	if a.health.users == 0 {
		delete(m.records, identity{a.AddrPort, a.Name})
	}
}
