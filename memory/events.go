package memory

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
)

// events are what was published and not forgotten yet, in the order in which it happened.
type events struct {
	mu   sync.Mutex
	all  []storedEvent
	last time.Time
}

type storedEvent struct {
	datastore.StoredEvent
	expires time.Time
}

// Publish implements datastore.EventStore.
func (s *Store) Publish(ctx context.Context, node string, published []datastore.Event, delay, ttl time.Duration) error {
	if err := alive(ctx, "publish"); err != nil {
		return err
	}
	s.events.forget(time.Now())
	s.events.mu.Lock()
	defer s.events.mu.Unlock()
	now := s.events.now()
	for _, e := range published {
		stored := datastore.StoredEvent{Event: e, ID: uuid.NewString(), Node: node, At: now}
		if delay > 0 {
			stored.NotBefore = now.Add(delay)
		}
		s.events.all = append(s.events.all, storedEvent{stored, now.Add(ttl)})
	}
	return nil
}

// Events implements datastore.EventStore.
func (s *Store) Events(
	ctx context.Context, channels []string, after time.Time,
) ([]datastore.StoredEvent, time.Time, error) {
	if err := alive(ctx, "events"); err != nil {
		return nil, time.Time{}, err
	}
	s.events.mu.Lock()
	defer s.events.mu.Unlock()
	var found []datastore.StoredEvent
	for _, e := range s.events.all {
		if e.At.After(after) && slices.Contains(channels, e.Channel) {
			found = append(found, e.StoredEvent)
		}
	}
	return found, s.events.now(), nil
}

// Now implements datastore.EventStore.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	s.events.mu.Lock()
	defer s.events.mu.Unlock()
	return s.events.now(), alive(ctx, "clock")
}

// now is the present, but never before an event that happened: a clock that is set back does not hide new events.
func (e *events) now() time.Time {
	if now := time.Now(); now.After(e.last) {
		e.last = now
	}
	return e.last
}

// forget drops the events whose time is over.
func (e *events) forget(now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = slices.DeleteFunc(e.all, func(s storedEvent) bool { return s.expires.Before(now) })
}
