package cassandra

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Insert implements datastore.Store.
func (s *Store) Insert(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	_, err := s.write(ctx, e, "insert into", row, func(w *write) error {
		if err := w.own(datastore.DocumentID(row)); err != nil {
			return err
		}
		if w.old != nil {
			return &datastore.ConflictError{Field: schema.PrimaryKey}
		}
		return nil
	})
	return err
}

// Update implements datastore.Store.
func (s *Store) Update(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	_, err := s.write(ctx, e, "update", row, func(w *write) error {
		if err := w.own(datastore.DocumentID(row)); err != nil {
			return err
		}
		if w.old == nil {
			return datastore.ErrNotFound
		}
		return nil
	})
	return err
}

// Upsert implements datastore.Store.
func (s *Store) Upsert(
	ctx context.Context, e *schema.Entity, conflict string, row datastore.Document,
) (string, error) {
	return s.write(ctx, e, "upsert", row, func(w *write) error {
		id, err := w.equal(conflict)
		if err != nil {
			return err
		}
		if err := w.own(id); err != nil {
			return err
		}
		if w.old == nil {
			// It has gone in the meantime, or was never there.
			return w.own(datastore.DocumentID(row))
		}
		return nil
	})
}

// write is a write in the making. It has the right to the row and its unique values.
type write struct {
	*Store
	ctx   context.Context
	table *table
	hold  *hold
	// row is what is to be stored. Its id is that of the row that it replaces.
	row datastore.Document
	// old is the row that is replaced, nil if there is none.
	old *stored
}

// write stores a row. begin finds out which row it replaces, and refuses what the operation does not allow. It returns the id
// that the row has.
//
// Nodes of Kong look first and write then. What they write in between is not seen, nor do they see what is written here.
func (s *Store) write(
	ctx context.Context, e *schema.Entity, verb string, row datastore.Document, begin func(*write) error,
) (string, error) {
	t, err := s.table(e)
	if err != nil {
		return "", err
	}
	if field := missing(t, row); field != "" {
		return "", &datastore.NullError{Field: field}
	}
	ctx = s.policy.pinning(ctx)
	for try := 1; ; try++ {
		w := &write{Store: s, ctx: ctx, table: t, hold: s.newHold(writing), row: maps.Clone(row)}
		err := w.store(begin)
		w.hold.release(ctx)
		switch {
		case err == nil:
			return datastore.DocumentID(w.row), nil
		case refusal(err):
			return "", err
		case w.hold.doubtful || try == attempts || !passing(err):
			return "", s.failed(verb, t, err)
		}
	}
}

// missing returns the first field that is null and must not be, or "".
func missing(t *table, row datastore.Document) string {
	for i := range t.columns {
		if c := &t.columns[i]; c.field != nil && c.field.NotNull && row[c.member] == nil {
			return c.member
		}
	}
	return ""
}

// refusal reports whether an error is one that a datastore.Store promises, which is handed on as it is.
func refusal(err error) bool {
	var conflict *datastore.ConflictError
	var parent *datastore.MissingParentError
	return errors.Is(err, datastore.ErrNotFound) || errors.As(err, &conflict) || errors.As(err, &parent)
}

// store does the write: it takes the locks, looks at what has to hold, writes, and looks again at what the locks do not
// cover, the rows that the row refers to.
func (w *write) store(begin func(*write) error) error {
	locks, err := w.table.valueLocks(w.row)
	if err != nil {
		return err
	}
	if err := w.hold.take(w.ctx, locks...); err != nil {
		return err
	}
	if err := begin(w); err != nil {
		return err
	}
	if err := w.unlike(); err != nil {
		return err
	}
	if err := w.parents(); err != nil {
		return err
	}
	if err := w.hold.good(); err != nil {
		return err
	}
	var written int64
	err = w.hold.persist(w.ctx, func() (err error) {
		if written, err = w.put(w.row, w.old); err == nil && w.old == nil {
			written, err = w.surface(written)
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.hold.persist(w.ctx, func() error { return w.confirm(written) })
}

// furthest is how far ahead of this machine's clock that of another may be, in microseconds.
const furthest = int64(time.Hour / time.Microsecond)

// surface sees to it that a new row is there. It is not if one with its id was deleted by somebody whose clock is ahead: then
// it is written again with a later time.
func (w *write) surface(written int64) (int64, error) {
	if w.row[schema.ColumnTTL] != nil {
		return written, nil // nor is one that has expired
	}
	for ahead := int64(time.Second / time.Microsecond); ; ahead *= 2 {
		there, err := w.exists(w.ctx, w.table, datastore.DocumentID(w.row))
		switch {
		case err != nil || there:
			return written, err
		case ahead > furthest:
			return written, errClock
		}
		if written, err = w.put(w.row, &stored{written: written + ahead}); err != nil {
			return written, err
		}
	}
}

var errClock = errors.New("the row does not become visible: the clocks of this machine and of another one that writes differ by hours")

// own takes the row with an id, and reads it.
func (w *write) own(id string) error {
	err := w.hold.take(w.ctx, w.table.rowLock(id))
	if err != nil {
		return err
	}
	w.old, err = w.byID(w.ctx, w.table, id)
	if w.old != nil {
		w.row[schema.PrimaryKey] = id
	}
	return err
}

// equal returns the id of the row that equals the one to be written in a unique field, or the id of the latter.
func (w *write) equal(field string) (string, error) {
	id := datastore.DocumentID(w.row)
	if field == schema.PrimaryKey {
		return id, nil
	}
	c, err := w.table.column(field)
	if err != nil {
		return "", err
	}
	ws, _ := w.row[schema.ColumnWorkspace].(string)
	value, err := c.encode(w.row[field], ws)
	if err != nil || value == nil {
		return id, err
	}
	row, err := w.find(w.ctx, w.table, c, w.levels.quorum, value, "")
	if err != nil || row == nil {
		return id, err
	}
	return datastore.DocumentID(row.Document), nil
}

// unlike fails with a *datastore.ConflictError if another row has one of the unique values.
func (w *write) unlike() error {
	id := datastore.DocumentID(w.row)
	ws, _ := w.row[schema.ColumnWorkspace].(string)
	for _, c := range w.table.uniques() {
		value, err := c.encode(w.row[c.member], ws)
		if err != nil {
			return err
		}
		if value == nil {
			continue
		}
		clash := false
		var other gocql.UUID
		err = w.each(w.ctx, w.levels.quorum, []any{&other}, func() error {
			clash = clash || other.String() != id
			return nil
		}, fmt.Sprintf("SELECT id FROM %s WHERE %s%s = ?", quote(w.table.name), w.table.home, quote(c.name)), value)
		if err != nil {
			return err
		}
		if clash {
			return &datastore.ConflictError{Field: c.member}
		}
	}
	return w.unlikeSiblings()
}

// unlikeSiblings is unlike for the fields of a cache key that has no column: it looks through the rows of the same parent.
func (w *write) unlikeSiblings() error {
	parts := w.table.unkeyed()
	if parts == nil {
		return nil
	}
	parent, err := gocql.ParseUUID(datastore.ForeignID(w.row, parts[0].member))
	if err != nil {
		return nil // the row has no parent
	}
	clash := false
	scanner := w.table.scanner()
	err = w.each(w.ctx, w.levels.quorum, scanner.dest, func() error {
		row, err := scanner.row()
		same := datastore.DocumentID(row.Document) != datastore.DocumentID(w.row)
		for _, c := range parts[1:] {
			same = same && row.Document[c.member] == w.row[c.member]
		}
		clash = clash || same
		return err
	}, w.table.selectWhere(parts[0]), parent)
	if err == nil && clash {
		err = &datastore.ConflictError{Field: schema.ColumnCacheKey}
	}
	return err
}
