package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// codeUndefinedSchema is the code of the server for a schema that is not there.
const codeUndefinedSchema = "3F000"

// Announce implements datastore.Registry.
func (s *Store) Announce(ctx context.Context, r datastore.NodeRecord) error {
	return s.inRegistry(ctx, "announce a node", func(table string) error {
		_, err := s.database.writer.exec(ctx, "INSERT INTO "+table+" (id, started_at, last_seen, description)"+
			" VALUES ($1, to_timestamp($2::double precision), CURRENT_TIMESTAMP, $3)"+
			" ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen, description = excluded.description",
			r.ID, float64(r.StartedAt.UnixMicro())/1e6, string(r.Description))
		return err
	})
}

// Nodes implements datastore.Registry.
func (s *Store) Nodes(ctx context.Context) (nodes []datastore.NodeRecord, now time.Time, err error) {
	err = s.inRegistry(ctx, "list of nodes", func(table string) error {
		return s.database.writer.query(ctx, func(c cells) (err error) {
			if now, err = moment(c[0]); err != nil || c[1] == nil {
				return err
			}
			r := datastore.NodeRecord{ID: string(c[1]), Description: append([]byte(nil), c[4]...)}
			if r.StartedAt, err = moment(c[2]); err != nil {
				return err
			}
			r.LastSeen, err = moment(c[3])
			nodes = append(nodes, r)
			return err
		}, "SELECT extract(epoch FROM t.now), n.id, extract(epoch FROM n.started_at), extract(epoch FROM n.last_seen), n.description"+
			" FROM (SELECT CURRENT_TIMESTAMP AS now) AS t LEFT JOIN "+table+" AS n ON true")
	})
	return nodes, now, err
}

// Forget implements datastore.Registry.
func (s *Store) Forget(ctx context.Context, id string) (found bool, err error) {
	err = s.inRegistry(ctx, "forget a node", func(table string) error {
		deleted, err := s.database.writer.exec(ctx, "DELETE FROM "+table+" WHERE id = $1", id)
		found = deleted > 0
		return err
	})
	return found, err
}

// inRegistry calls fn with the name of the table that is the list of nodes.
func (s *Store) inRegistry(ctx context.Context, what string, fn func(table string) error) error {
	schema, err := s.database.ownSchema(ctx)
	if err == nil {
		err = fn(quote(schema) + ".nodes")
	}
	switch sqlCode(err) {
	case codeUndefinedTable, codeUndefinedSchema, codeNotPermitted:
		return fmt.Errorf("postgres: %s: %w: %w", what, datastore.ErrNoRegistry, err)
	}
	if err != nil {
		return fmt.Errorf("postgres: %s: %w", what, err)
	}
	return nil
}

// Writers implements datastore.Registry.
func (s *Store) Writers(ctx context.Context, after time.Time, except string) (map[string]time.Time, error) {
	writers := make(map[string]time.Time)
	err := s.database.writer.query(ctx, func(c cells) error {
		at, err := moment(c[1])
		writers[string(c[0])] = at
		return err
	}, "SELECT node_id, extract(epoch FROM max(at)) FROM cluster_events WHERE at > to_timestamp($1::double precision) AND channel <> $2 GROUP BY node_id",
		float64(after.UnixMicro())/1e6, except)
	if err != nil {
		return nil, fmt.Errorf("postgres: writers of events: %w", err)
	}
	return writers, nil
}
