package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	codes "modernc.org/sqlite/lib"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Store is a database file. It implements datastore.Store.
type Store struct {
	model  *schema.Model
	tables map[string]*table
	// write has one connection, so that the writes of this process queue for it and not for the lock of the file.
	write *pool
	read  *pool
}

var _ datastore.Store = (*Store)(nil)

// Select implements datastore.Store.
func (s *Store) Select(ctx context.Context, e *schema.Entity, key datastore.Key, ws string) (datastore.Document, error) {
	t, err := s.table(e)
	if err != nil {
		return nil, err
	}
	c, err := t.column(key.Field)
	if err != nil {
		return nil, s.failed("select from", t, err)
	}
	statement := t.lookUp(c, key.Value, ws)
	var row datastore.Document
	scanner := t.scanner()
	err = s.read.query(ctx, func(rows *sql.Rows) (err error) {
		row, err = scanner.scan(rows)
		return err
	}, statement.text(), statement.args...)
	switch {
	case err != nil:
		return nil, s.failed("select from", t, err)
	case row == nil:
		return nil, datastore.ErrNotFound
	}
	return row, nil
}

// Insert implements datastore.Store.
func (s *Store) Insert(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	t, values, err := s.prepareWrite(ctx, e, row)
	if err != nil {
		return err
	}
	if _, err := s.write.exec(ctx, t.insert, values...); err != nil {
		return s.refused(ctx, t, row, "insert into", err)
	}
	return nil
}

// Update implements datastore.Store.
func (s *Store) Update(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	t, values, err := s.prepareWrite(ctx, e, row)
	if err != nil {
		return err
	}
	i := t.position(schema.PrimaryKey)
	args := append(slices.Delete(values, i, i+1), datastore.DocumentID(row))
	changed, err := s.write.exec(ctx, t.update, args...)
	switch {
	case err != nil:
		return s.refused(ctx, t, row, "update", err)
	case changed == 0:
		return datastore.ErrNotFound
	}
	return nil
}

// Upsert implements datastore.Store.
func (s *Store) Upsert(ctx context.Context, e *schema.Entity, conflict string, row datastore.Document) (string, error) {
	t, values, err := s.prepareWrite(ctx, e, row)
	if err != nil {
		return "", err
	}
	text, err := t.upsert(conflict)
	if err != nil {
		return "", s.failed("upsert", t, err)
	}
	var id string
	if _, err := s.write.one(ctx, []any{&id}, text, values...); err != nil {
		return "", s.refused(ctx, t, row, "upsert", err)
	}
	return id, nil
}

// Delete implements datastore.Store.
func (s *Store) Delete(ctx context.Context, e *schema.Entity, id string) (bool, error) {
	t, err := s.table(e)
	if err != nil {
		return false, err
	}
	changed, err := s.write.exec(ctx, "DELETE FROM "+t.quoted+" WHERE id = ?"+t.alive(t.quoted), id)
	if code(err) == codes.SQLITE_CONSTRAINT_FOREIGNKEY {
		child, lookup := s.referrer(ctx, t, id)
		if child != "" {
			return false, &datastore.ReferencedError{Child: child}
		}
		err = errors.Join(err, lookup)
	}
	if err != nil {
		return false, s.failed("delete from", t, err)
	}
	return changed > 0, nil
}

// table is the table of an entity of the model that the store was opened with.
func (s *Store) table(e *schema.Entity) (*table, error) {
	t := s.tables[e.Name]
	if t == nil {
		return nil, fmt.Errorf("sqlite: there is no table for %s", e.Name)
	}
	return t, nil
}

// prepareWrite finds the table and the values of a row to write. Rows of the entity whose time is over go first, so that
// they are not in the way of a row with the same unique values.
func (s *Store) prepareWrite(ctx context.Context, e *schema.Entity, row datastore.Document) (*table, []any, error) {
	t, err := s.table(e)
	if err != nil {
		return nil, nil, err
	}
	if err := s.deleteExpired(ctx, t); err != nil {
		return nil, nil, err
	}
	values, err := t.values(row)
	if err != nil {
		return nil, nil, s.failed("write to", t, err)
	}
	return t, values, nil
}

// DefaultWorkspace implements datastore.Store.
func (s *Store) DefaultWorkspace(ctx context.Context) (string, error) {
	t := s.tables[workspaces]
	var id string
	found, err := s.read.one(ctx, []any{&id}, "SELECT id FROM "+t.quoted+" WHERE name = ?", defaultWorkspace)
	switch {
	case err != nil:
		return "", s.failed("select from", t, err)
	case !found:
		return "", fmt.Errorf("sqlite: workspace %s: %w", defaultWorkspace, datastore.ErrNotFound)
	}
	return id, nil
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
	var err error
	// The last connection of all to close empties the write-ahead log, which those that read may not.
	for _, p := range []*pool{s.read, s.write} {
		if p != nil {
			err = errors.Join(err, p.close())
		}
	}
	return err
}
