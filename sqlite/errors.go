package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"github.com/kongo-gateway/kongo/datastore"
)

// code is SQLite's extended result code in err's chain, or 0.
func code(err error) int {
	var failure *driver.Error
	if errors.As(err, &failure) {
		return failure.Code()
	}
	return 0
}

// primary is the part of a result code that names its class.
func primary(code int) int { return code & 0xff }

// isBusy reports whether err says that somebody else has locked the database. SQLITE_PROTOCOL is a lost race for the
// locks of the write-ahead log.
func isBusy(err error) bool {
	c := primary(code(err))
	return c == codes.SQLITE_BUSY || c == codes.SQLITE_PROTOCOL
}

// refused turns the error of a statement that wrote row into what a datastore.Store promises.
func (s *Store) refused(ctx context.Context, t *table, row datastore.Document, verb string, err error) error {
	switch code(err) {
	case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY:
		return &datastore.ConflictError{Field: t.blamed(err)}
	case codes.SQLITE_CONSTRAINT_NOTNULL:
		return &datastore.NullError{Field: t.blamed(err)}
	case codes.SQLITE_CONSTRAINT_FOREIGNKEY:
		field, lookup := s.missingParent(ctx, t, row)
		if lookup != nil {
			return s.failed(verb, t, errors.Join(err, lookup))
		}
		return &datastore.MissingParentError{Field: field}
	}
	return s.failed(verb, t, err)
}

// failed names what could not be done.
func (s *Store) failed(verb string, t *table, err error) error {
	return fmt.Errorf("sqlite: %s %s: %w", verb, t.entity.TableName(), err)
}

// blamed is the member whose column a violation names, which SQLite does in words only: "… constraint failed: table.column,
// table.column (code)". The column of the field comes first.
func (t *table) blamed(err error) string {
	message := err.Error()
	const before = "constraint failed: "
	if i := strings.LastIndex(message, before); i >= 0 {
		message = message[i+len(before):]
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(message, t.entity.TableName()+"."), ",")
	name, _, _ := strings.Cut(first, " (")
	for i := range t.columns {
		if t.columns[i].name == name {
			return t.columns[i].member
		}
	}
	return name
}
