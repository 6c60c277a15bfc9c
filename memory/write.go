package memory

import (
	"context"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Insert implements datastore.Store.
func (s *Store) Insert(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	return s.write(ctx, "insert into", e, func(c *contents, t *table) (*contents, error) {
		r := t.codec.Encode(row)
		if err := c.refuse(t, row, &r, nil); err != nil {
			return nil, err
		}
		return c.with(t.with(nil, []*compact.Row{&r})), nil
	})
}

// Update implements datastore.Store.
func (s *Store) Update(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	return s.write(ctx, "update", e, func(c *contents, t *table) (*contents, error) {
		old := t.row(datastore.DocumentID(row))
		if old == nil {
			return nil, datastore.ErrNotFound
		}
		return c.replace(t, row, old)
	})
}

// Upsert implements datastore.Store.
func (s *Store) Upsert(ctx context.Context, e *schema.Entity, conflict string, row datastore.Document) (string, error) {
	id := datastore.DocumentID(row)
	err := s.write(ctx, "upsert", e, func(c *contents, t *table) (*contents, error) {
		old, err := t.same(conflict, row)
		if err != nil {
			return nil, err
		}
		if old != nil {
			id = old.ID
			row = schema.Clone(row)
			row[schema.PrimaryKey] = id
		}
		return c.replace(t, row, old)
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// Delete implements datastore.Store.
func (s *Store) Delete(ctx context.Context, e *schema.Entity, id string) (bool, error) {
	deleted := false
	err := s.write(ctx, "delete from", e, func(c *contents, t *table) (*contents, error) {
		r := t.row(id)
		if r == nil {
			return c, nil
		}
		d := deletion{model: s.model, contents: c, gone: map[*table][]*compact.Row{}}
		d.add(t, r)
		if err := d.refuse(); err != nil {
			return nil, err
		}
		deleted = true
		var changed []*table
		for t, rows := range d.gone {
			changed = append(changed, t.with(rows, nil))
		}
		return c.with(changed...), nil
	})
	return deleted, err
}

// write makes a change: change returns what the store is to hold. Rows of the entity whose time is over go first, so that
// they are in nobody's way.
func (s *Store) write(
	ctx context.Context, what string, e *schema.Entity, change func(*contents, *table) (*contents, error),
) error {
	if s.readOnly {
		return datastore.ErrReadOnly
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := alive(ctx, what+" "+e.Name); err != nil {
		return err
	}
	t, err := s.table(e)
	if err != nil {
		return err
	}
	c := s.contents.Load()
	if fresh := t.withoutExpired(time.Now()); fresh != t {
		t = fresh
		c = c.with(t)
	}
	c, err = change(c, t)
	if err != nil {
		return err
	}
	s.contents.Store(c)
	return nil
}

// withoutExpired returns t without the rows whose time is over.
func (t *table) withoutExpired(now time.Time) *table {
	if !t.entity().TTL {
		return t
	}
	var gone []*compact.Row
	for _, r := range t.rows {
		if expired(r, now) {
			gone = append(gone, r)
		}
	}
	if gone == nil {
		return t
	}
	return t.with(gone, nil)
}

// replace puts row in the place of old, or adds it if old is nil.
func (c *contents) replace(t *table, row datastore.Document, old *compact.Row) (*contents, error) {
	r := t.codec.Encode(row)
	if err := c.refuse(t, row, &r, old); err != nil {
		return nil, err
	}
	var gone []*compact.Row
	if old != nil {
		gone = append(gone, old)
	}
	return c.with(t.with(gone, []*compact.Row{&r})), nil
}

// same returns the row that equals row in a field, within its workspace unless the field is the id, or nil.
func (t *table) same(field string, row datastore.Document) (*compact.Row, error) {
	value, _ := row[field].(string)
	candidates, err := t.find(datastore.Key{Field: field, Value: value})
	if err != nil || value == "" {
		return nil, err
	}
	everywhere := field == schema.PrimaryKey || t.entity().Field(field).UniqueAcrossWorkspaces
	for r := range candidates {
		if everywhere || belongs(r, t.entity(), workspaceOf(row)) {
			return r, nil
		}
	}
	return nil, nil
}

func workspaceOf(row datastore.Document) string {
	ws, _ := row[schema.ColumnWorkspace].(string)
	return ws
}

// DeleteExpired implements datastore.EventStore.
func (s *Store) DeleteExpired(ctx context.Context, m *schema.Model) error {
	if err := alive(ctx, "delete what has expired"); err != nil {
		return err
	}
	now := time.Now()
	s.events.forget(now)
	s.writing.Lock()
	defer s.writing.Unlock()
	c := s.contents.Load()
	var changed []*table
	for _, t := range c.tables {
		if fresh := t.withoutExpired(now); fresh != t {
			changed = append(changed, fresh)
		}
	}
	if len(changed) > 0 {
		s.contents.Store(c.with(changed...))
	}
	return nil
}
