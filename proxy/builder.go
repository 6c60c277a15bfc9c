package proxy

import (
	"context"
	"sync"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/proxy/router"
)

// builder makes snapshots of the configuration in the store, and a new one whenever that changes.
//
// It reads what the events of the feed name and derives the next snapshot from the present one. A store that fails leaves the
// present one in force; what was to be read is remembered and tried again until it succeeds.
type builder struct {
	server *Server
	db     *datastore.DB

	mu       sync.Mutex // is held while a snapshot is made
	model    model
	versions versions
	pending  changes // what could not be read
	retrying bool
	retries  sync.WaitGroup
}

const (
	// applyTimeout limits the reading of changes, loadTimeout that of everything.
	applyTimeout = 30 * time.Second
	loadTimeout  = 10 * time.Minute
	// namesTimeout is how long a change waits for the names of targets to be resolved. Those that are not come in later.
	namesTimeout = 2 * time.Second
	// firstRetry and lastRetry are the shortest and the longest time between two attempts to read from a store that fails.
	firstRetry = 100 * time.Millisecond
	lastRetry  = 5 * time.Second
)

func newBuilder(s *Server) *builder {
	return &builder{server: s, db: s.opts.DB}
}

// empty returns the snapshot of a node without a configuration.
func (b *builder) empty() *snapshot {
	r, _ := router.New(nil, b.routerOptions())
	return &snapshot{router: r}
}

func (b *builder) routerOptions() router.Options {
	return router.Options{Order: b.server.opts.RouterOrder, MaxHeaders: b.server.opts.MaxHeaders}
}

// load reads everything and subscribes to changes. Those that happen meanwhile wait and are applied afterwards.
func (b *builder) load(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.server.opts.Feed.Subscribe(b.notice, channels...)
	return b.loadEverything(ctx)
}

// notice is told of events by the feed; what they concern is in force when it returns. It does not depend on the patience of
// whoever caused them.
func (b *builder) notice(_ context.Context, events []datastore.Event) {
	var c changes
	c.addEvents(events)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.versions.settle(&c, time.Now())
	c.merge(&b.pending)
	b.pending = changes{}
	if err := b.apply(&c); err != nil {
		b.server.opts.Log.Error("could not read a change of the configuration; the former one stays in force", "error", err)
		b.retryLater(&c)
	}
}

// apply puts changes into force. After an error nothing has changed. The caller holds the lock.
func (b *builder) apply(c *changes) error {
	if c.everything {
		ctx, cancel := context.WithTimeout(b.server.ctx, loadTimeout)
		defer cancel()
		if err := b.loadEverything(ctx); err != nil {
			return err
		}
	} else if !c.empty() {
		ctx, cancel := context.WithTimeout(b.server.ctx, applyTimeout)
		defer cancel()
		if err := b.applyChanges(ctx, c); err != nil {
			return err
		}
	}
	for _, mark := range c.health {
		b.applyHealth(mark)
	}
	c.health = nil
	return nil
}

// applyHealth puts a health mark into force. An address that this node does not have is none of its business.
func (b *builder) applyHealth(m healthMark) {
	group := b.server.snapshot.Load().groups[m.upstream]
	if group == nil {
		return
	}
	if err := group.balancer.SetHealth(m.host, m.ip, m.port, m.healthy); err != nil {
		b.server.opts.Log.Info("could not set the health of a target", "upstream", group.name, "error", err)
	}
}

// retryLater remembers changes and tries again until they are in force. The caller holds the lock.
func (b *builder) retryLater(c *changes) {
	b.pending = *c
	if b.retrying || b.server.ctx.Err() != nil {
		return
	}
	b.retrying = true
	b.retries.Go(b.retry)
}

func (b *builder) retry() {
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		select {
		case <-time.After(wait):
		case <-b.server.ctx.Done():
			return
		}
		if b.retryNow() {
			return
		}
	}
}

// retryNow reports whether there is nothing left to be tried again.
func (b *builder) retryNow() (done bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.pending
	b.pending = changes{}
	if err := b.apply(&c); err != nil {
		b.pending = c
		return false
	}
	b.retrying = false
	b.server.opts.Log.Info("the configuration is up to date again")
	return true
}

// close ends the balancers. The server's context has ended before, and nobody uses them any more.
func (b *builder) close() {
	b.retries.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, group := range b.server.snapshot.Load().groups {
		group.balancer.Close()
	}
}
