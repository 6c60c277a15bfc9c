package cassandra

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Delete implements datastore.Store.
func (s *Store) Delete(ctx context.Context, e *schema.Entity, id string) (bool, error) {
	if e.Absent {
		return false, nil
	}
	t, err := s.table(e)
	if err != nil {
		return false, err
	}
	ctx = s.policy.pinning(ctx)
	start, patience := time.Now(), s.newHold(deleting).patience()
	for try := 1; ; try++ {
		deleted, again, err := s.delete(ctx, t, id)
		var referenced *datastore.ReferencedError
		switch {
		case err == nil || errors.As(err, &referenced):
			return deleted, err
		case !again || passing(err) && try >= attempts || time.Since(start) > patience:
			return false, s.failed("delete from", t, err)
		}
		if err := pause(ctx, try); err != nil {
			return false, s.failed("delete from", t, fmt.Errorf("%w: %w", err, errBusy))
		}
	}
}

// delete is Delete that does not wait while it has locks: a row below this one may be written by somebody who waits for this
// deletion. It says whether it can be called again after an error.
func (s *Store) delete(ctx context.Context, t *table, id string) (deleted, again bool, err error) {
	if _, err := gocql.ParseUUID(id); err != nil {
		return false, false, nil
	}
	d := &deletion{Store: s, ctx: ctx, hold: s.newHold(deleting), seen: make(map[string]bool)}
	defer func() {
		again = !d.hold.doubtful && (errors.Is(err, errBusy) || passing(err))
		d.hold.release(ctx)
	}()
	if err := d.hold.take(ctx, t.rowLock(id)); err != nil {
		return false, false, err
	}
	row, err := s.byID(ctx, t, id)
	if row == nil || err != nil {
		return false, false, err
	}
	if err := d.gather(doomed{t, *row}); err != nil {
		return false, false, err
	}
	if err := d.unreferenced(); err != nil {
		return false, false, err
	}
	if err := d.hold.good(); err != nil {
		return false, false, err
	}
	err = d.hold.persist(ctx, func() error { return s.drop(ctx, d.rows) })
	return err == nil, false, err
}

// doomed is a row that is to be deleted.
type doomed struct {
	table *table
	stored
}

// deletion is a deletion in the making.
type deletion struct {
	*Store
	ctx  context.Context
	hold *hold
	// rows are all that are to go, those that others refer to behind those others; seen are their locks.
	rows []doomed
	seen map[string]bool
}

// gather adds a row, and before it all that go along with it.
func (d *deletion) gather(row doomed) error {
	d.seen[row.table.rowLock(datastore.DocumentID(row.Document))] = true
	err := d.children(row, true, func(child doomed) error {
		lock := child.table.rowLock(datastore.DocumentID(child.Document))
		if d.seen[lock] {
			return nil
		}
		// A row that none can refer to needs no lock: who writes it sees that its parent is gone.
		if len(d.model.Children(child.table.entity.Name)) > 0 {
			if err := d.hold.try(d.ctx, lock); err != nil {
				return err
			}
		}
		return d.gather(child)
	})
	d.rows = append(d.rows, row)
	return err
}

// unreferenced fails with a *datastore.ReferencedError if a row that stays refers to one that is to go.
func (d *deletion) unreferenced() error {
	for i := len(d.rows) - 1; i >= 0; i-- {
		err := d.children(d.rows[i], false, func(child doomed) error {
			if d.seen[child.table.rowLock(datastore.DocumentID(child.Document))] {
				return nil
			}
			return &datastore.ReferencedError{Child: child.table.entity.Name}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// children calls fn with the rows that refer to a row by fields that cascade, or by those that do not, until fn fails.
func (d *deletion) children(row doomed, cascade bool, fn func(doomed) error) error {
	id, err := gocql.ParseUUID(datastore.DocumentID(row.Document))
	if err != nil {
		return err
	}
	for _, child := range d.model.Children(row.table.entity.Name) {
		t := d.tables[child.Entity.Name]
		if t == nil || (child.Field.OnDelete == schema.Cascade) != cascade {
			continue
		}
		c, err := t.column(child.Field.Name)
		if err != nil {
			continue // an older gateway's table has no such references
		}
		scanner := t.agedScanner()
		var found []doomed
		err = d.each(d.ctx, d.levels.quorum, scanner.dest, func() error {
			row, err := scanner.row()
			found = append(found, doomed{t, row})
			return err
		}, t.selectAgedWhere(c), id)
		if err != nil {
			return err
		}
		for _, row := range found {
			if err := fn(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropAtOnce is the number of statements that are run all or none. Larger deletions are made of several, of which the last
// has the row that was asked for.
const dropAtOnce = 100

// drop deletes rows and their tags.
func (s *Store) drop(ctx context.Context, rows []doomed) error {
	var statements []statement
	var written int64
	for _, row := range rows {
		id, err := gocql.ParseUUID(datastore.DocumentID(row.Document))
		if err != nil {
			return err
		}
		written = max(written, after(&row.stored))
		statements = append(statements, tagStatements(row.table, row.Document, nil, 0)...)
		statements = append(statements, statement{
			fmt.Sprintf("DELETE FROM %s WHERE %sid = ?", quote(row.table.name), row.table.home), []any{id},
		})
	}
	for len(statements) > 0 {
		n := min(dropAtOnce, len(statements))
		if err := s.batch(ctx, written, statements[:n]); err != nil {
			return err
		}
		statements = statements[n:]
	}
	return nil
}
