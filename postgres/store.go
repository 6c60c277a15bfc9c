package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Store keeps the entities of a model in the tables of a database. It implements datastore.Store.
type Store struct {
	database *Database
	// tables are those of all entities that have one, by the names of the entities.
	tables map[string]*table
	// entities are the names of entities by those of their tables.
	entities map[string]string
	eventIDs eventIDs
}

var _ datastore.Store = (*Store)(nil)

// Store returns the entities of a model in the database, whose tables have to be there already. They share the connections
// of the database, which closing the store closes too.
func (d *Database) Store(m *schema.Model) *Store {
	s := &Store{database: d, tables: make(map[string]*table), entities: make(map[string]string)}
	for _, e := range m.Entities() {
		if !e.Internal && !e.Absent {
			s.tables[e.Name] = newTable(e)
			s.entities[e.TableName()] = e.Name
		}
	}
	return s
}

// Select implements datastore.Store.
func (s *Store) Select(ctx context.Context, e *schema.Entity, key datastore.Key, ws string) (datastore.Document, error) {
	t := s.tables[e.Name]
	if t == nil || t.column(key.Field) == nil {
		return nil, datastore.ErrNotFound // what is not stored equals nothing
	}
	text := fmt.Sprintf("SELECT %s FROM %s AS r WHERE %s = $1%s", t.list, t.quoted, quote(t.column(key.Field).name), t.alive())
	args := []any{key.Value}
	if ws != "" && e.Workspaceable {
		text += " AND r.ws_id = $2"
		args = append(args, ws)
	}
	var row datastore.Document
	err := s.database.query(ctx, func(c cells) (err error) {
		row, err = t.document(c)
		return err
	}, text+" ORDER BY r.id LIMIT 1", args...)
	switch {
	case err != nil:
		return nil, failed("select from", t, err)
	case row == nil:
		return nil, datastore.ErrNotFound
	}
	return row, nil
}

// Insert implements datastore.Store.
func (s *Store) Insert(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	return s.write(ctx, e, row, "insert into", func(t *table, values []any) error {
		_, err := s.database.writer.exec(ctx, t.insert, values...)
		return err
	})
}

// Update implements datastore.Store.
func (s *Store) Update(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	return s.write(ctx, e, row, "update", func(t *table, values []any) error {
		changed, err := s.database.writer.exec(ctx, t.update, values...)
		if err == nil && changed == 0 {
			return datastore.ErrNotFound
		}
		return err
	})
}

// Upsert implements datastore.Store.
func (s *Store) Upsert(ctx context.Context, e *schema.Entity, conflict string, row datastore.Document) (id string, err error) {
	err = s.write(ctx, e, row, "upsert", func(t *table, values []any) error {
		text, err := t.upsert(conflict)
		if err != nil {
			return err
		}
		var found bool
		if id, found, err = s.database.writer.one(ctx, text, values...); err == nil && !found {
			return &datastore.ConflictError{Field: conflict}
		}
		return err
	})
	return id, err
}

// write writes a row. Where expired rows, which nobody can see any more, are in its way, they are removed.
func (s *Store) write(
	ctx context.Context, e *schema.Entity, row datastore.Document, verb string, fn func(t *table, values []any) error,
) error {
	t := s.tables[e.Name]
	if t == nil {
		return fmt.Errorf("postgres: there is no table for %s", e.Name)
	}
	values, err := t.values(row)
	if err != nil {
		return failed(verb, t, err)
	}
	defer s.database.wrote(ctx)
	err = fn(t, values)
	if t.entity.TTL && sqlClass(err) == classConstraint {
		removed, failure := s.database.writer.exec(ctx, "DELETE FROM "+t.quoted+" WHERE ttl < CURRENT_TIMESTAMP")
		switch {
		case failure != nil:
			return failed("delete expired rows from", t, failure)
		case removed > 0:
			err = fn(t, values)
		}
	}
	if errors.Is(err, datastore.ErrNotFound) {
		return datastore.ErrNotFound
	}
	return refused(verb, t, err)
}

// Delete implements datastore.Store.
func (s *Store) Delete(ctx context.Context, e *schema.Entity, id string) (bool, error) {
	t := s.tables[e.Name]
	if t == nil {
		return false, nil
	}
	defer s.database.wrote(ctx)
	deleted, err := s.database.writer.exec(ctx, "DELETE FROM "+t.quoted+" AS r WHERE r.id = $1"+t.alive(), id)
	if err != nil {
		return false, s.referenced(t, err)
	}
	return deleted > 0, nil
}

// DefaultWorkspace implements datastore.Store.
func (s *Store) DefaultWorkspace(ctx context.Context) (string, error) {
	id, found, err := s.database.writer.one(ctx, "SELECT id FROM workspaces WHERE name = 'default'")
	switch {
	case err != nil:
		return "", fmt.Errorf("postgres: default workspace: %w", err)
	case !found:
		return "", fmt.Errorf("postgres: default workspace: %w", datastore.ErrNotFound)
	}
	return id, nil
}

// Ping implements datastore.Store.
func (s *Store) Ping(ctx context.Context) error { return s.database.Ping(ctx) }

// Close implements datastore.Store.
func (s *Store) Close() error { return s.database.Close() }
