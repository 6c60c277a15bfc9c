package cassandra

import (
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Rows refer to others, which Cassandra knows nothing of. Those who write a row and those who delete the one that it refers
// to do not wait for each other's locks, because many rows may refer to one. Instead each of them makes itself seen first
// and looks for the other then, so that at least one of two sees the other: who writes the row, in confirm; who deletes, by
// a lock that says so, before it looks for rows.

// references calls fn with every row that the row refers to, until fn fails.
func (w *write) references(fn func(c *column, parent *table, id string) error) error {
	for i := range w.table.columns {
		c := &w.table.columns[i]
		if c.field == nil || c.field.Type != schema.Foreign {
			continue
		}
		id := datastore.ForeignID(w.row, c.member)
		if id == "" {
			continue
		}
		parent := w.tables[c.field.Reference]
		if parent == nil {
			return &datastore.MissingParentError{Field: c.member}
		}
		if err := fn(c, parent, id); err != nil {
			return err
		}
	}
	return nil
}

// parents fails with a *datastore.MissingParentError if the row refers to one that is not there.
func (w *write) parents() error {
	return w.references(func(c *column, parent *table, id string) error {
		there, err := w.exists(w.ctx, parent, id)
		if err == nil && !there {
			err = &datastore.MissingParentError{Field: c.member}
		}
		return err
	})
}

// confirm looks whether the rows are still there that the row refers to, now that it is seen by those who delete them.
// Otherwise the write is undone.
func (w *write) confirm(written int64) error {
	return w.references(func(c *column, parent *table, id string) error {
		if err := w.awaitDeletion(parent, id); err != nil {
			return err
		}
		there, err := w.exists(w.ctx, parent, id)
		if err != nil || there {
			return err
		}
		if err := w.undo(c, stored{w.row, written}); err != nil {
			return err
		}
		return &datastore.MissingParentError{Field: c.member}
	})
}

// awaitDeletion returns when nobody is about to delete a row.
func (w *write) awaitDeletion(t *table, id string) error {
	for try := 1; ; try++ {
		holder, err := w.locks.holder(w.ctx, t.rowLock(id))
		if err != nil || !strings.HasPrefix(holder, deleting) {
			return err
		}
		if err := pause(w.ctx, try); err != nil {
			return err
		}
	}
}

// undo takes back the write of a row that refers to one that has gone: the row goes along with that, unless it referred to
// another one before.
func (w *write) undo(c *column, row stored) error {
	if w.old == nil || datastore.ForeignID(w.old.Document, c.member) == datastore.ForeignID(row.Document, c.member) {
		return w.drop(w.ctx, []doomed{{w.table, row}})
	}
	_, err := w.put(w.old.Document, &row)
	return err
}
