package cluster

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// Self is what a node tells of itself.
type Self struct {
	Hostname string
	Version  string
	// Proxy, Admin and Status are the addresses on which it listens, "host:port" each.
	Proxy, Admin, Status []string
	Settings             Settings
	// Frequency and Propagation are db_update_frequency and db_update_propagation.
	Frequency, Propagation time.Duration
	// Replaces says that the node has the sockets of one which ran until now.
	Replaces bool
}

// Options are what a member is made from; all but Clock and Reach are required.
type Options struct {
	Store datastore.Store
	Feed  *datastore.Feed
	DB    *datastore.DB
	Self  Self
	Log   *slog.Logger
	// Clock is the machine's; nil stands for time.Now.
	Clock func() time.Time
	// Reach asks a node that seems to be gone; nil for nobody.
	Reach Reach
}

// Member is a node on the list. Its methods may be called by many goroutines.
type Member struct {
	opts   Options
	view   *View
	probes probes
	hash   *configHash
	// polled has the newest progress of the feed that was not announced yet; changed tells that the hash is stale.
	polled  chan datastore.Progress
	changed chan struct{}

	mu      sync.Mutex
	entry   entry
	failing bool
	known   List // the last that was read

	// nextLook is when Run looks around again, cleaned when it has last cleaned.
	nextLook, cleaned time.Time

	left atomic.Bool
}

// keepFailed is how long a node that is not seen any more stays on the list. It is longer than events live, so that what it
// wrote is not taken for a node of Kong's.
const keepFailed = 2 * time.Hour

// announceTimeout bounds one announcement.
const announceTimeout = 5 * time.Second

// New makes a member that is not on the list yet. It is to be made before the feed runs.
func New(o Options) *Member {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	m := &Member{
		opts:    o,
		view:    NewView(o.Store, o.Reach),
		hash:    newConfigHash(o.DB),
		polled:  make(chan datastore.Progress, 1),
		changed: make(chan struct{}, 1),
		entry: entry{
			Kind: KindKongo, Hostname: o.Self.Hostname, Version: o.Self.Version,
			Proxy: o.Self.Proxy, Admin: o.Self.Admin, Status: o.Self.Status,
			Settings:  o.Self.Settings,
			Frequency: o.Self.Frequency.Milliseconds(), Propagation: o.Self.Propagation.Milliseconds(),
			Polled: o.Feed.Start().UnixMilli(),
		},
	}
	o.Feed.Subscribe(m.probes.notice, channelProbe)
	o.Feed.Subscribe(m.noticeChanges, datastore.ChannelInvalidations, datastore.ChannelCoreInvalidations,
		datastore.ChannelTargets, datastore.ChannelUpstreams)
	o.Feed.AfterPoll(m.noticeProgress)
	return m
}

// Join puts the node on the list. That the store has none, or is away, is no reason to fail: it is logged, and tried again
// later. The node is to be ready for what others may expect of it.
func (m *Member) Join(ctx context.Context) {
	m.measureClock(ctx)
	m.announce(ctx)
}

// ID is the id of the node on the list, and in the events that it writes.
func (m *Member) ID() string { return m.opts.Feed.Node() }

func (m *Member) noticeChanges(_ context.Context, events []datastore.Event) {
	if m.hash.notice(events) {
		select {
		case m.changed <- struct{}{}:
		default: // somebody has said so already
		}
	}
}

// noticeProgress leaves the newest progress for Run, which may be at work.
func (m *Member) noticeProgress(p datastore.Progress) {
	select {
	case <-m.polled:
	default:
	}
	m.polled <- p
}

// Run announces the node until ctx is done.
func (m *Member) Run(ctx context.Context) {
	var hashing sync.WaitGroup
	defer hashing.Wait()
	hashing.Go(func() { m.rehash(ctx) })
	for {
		select {
		case <-ctx.Done():
			return
		case p := <-m.polled:
			m.mu.Lock()
			m.entry.Polled, m.entry.Lag = p.Polled.UnixMilli(), p.Lag.Milliseconds()
			m.mu.Unlock()
			m.measureClock(ctx)
			m.announce(ctx)
			m.lookAround(ctx)
			m.clean(ctx)
		}
	}
}

// hashShare is how much more time must pass after hashing than it took, so that it costs a small share of the node's time
// however much there is to read and however often it changes.
const hashShare = 10

// rehash keeps the hash of the configuration up to date.
func (m *Member) rehash(ctx context.Context) {
	for {
		start := time.Now()
		hash, err := m.hash.refresh(ctx)
		switch {
		case err == nil:
			m.mu.Lock()
			m.entry.ConfigHash = hash
			m.mu.Unlock()
		case ctx.Err() == nil:
			m.opts.Log.Debug("could not hash the configuration", "error", err)
			m.noticeChanges(ctx, nil)
		}
		timer := time.NewTimer(max(hashShare*time.Since(start), 100*time.Millisecond))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		if err != nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-m.changed:
		}
	}
}

// measureClock compares the machine's clock with the store's. What the answer took may be the whole difference.
func (m *Member) measureClock(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, announceTimeout)
	defer cancel()
	before := m.opts.Clock()
	now, err := m.opts.Store.Now(ctx)
	if err != nil {
		return
	}
	after := m.opts.Clock()
	var offset time.Duration
	switch {
	case before.After(now):
		offset = before.Sub(now)
	case after.Before(now):
		offset = after.Sub(now)
	}
	m.mu.Lock()
	m.entry.ClockOffset = offset.Milliseconds()
	m.mu.Unlock()
}

// announce writes the entry. That it could not is logged once.
func (m *Member) announce(ctx context.Context) {
	if m.left.Load() {
		return
	}
	m.mu.Lock()
	m.entry.Probes = m.probes.list()
	record, err := m.entry.record(m.ID(), m.opts.Feed.Start())
	m.mu.Unlock()
	if err == nil {
		announcing, cancel := context.WithTimeout(ctx, announceTimeout)
		err = m.opts.Store.Announce(announcing, record)
		cancel()
	}
	if ctx.Err() == nil {
		m.tell(err)
	}
}

func (m *Member) tell(err error) {
	m.mu.Lock()
	changed := m.failing != (err != nil)
	m.failing = err != nil
	m.mu.Unlock()
	switch {
	case !changed:
	case errors.Is(err, datastore.ErrNoRegistry):
		m.opts.Log.Warn("this node can't be put on the list of nodes; `kongo cluster` knows it by the changes it makes alone", "error", err)
	case err != nil:
		m.opts.Log.Warn("could not tell other nodes that this one is there", "error", err)
	default:
		m.opts.Log.Info("other nodes know again that this one is there")
	}
}

// lookShare is how many times longer than it took the time until the next look is, at least, so that it costs little however
// many events there are to go through.
const lookShare = 100

// lookAround reads the list now and then, so that the node can tell of others when the store is away.
func (m *Member) lookAround(ctx context.Context) {
	start := time.Now()
	if start.Before(m.nextLook) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, announceTimeout)
	defer cancel()
	_, _ = m.look(ctx) // the next time will do
	m.nextLook = time.Now().Add(max(leastPatience, lookShare*time.Since(start)))
}

// clean takes nodes off the list that are gone for long.
func (m *Member) clean(ctx context.Context) {
	if time.Since(m.cleaned) < keepFailed/10 {
		return
	}
	m.cleaned = time.Now()
	ctx, cancel := context.WithTimeout(ctx, announceTimeout)
	defer cancel()
	nodes, now, err := m.opts.Store.Nodes(ctx)
	if err != nil {
		return // the next time will do
	}
	for _, n := range nodes {
		if now.Sub(n.LastSeen) > keepFailed {
			_, _ = m.opts.Store.Forget(ctx, n.ID) // others try, too
		}
	}
}

// Leave tells other nodes that this one ends on purpose. It announces itself no more.
func (m *Member) Leave(ctx context.Context) {
	if m.left.Swap(true) {
		return
	}
	m.mu.Lock()
	m.entry.Left = true
	record, err := m.entry.record(m.ID(), m.opts.Feed.Start())
	failing := m.failing
	m.mu.Unlock()
	if err == nil && !failing { // a store that is away would only cost time
		err = m.opts.Store.Announce(ctx, record)
	}
	if err != nil {
		m.opts.Log.Warn("could not tell other nodes that this one ends", "error", err)
	}
}
