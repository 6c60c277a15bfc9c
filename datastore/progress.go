package datastore

import (
	"slices"
	"time"
)

// Progress is how far a Feed has come.
type Progress struct {
	// Polled is the moment, by the store's clock, up to which all events were read and acted on.
	Polled time.Time
	// Lag is how old the newest event of another node was when it was read; 0 if there was none so far.
	Lag time.Duration
}

// AfterPoll has fn called after every poll that succeeded, when its events have been acted on. The next poll waits for it.
func (f *Feed) AfterPoll(fn func(Progress)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watchers = append(f.watchers, fn)
}

func (f *Feed) tell(p Progress) {
	f.mu.Lock()
	watchers := slices.Clone(f.watchers)
	f.mu.Unlock()
	for _, fn := range watchers {
		fn(p)
	}
}

// Node is the id of this process among the nodes.
func (f *Feed) Node() string { return f.opts.Node }

// Start is the moment, by the store's clock, from which on the feed tells of events.
func (f *Feed) Start() time.Time { return f.start }
