package datastore_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// scripted is a store of events whose clock and failures the test decides.
type scripted struct {
	mu     sync.Mutex
	now    time.Time
	events []datastore.StoredEvent
	away   error
	polls  int
	after  time.Time
}

func (s *scripted) Publish(_ context.Context, node string, events []datastore.Event, delay, ttl time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away != nil {
		return s.away
	}
	for _, e := range events {
		s.events = append(s.events, datastore.StoredEvent{Event: e, ID: fmt.Sprint(len(s.events)), Node: node, At: s.now})
	}
	return nil
}

func (s *scripted) Events(_ context.Context, channels []string, after time.Time) ([]datastore.StoredEvent, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polls++
	s.after = after
	if s.away != nil {
		return nil, time.Time{}, s.away
	}
	var found []datastore.StoredEvent
	for _, e := range s.events {
		if e.At.After(after) && slices.Contains(channels, e.Channel) {
			found = append(found, e)
		}
	}
	return found, s.now, nil
}

func (s *scripted) Now(context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.away
}

func (s *scripted) DeleteExpired(context.Context, *schema.Model) error { return nil }

// happen adds an event of another node with a time that may be before that of others.
func (s *scripted) happen(data string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, datastore.StoredEvent{
		Event: datastore.Event{Channel: "c", Data: data}, ID: data, Node: "other", At: at,
	})
}

// pass lets time pass and waits for two polls, of which the last began after that.
func (s *scripted) pass(t *testing.T, d time.Duration) {
	t.Helper()
	s.mu.Lock()
	s.now = s.now.Add(d)
	wanted := s.polls + 2
	s.mu.Unlock()
	for {
		s.mu.Lock()
		polls := s.polls
		s.mu.Unlock()
		if polls >= wanted {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatal("nobody polls")
		case <-time.After(time.Millisecond):
		}
	}
}

// receiver notes what a feed tells.
type receiver struct {
	mu   sync.Mutex
	data []string
}

func (r *receiver) notify(_ context.Context, events []datastore.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range events {
		r.data = append(r.data, e.Channel+" "+e.Data)
	}
}

func (r *receiver) expect(t *testing.T, want ...string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(r.data, want) {
		t.Errorf("told were %v, want %v", r.data, want)
	}
	r.data = nil
}

// run starts a feed on store that ends with the test.
func run(t *testing.T, store datastore.EventStore, opts datastore.FeedOptions) (*datastore.Feed, *receiver) {
	t.Helper()
	opts.Node, opts.Frequency, opts.Log = "self", time.Millisecond, slog.New(slog.DiscardHandler)
	feed, err := datastore.NewFeed(t.Context(), store, opts)
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{}
	feed.Subscribe(r.notify, "c")
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { feed.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return feed, r
}

func TestFeedTellsOnce(t *testing.T) {
	store := &scripted{now: time.Unix(1700000000, 0)}
	_, r := run(t, store, datastore.FeedOptions{})
	store.happen("1", store.now)
	store.happen("2", store.now)
	store.pass(t, time.Second)
	r.expect(t, "c 1", "c 2")
	store.pass(t, time.Second)
	r.expect(t)
	store.happen("3", store.now)
	store.pass(t, 0)
	r.expect(t, "c 3")
}

// TestFeedTellsOfLateCommits adds an event that got its time before a poll and was committed after it.
func TestFeedTellsOfLateCommits(t *testing.T) {
	start := time.Unix(1700000000, 0)
	store := &scripted{now: start}
	_, r := run(t, store, datastore.FeedOptions{})
	store.happen("1", start.Add(10*time.Millisecond))
	store.pass(t, time.Second)
	r.expect(t, "c 1")
	store.happen("2", start.Add(10*time.Millisecond)) // after the newest event, long before the present
	store.pass(t, 0)
	r.expect(t, "c 2")
	store.happen("3", start) // before the newest event
	store.pass(t, 0)
	r.expect(t, "c 3")
	store.happen("4", start.Add(-time.Second)) // before the node itself
	store.pass(t, 0)
	r.expect(t)
}

// TestFeedReachesBack widens the window of polls by the time that a store may take to show a write.
func TestFeedReachesBack(t *testing.T) {
	start := time.Unix(1700000000, 0)
	store := &scripted{now: start}
	_, r := run(t, store, datastore.FeedOptions{Propagation: 5 * time.Second})
	store.happen("1", start.Add(20*time.Second))
	store.pass(t, 30*time.Second)
	r.expect(t, "c 1")
	store.happen("2", start.Add(11*time.Second))
	store.pass(t, 20*time.Second)
	r.expect(t, "c 2")
	if want := start.Add(15*time.Second - datastore.Lateness); !store.after.Equal(want) {
		t.Errorf("polled after %v, want %v", store.after, want)
	}
}

func TestFeedSkipsItsOwnEvents(t *testing.T) {
	store := &scripted{now: time.Unix(1700000000, 0)}
	feed, r := run(t, store, datastore.FeedOptions{})
	if err := feed.Publish(t.Context(), datastore.Event{Channel: "c", Data: "own"}, datastore.Event{Channel: "d", Data: "unheard"}); err != nil {
		t.Fatal(err)
	}
	r.expect(t, "c own")
	store.pass(t, time.Second)
	r.expect(t)
}

func TestFeedSurvivesOutages(t *testing.T) {
	store := &scripted{now: time.Unix(1700000000, 0)}
	feed, r := run(t, store, datastore.FeedOptions{})
	store.mu.Lock()
	store.away = errors.New("the server is away")
	store.mu.Unlock()
	if err := feed.Publish(t.Context(), datastore.Event{Channel: "c", Data: "own"}); !errors.Is(err, store.away) {
		t.Errorf("publish: %v", err)
	}
	r.expect(t, "c own") // this node knows all the same
	store.happen("missed", store.now)
	store.pass(t, time.Minute)
	r.expect(t)
	store.mu.Lock()
	store.away = nil
	store.mu.Unlock()
	store.pass(t, time.Minute)
	r.expect(t, "c missed")
}

func TestFeedNeedsAClock(t *testing.T) {
	store := &scripted{away: errors.New("the server is away")}
	if _, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{}); !errors.Is(err, store.away) {
		t.Errorf("a feed without a clock: %v", err)
	}
}
