package cassandra

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gocql/gocql"
	"golang.org/x/sync/errgroup"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// skew is how far ahead of the node that is asked for events the clock of another may be for its events to be seen at once.
const skew = time.Second

// Publish implements datastore.EventStore. The time of an event is that of the node which was asked for it.
//
// Kong 2.8: Cassandra, cluster_events.
func (s *Store) Publish(
	ctx context.Context, node string, events []datastore.Event, delay, ttl time.Duration,
) error {
	if len(events) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("cassandra: publish: %w", err)
	}
	ctx = s.policy.pinning(ctx)
	if err := s.publish(ctx, node, events, delay, ttl); err != nil {
		return fmt.Errorf("cassandra: publish: %w", err)
	}
	return nil
}

// publish adds a row per event. Those of one call have the same time, and those of the next a later one; their ids keep them
// in order.
func (s *Store) publish(ctx context.Context, node string, events []datastore.Event, delay, ttl time.Duration) error {
	writer, err := gocql.ParseUUID(node)
	if err != nil {
		return err
	}
	at, err := s.clock(ctx)
	if err != nil {
		return err
	}
	at = s.next(at)
	notBefore := any(gocql.UnsetValue)
	if delay > 0 {
		notBefore = at + delay.Milliseconds()
	}
	ids, err := orderedIDs(len(events))
	if err != nil {
		return err
	}
	// One after the other, so that who sees one of them can see those before it, too.
	for start := 0; start < len(events); {
		end := start + 1
		for end < len(events) && end-start < dropAtOnce && events[end].Channel == events[start].Channel {
			end++
		}
		batch := s.session.NewBatch(gocql.UnloggedBatch).WithContext(ctx).RetryPolicy(retries)
		batch.SetConsistency(s.eventLevel())
		for i, e := range events[start:end] {
			batch.Entries = append(batch.Entries, gocql.BatchEntry{
				Stmt: "INSERT INTO cluster_events (channel, at, node_id, id, data, nbf) VALUES (?, ?, ?, ?, ?, ?) USING TTL ?",
				Args: []any{e.Channel, at, writer, ids[start+i], e.Data, notBefore, seconds(ttl)}, Idempotent: true,
			})
		}
		if err := s.session.ExecuteBatch(batch); err != nil {
			return explain(ctx, s.eventLevel(), err)
		}
		start = end
	}
	return nil
}

// next is a time not before at and after that of all events that this process has published.
func (s *Store) next(at int64) int64 {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	s.last = max(at, s.last+1)
	return s.last
}

// eventLevel is the consistency level of events. Those of the own data center are enough, and each poll sees what has been
// written there.
func (s *Store) eventLevel() gocql.Consistency { return gocql.LocalQuorum }

// orderedIDs makes random ids that follow each other.
func orderedIDs(n int) ([]gocql.UUID, error) {
	ids := make([]gocql.UUID, n)
	for i := range ids {
		var err error
		if ids[i], err = gocql.RandomUUID(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(ids, func(a, b gocql.UUID) int { return bytes.Compare(a[:], b[:]) })
	return ids, nil
}

// Events implements datastore.EventStore. It reads the end of each channel, so that what happened before costs nothing.
func (s *Store) Events(
	ctx context.Context, channels []string, after time.Time,
) ([]datastore.StoredEvent, time.Time, error) {
	ctx = s.policy.pinning(ctx)
	now, err := s.Now(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	events, err := s.eventsOn(ctx, channels, after, now.Add(skew))
	if err != nil || len(events) == 0 {
		return nil, now, err
	}
	newest := events[len(events)-1].At
	if s.newest.Swap(newest.UnixMilli()) < newest.UnixMilli() {
		// One channel may have been read before an event came, and another one after that and a later event.
		if events, err = s.eventsOn(ctx, channels, after, newest); err != nil {
			return nil, now, err
		}
	}
	if newest.After(now) {
		now = newest
	}
	return events, now, nil
}

// eventsOn reads the events of several channels within a time, oldest first.
func (s *Store) eventsOn(
	ctx context.Context, channels []string, after, until time.Time,
) ([]datastore.StoredEvent, error) {
	perChannel := make([][]datastore.StoredEvent, len(channels))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(together)
	for i, channel := range channels {
		group.Go(func() (err error) {
			perChannel[i], err = s.eventsOf(groupCtx, channel, after, until)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("cassandra: events: %w", explain(ctx, s.eventLevel(), err))
	}
	events := slices.Concat(perChannel...)
	slices.SortStableFunc(events, func(a, b datastore.StoredEvent) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Node, b.Node), cmp.Compare(a.ID, b.ID))
	})
	return events, nil
}

func (s *Store) eventsOf(
	ctx context.Context, channel string, after, until time.Time,
) ([]datastore.StoredEvent, error) {
	var events []datastore.StoredEvent
	var id, node gocql.UUID
	var at int64
	var notBefore *int64
	var data string
	err := s.each(ctx, s.eventLevel(), []any{&id, &node, &at, &notBefore, &data}, func() error {
		e := datastore.StoredEvent{
			Event: datastore.Event{Channel: channel, Data: data}, ID: id.String(), Node: node.String(), At: time.UnixMilli(at),
		}
		if notBefore != nil {
			e.NotBefore = time.UnixMilli(*notBefore)
		}
		events = append(events, e)
		return nil
	}, "SELECT id, node_id, at, nbf, data FROM cluster_events WHERE channel = ? AND at > ? AND at <= ?",
		channel, after.UnixMilli(), until.UnixMilli())
	return events, err
}

// Now implements datastore.EventStore. It is the time of the node that is asked, but never before an event of this process.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	ms, err := s.clock(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("cassandra: clock: %w", err)
	}
	return time.UnixMilli(ms), nil
}

func (s *Store) clock(ctx context.Context) (int64, error) {
	var ms int64
	_, err := s.one(ctx, gocql.One, []any{&ms}, "SELECT toTimestamp(now()) FROM system.local")
	return ms, err
}

// DeleteExpired implements datastore.EventStore. Cassandra does it by itself.
func (s *Store) DeleteExpired(context.Context, *schema.Model) error { return nil }
