package sqlite

import (
	"context"
	"fmt"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// expiredBatch is the number of rows that go at a time, so that other writers get their turn.
const expiredBatch = 1000

// DeleteExpired implements datastore.EventStore.
func (s *Store) DeleteExpired(ctx context.Context, m *schema.Model) error {
	for _, e := range m.Entities() {
		if t := s.tables[e.Name]; t != nil {
			if err := s.deleteExpired(ctx, t); err != nil {
				return err
			}
		}
	}
	err := s.deleteBatches(ctx, "cluster_events", "rowid", "expire_at < "+clock)
	if err != nil {
		return fmt.Errorf("sqlite: delete expired events: %w", err)
	}
	return nil
}

// deleteExpired removes the rows of an entity whose time is over.
func (s *Store) deleteExpired(ctx context.Context, t *table) error {
	if !t.entity.TTL {
		return nil
	}
	if err := s.deleteBatches(ctx, t.quoted, "id", "ttl < unixepoch('subsec')"); err != nil {
		return s.failed("delete expired rows of", t, err)
	}
	return nil
}

func (s *Store) deleteBatches(ctx context.Context, table, key, condition string) error {
	text := fmt.Sprintf("DELETE FROM %[1]s WHERE %[2]s IN (SELECT %[2]s FROM %[1]s WHERE %[3]s LIMIT %[4]d)",
		table, key, condition, expiredBatch)
	for {
		n, err := s.write.exec(ctx, text)
		if err != nil || n < expiredBatch {
			return err
		}
	}
}
