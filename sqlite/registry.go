package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// Announce implements datastore.Registry.
func (s *Store) Announce(ctx context.Context, r datastore.NodeRecord) error {
	_, err := s.write.exec(ctx, "INSERT INTO kongo_nodes (id, started_at, last_seen, description)"+
		" SELECT ?, ?, "+clock+", ? WHERE true"+
		" ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen, description = excluded.description",
		r.ID, r.StartedAt.UnixMilli(), string(r.Description))
	if err != nil {
		return fmt.Errorf("sqlite: announce a node: %w", err)
	}
	return nil
}

// Nodes implements datastore.Registry.
func (s *Store) Nodes(ctx context.Context) ([]datastore.NodeRecord, time.Time, error) {
	var nodes []datastore.NodeRecord
	err := s.read.query(ctx, func(rows *sql.Rows) error {
		var r datastore.NodeRecord
		var started, seen int64
		if err := rows.Scan(&r.ID, &started, &seen, &r.Description); err != nil {
			return err
		}
		r.StartedAt, r.LastSeen = time.UnixMilli(started), time.UnixMilli(seen)
		nodes = append(nodes, r)
		return nil
	}, "SELECT id, started_at, last_seen, description FROM kongo_nodes")
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("sqlite: list of nodes: %w", err)
	}
	now, err := s.Now(ctx)
	return nodes, now, err
}

// Forget implements datastore.Registry.
func (s *Store) Forget(ctx context.Context, id string) (bool, error) {
	n, err := s.write.exec(ctx, "DELETE FROM kongo_nodes WHERE id = ?", id)
	if err != nil {
		return false, fmt.Errorf("sqlite: forget a node: %w", err)
	}
	return n > 0, nil
}

// Writers implements datastore.Registry.
func (s *Store) Writers(ctx context.Context, after time.Time, except string) (map[string]time.Time, error) {
	writers := make(map[string]time.Time)
	err := s.read.query(ctx, func(rows *sql.Rows) error {
		var node string
		var at int64
		if err := rows.Scan(&node, &at); err != nil {
			return err
		}
		writers[node] = time.UnixMilli(at)
		return nil
	}, "SELECT node_id, max(at) FROM cluster_events WHERE at > ? AND channel <> ? GROUP BY node_id", after.UnixMilli(), except)
	if err != nil {
		return nil, fmt.Errorf("sqlite: writers of events: %w", err)
	}
	return writers, nil
}
