package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

const (
	// application marks the file as kongo's, in the place that SQLite keeps for it: the letters kngo.
	application = 0x6b6e676f
	// layout counts the changes of what exists in a database that adding tables, columns and indexes can't bring about.
	layout = 1
)

// workspaces is the entity that rows of workspaceable entities belong to, defaultWorkspace the one that is always there.
const (
	workspaces       = "workspaces"
	defaultWorkspace = "default"
)

// bringUp creates what the descriptions ask for and the database lacks, in one transaction.
func (s *Store) bringUp(ctx context.Context) error {
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := claim(ctx, tx); err != nil {
		return err
	}
	for _, statement := range ownTables {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	for _, e := range s.model.Entities() {
		if t := s.tables[e.Name]; t != nil {
			if err := s.bringUpTable(ctx, tx, t); err != nil {
				return fmt.Errorf("table %s: %w", e.TableName(), err)
			}
		}
	}
	if err := s.addWorkspace(ctx, tx); err != nil {
		return fmt.Errorf("default workspace: %w", err)
	}
	return tx.Commit()
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// claimed reports whether the database bears kongo's mark, and fails if it belongs to another program or a kongo of the
// future.
func claimed(ctx context.Context, db querier) (bool, error) {
	var owner, version, objects int64
	if err := db.QueryRowContext(ctx, `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id, pragma_user_version`).Scan(&owner, &version, &objects); err != nil {
		return false, err
	}
	switch {
	case owner != application && (owner != 0 || objects > 0):
		return false, errors.New("it is the database of another program")
	case version > layout:
		return false, fmt.Errorf("a newer kongo made it (layout %d, this one knows %d)", version, layout)
	}
	return owner == application && version == layout, nil
}

// claim marks a new database as kongo's.
func claim(ctx context.Context, tx *sql.Tx) error {
	marked, err := claimed(ctx, tx)
	if marked || err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", application, layout))
	return err
}

// bringUpTable creates a table, or adds the columns, indexes and triggers that it lacks.
func (s *Store) bringUpTable(ctx context.Context, tx *sql.Tx, t *table) error {
	present, err := columnNames(ctx, tx, t.entity.TableName())
	if err != nil {
		return err
	}
	var statements []string
	if len(present) == 0 {
		statements = append(statements, t.create(s.tables))
	} else {
		for i := range t.columns {
			if c := &t.columns[i]; !present[c.name] {
				statements = append(statements, t.add(c, s.tables))
			}
		}
	}
	statements = append(statements, t.indexes()...)
	statements = append(statements, t.triggers()...)
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

func columnNames(ctx context.Context, tx *sql.Tx, table string) (map[string]bool, error) {
	rows, err := tx.QueryContext(ctx, "SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := make(map[string]bool)
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names[name] = true
	}
	return names, rows.Err()
}

// addWorkspace creates the default workspace if it is not there.
func (s *Store) addWorkspace(ctx context.Context, tx *sql.Tx) error {
	t := s.tables[workspaces]
	var found bool
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+t.quoted+" WHERE name = ?)", defaultWorkspace).
		Scan(&found); err != nil || found {
		return err
	}
	row, errs := t.entity.Prepare(map[string]any{"name": defaultWorkspace}, schema.Insert, time.Now())
	if errs != nil {
		return errs
	}
	values, err := t.values(row)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, t.insert, values...)
	return err
}
