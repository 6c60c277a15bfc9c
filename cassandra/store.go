package cassandra

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Store is a keyspace. It implements datastore.Store.
type Store struct {
	*connections
	model  *schema.Model
	tables map[string]*table
	locks  lockTable

	workspaces atomic.Pointer[workspaceList]
	// last is the time of the newest event that was published, in milliseconds since 1970.
	publishing sync.Mutex
	last       int64
	// newest is that of the newest event that was read, in the same unit.
	newest atomic.Int64
}

var _ datastore.Store = (*Store)(nil)

// Open opens a keyspace for the entities of a model, which is made ready by the migrations. It fails if there is no table or
// column for one of them.
func Open(ctx context.Context, opts Options, model *schema.Model) (*Store, error) {
	c, err := connect(ctx, opts, opts.Keyspace)
	if err != nil {
		return nil, connectionFailed(err)
	}
	s := &Store{connections: c, model: model}
	if err := s.open(ctx); err != nil {
		c.close()
		return nil, connectionFailed(err)
	}
	if !c.policy.near.Load() && opts.Log != nil {
		opts.Log.Warn("cassandra: no node is in the local data center; those of others are asked",
			"cassandra_local_datacenter", opts.LocalDataCenter)
	}
	return s, nil
}

func connectionFailed(err error) error { return fmt.Errorf("[Cassandra error] %w", err) }

func (s *Store) open(ctx context.Context) error {
	tables, err := s.readCatalog(ctx)
	if err != nil {
		return err
	}
	s.tables = make(map[string]*table)
	for _, e := range s.model.Entities() {
		if e.Internal || e.Absent {
			continue
		}
		if s.tables[e.Name], err = newTable(e, tables); err != nil {
			return fmt.Errorf("keyspace %s: %w", s.opts.Keyspace, err)
		}
	}
	if s.tables[workspaces] == nil {
		return fmt.Errorf("no entity is called %s", workspaces)
	}
	s.locks = newLockTable(s.connections)
	return nil
}

// table is the table of an entity of the model that the store was opened with.
func (s *Store) table(e *schema.Entity) (*table, error) {
	t := s.tables[e.Name]
	if t == nil {
		return nil, fmt.Errorf("cassandra: there is no table for %s", e.Name)
	}
	return t, nil
}

// Select implements datastore.Store. Of several rows with a value that should be one row's, which nodes of Kong can make by
// writing it at the same time, it returns the one with the least id.
func (s *Store) Select(ctx context.Context, e *schema.Entity, key datastore.Key, ws string) (datastore.Document, error) {
	if e.Absent {
		return nil, datastore.ErrNotFound
	}
	t, err := s.table(e)
	if err != nil {
		return nil, err
	}
	ctx = s.policy.pinning(ctx)
	c, err := t.column(key.Field)
	if err != nil {
		return nil, s.failed("select from", t, err)
	}
	values, err := s.lookups(ctx, c, key.Value, ws)
	if err != nil {
		return nil, s.failed("select from", t, err)
	}
	for _, value := range values {
		row, err := s.find(ctx, t, c, s.levels.read, value, ws)
		if err != nil {
			return nil, s.failed("select from", t, err)
		}
		if row != nil {
			return row.Document, nil
		}
	}
	return nil, datastore.ErrNotFound
}

// lookups lists the values that a column may have where a client says value: more than one if the row may be in any of
// several workspaces, none if it can't be a value.
func (s *Store) lookups(ctx context.Context, c *column, value, ws string) ([]any, error) {
	switch {
	case c.typ == "uuid":
		id, err := gocql.ParseUUID(value)
		if err != nil {
			return nil, nil
		}
		return []any{id}, nil
	case !c.prefixed:
		return []any{value}, nil
	case ws != "":
		return []any{ws + ":" + value}, nil
	}
	all, err := s.allWorkspaces(ctx)
	if err != nil {
		return nil, err
	}
	values := make([]any, len(all))
	for i, ws := range all {
		values[i] = ws + ":" + value
	}
	return values, nil
}

// find returns the row of a workspace, or of any where ws is "", that has a value in a column, nil if there is none.
func (s *Store) find(
	ctx context.Context, t *table, c *column, level gocql.Consistency, value any, ws string,
) (*stored, error) {
	var found *stored
	scanner := t.scanner()
	err := s.each(ctx, level, scanner.dest, func() error {
		row, err := scanner.row()
		if err != nil {
			return err
		}
		if ws != "" && t.entity.Workspaceable && row.Document[schema.ColumnWorkspace] != ws {
			return nil
		}
		if found == nil || datastore.DocumentID(row.Document) < datastore.DocumentID(found.Document) {
			found = &row
		}
		return nil
	}, t.selectWhere(c), value)
	return found, err
}

// byID returns the row with an id as it is now, with its age, nil if there is none.
func (s *Store) byID(ctx context.Context, t *table, id string) (*stored, error) {
	uuid, err := gocql.ParseUUID(id)
	if err != nil {
		return nil, nil
	}
	c, err := t.column(schema.PrimaryKey)
	if err != nil {
		return nil, err
	}
	var found *stored
	scanner := t.agedScanner()
	err = s.each(ctx, s.levels.quorum, scanner.dest, func() error {
		row, err := scanner.row()
		found = &row
		return err
	}, t.selectAgedWhere(c), uuid)
	return found, err
}

// exists reports whether there is a row with an id now.
func (s *Store) exists(ctx context.Context, t *table, id string) (bool, error) {
	uuid, err := gocql.ParseUUID(id)
	if err != nil {
		return false, nil
	}
	var found gocql.UUID
	return s.one(ctx, s.levels.quorum, []any{&found},
		fmt.Sprintf("SELECT id FROM %s WHERE %sid = ?", quote(t.name), t.home), uuid)
}

// Ping implements datastore.Store.
func (s *Store) Ping(ctx context.Context) error {
	if _, err := s.DefaultWorkspace(ctx); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	return nil
}

// Close implements datastore.Store.
func (s *Store) Close() error {
	s.close()
	return nil
}
