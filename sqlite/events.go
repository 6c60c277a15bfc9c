package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
)

const (
	// machineClock is the present time in milliseconds since 1970.
	machineClock = "CAST(round(1000 * unixepoch('subsec')) AS INTEGER)"

	// clock is the store's present time: the machine's, but never before an event that happened, so that a clock that is set
	// back does not hide new events behind those that were read. An INSERT looks at it when it has the file's lock; the times of
	// events are therefore in the order of their commits.
	clock = "max(" + machineClock + ", coalesce((SELECT max(at) FROM cluster_events), 0))"
)

// Publish implements datastore.EventStore.
func (s *Store) Publish(
	ctx context.Context, node string, events []datastore.Event, delay, ttl time.Duration,
) error {
	if len(events) == 0 {
		return nil
	}
	if err := patiently(ctx, func() error { return s.publish(ctx, node, events, delay, ttl) }); err != nil {
		return fmt.Errorf("sqlite: publish: %w", err)
	}
	return nil
}

// publish adds a row per event. They are committed together, because a commit waits for the disk.
func (s *Store) publish(ctx context.Context, node string, events []datastore.Event, delay, ttl time.Duration) error {
	stmt, err := s.write.prepare(ctx, "INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data)"+
		" SELECT ?, ?, now, now + ?, now + ?, ?, ? FROM (SELECT "+clock+" AS now)")
	if err != nil {
		return err
	}
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert := tx.StmtContext(ctx, stmt)
	var wait any // NULL for at once
	if delay > 0 {
		wait = delay.Milliseconds()
	}
	for _, e := range events {
		if _, err := insert.ExecContext(
			ctx, uuid.NewString(), node, wait, ttl.Milliseconds(), e.Channel, e.Data,
		); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Events implements datastore.EventStore.
func (s *Store) Events(
	ctx context.Context, channels []string, after time.Time,
) ([]datastore.StoredEvent, time.Time, error) {
	if len(channels) == 0 {
		now, err := s.Now(ctx)
		return nil, now, err
	}
	args := []any{after.UnixMilli()}
	for _, c := range channels {
		args = append(args, c)
	}
	var events []datastore.StoredEvent
	err := s.read.query(ctx, func(rows *sql.Rows) error {
		var e datastore.StoredEvent
		var at int64
		var notBefore sql.NullInt64
		if err := rows.Scan(&e.ID, &e.Node, &at, &notBefore, &e.Channel, &e.Data); err != nil {
			return err
		}
		e.At = time.UnixMilli(at)
		if notBefore.Valid {
			e.NotBefore = time.UnixMilli(notBefore.Int64)
		}
		events = append(events, e)
		return nil
	}, "SELECT id, node_id, at, nbf, channel, data FROM cluster_events WHERE at > ? AND channel IN ("+
		placeholders(len(channels))+") ORDER BY at, rowid", args...)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("sqlite: events: %w", err)
	}
	now, err := s.Now(ctx)
	return events, now, err
}

// Now implements datastore.EventStore.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	var now int64
	if _, err := s.read.one(ctx, []any{&now}, "SELECT "+clock); err != nil {
		return time.Time{}, fmt.Errorf("sqlite: clock: %w", err)
	}
	return time.UnixMilli(now), nil
}
