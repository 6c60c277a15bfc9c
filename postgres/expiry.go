package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// expiryBatch is how many rows one statement removes.
const expiryBatch = 50000

// DeleteExpired implements datastore.EventStore, as Kong nodes do it: by the database's clock, in batches, around rows that
// somebody else is busy with, children before their parents.
//
// Kong 3.9: PostgreSQL, cleanup of expired rows.
func (s *Store) DeleteExpired(ctx context.Context, m *schema.Model) error {
	type expiring struct{ table, column string }
	tables := []expiring{{"clustering_rpc_requests", "ttl"}, {"cluster_events", "expire_at"}}
	for _, e := range slices.Backward(m.Entities()) {
		if e.TTL {
			tables = append(tables, expiring{e.TableName(), schema.ColumnTTL})
		}
	}
	for _, t := range tables {
		if err := s.deleteExpired(ctx, t.table, t.column); err != nil {
			return fmt.Errorf("postgres: delete expired rows from %s: %w", t.table, err)
		}
	}
	return nil
}

func (s *Store) deleteExpired(ctx context.Context, table, column string) error {
	// Which tables there are depends on the version of Kong that made them, and on its plugins.
	there, _, err := s.database.writer.one(ctx, "SELECT to_regclass($1) IS NOT NULL", quote(table))
	if err != nil || there != "t" {
		return err
	}
	text := fmt.Sprintf(`DELETE FROM %[1]s WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM %[1]s WHERE %[2]s < CURRENT_TIMESTAMP ORDER BY %[2]s LIMIT %[3]d FOR UPDATE SKIP LOCKED))`,
		quote(table), quote(column), expiryBatch)
	for {
		removed, err := s.database.writer.exec(ctx, text)
		if err != nil || removed < expiryBatch {
			return err
		}
	}
}
