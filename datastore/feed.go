package datastore

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// ChannelEverything is the channel of an event that a Feed makes itself when it may have missed some, or when it is told that
// a store holds something else altogether: whoever subscribed to anything is told that anything may have changed. It is
// never stored.
const ChannelEverything = "everything"

// Subscriber is told of events in the order in which they happened, batch by batch and never two batches at a time. The
// write that caused an event waits for it.
type Subscriber func(ctx context.Context, events []Event)

// FeedOptions are the settings of a Feed.
type FeedOptions struct {
	// Node is the id of this process among the nodes; its own events are not read back. It must be new for every process.
	Node string
	// Frequency is the time between two polls (db_update_frequency), at least a millisecond.
	Frequency time.Duration
	// Propagation is how long other nodes wait before they act on an event (db_update_propagation), because a store may take
	// that long to show a write everywhere. It also widens the window of every poll.
	Propagation time.Duration
	Log         *slog.Logger
}

// Feed carries the news of changes between the nodes that share a store. Its methods may be called by many goroutines; Run
// is called once.
//
// Kong 3.9: cluster events, poll algorithm.
type Feed struct {
	store EventStore
	opts  FeedOptions

	mu            sync.Mutex
	subscriptions []subscription
	watchers      []func(Progress)
	// delivery keeps batches apart, those of this node's writes and those of the poll.
	delivery sync.Mutex

	// start is where the first poll begins. What follows belongs to Run.
	start    time.Time
	position time.Time
	polled   time.Time
	failing  bool
	lag      time.Duration
	seen     map[string]time.Time
	delayed  []StoredEvent
}

type subscription struct {
	channels []string
	notify   Subscriber
}

// resolution is that of a store's clock.
const resolution = time.Millisecond

// Lateness is how long after its time an event may come to light: a database gives it the time at which its transaction
// began, and shows it when that has ended. Every poll reaches back so far before the position of the last one.
const Lateness = 5 * time.Second

// NewFeed makes a feed whose first poll will read what happens from now on, by the store's clock. Make it before the state
// is loaded that the events are about, or a change in between is lost.
func NewFeed(ctx context.Context, store EventStore, opts FeedOptions) (*Feed, error) {
	now, err := store.Now(AllowReplica(ctx))
	if err != nil {
		return nil, fmt.Errorf("read the store's clock: %w", err)
	}
	return &Feed{store: store, opts: opts, start: now, position: now, polled: time.Now(), seen: make(map[string]time.Time)}, nil
}

// Subscribe adds a subscriber to channels.
func (f *Feed) Subscribe(s Subscriber, channels ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.subscriptions = append(f.subscriptions, subscription{channels: channels, notify: s})
}

// Publish tells the other nodes of events through the store and this node's subscribers at once; when it returns they have
// acted. The error says that other nodes will not learn of some of the events.
func (f *Feed) Publish(ctx context.Context, events ...Event) error {
	ttl := max(eventTTL, 10*f.opts.Propagation)
	err := f.store.Publish(ctx, f.opts.Node, events, f.opts.Propagation, ttl)
	f.dispatch(ctx, events)
	if err != nil {
		return fmt.Errorf("publish events: %w", err)
	}
	return nil
}

// Everything tells this node's subscribers that anything may have changed, and returns when they have acted. Other nodes
// are not told.
func (f *Feed) Everything(ctx context.Context) {
	f.dispatch(ctx, []Event{{Channel: ChannelEverything}})
}

// dispatch hands every subscriber the events on its channels.
func (f *Feed) dispatch(ctx context.Context, events []Event) {
	f.delivery.Lock()
	defer f.delivery.Unlock()
	for _, s := range f.current() {
		var batch []Event
		for _, e := range events {
			if e.Channel == ChannelEverything || slices.Contains(s.channels, e.Channel) {
				batch = append(batch, e)
			}
		}
		if len(batch) > 0 {
			s.notify(ctx, batch)
		}
	}
}

func (f *Feed) current() []subscription {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.subscriptions)
}

func (f *Feed) channels() []string {
	var channels []string
	for _, s := range f.current() {
		channels = append(channels, s.channels...)
	}
	slices.Sort(channels)
	return slices.Compact(channels)
}
