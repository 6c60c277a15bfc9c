package postgres

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kongo-gateway/kongo/datastore/migration"
)

// scripts are the statements of migrations: <subsystem>/<step>.up.sql and .teardown.sql. Those of the steps that Kong 2.8 has
// are all in the first of the subsystem, which makes the tables as the last one leaves them.
//
//go:embed migrations
var scripts embed.FS

// Migrations brings the tables of the database up to date. All steps of a command are one transaction.
func (d *Database) Migrations() migration.Storage { return migrations{d} }

type migrations struct{ *Database }

// Explain implements migration.Storage.
func (m migrations) Explain(what string, err error) error { return message(what, err) }

// codeUndefinedTable is the server's code for a table that is not there, codeNotPermitted for what the user may not do.
const (
	codeUndefinedTable = "42P01"
	codeNotPermitted   = "42501"
)

// Ledger implements migration.Storage.
func (m migrations) Ledger(ctx context.Context) (migration.Ledger, error) {
	ledger := migration.Ledger{}
	err := m.writer.query(ctx, func(c cells) error {
		record := migration.Record{LastExecuted: string(c[1])}
		var err error
		if record.Executed, err = names(c[2]); err == nil {
			record.Pending, err = names(c[3])
		}
		ledger[string(c[0])] = record
		return err
	}, "SELECT subsystem, last_executed, executed, pending FROM schema_meta WHERE key = 'schema_meta'")
	switch {
	case sqlCode(err) == codeUndefinedTable:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return ledger, nil
}

// names reads a column with names, which is nil if it is NULL.
func names(cell []byte) ([]string, error) {
	if cell == nil {
		return nil, nil
	}
	list := []string{}
	err := parseArray(string(cell), func(element string, _ bool) error {
		list = append(list, element)
		return nil
	})
	return list, err
}

// Prepare implements migration.Storage. A schema that the user may not make is left to whoever may.
func (m migrations) Prepare(ctx context.Context) error {
	if schema := m.writer.server.Schema; schema != "" {
		_, err := m.writer.exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+quote(schema))
		if err != nil && sqlCode(err) != codeNotPermitted && !made(err) {
			return err
		}
	}
	script, err := scripts.ReadFile("migrations/bootstrap.sql")
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		err := m.writer.transaction(ctx, func(conn *pgconn.PgConn) error { return execute(ctx, conn, string(script)) })
		if attempt > 0 || !made(err) {
			return err
		}
	}
}

// made reports whether an error says that somebody else has made at the same time what was to be made if it was not there.
func made(err error) bool {
	return slices.Contains([]string{"23505", "42P06", "42P07", "42710"}, sqlCode(err))
}

// migrationLock is the key of the lock.
const migrationLock = "migrations"

// Lock implements migration.Storage.
func (m migrations) Lock(ctx context.Context, owner string, ttl time.Duration) (bool, error) {
	taken, err := m.writer.exec(ctx, takeLock, migrationLock, owner, ttl.Seconds())
	return taken > 0, err
}

// Unlock implements migration.Storage.
func (m migrations) Unlock(ctx context.Context, owner string) error {
	_, err := m.writer.exec(ctx, "DELETE FROM locks WHERE key = $1 AND owner = $2", migrationLock, owner)
	if sqlCode(err) == codeUndefinedTable {
		return nil
	}
	return err
}

// Change implements migration.Storage.
func (m migrations) Change(ctx context.Context, fn func(migration.Changes) error) error {
	return m.writer.transaction(ctx, func(conn *pgconn.PgConn) error {
		return fn(&changes{connections: m.writer, conn: conn})
	})
}

// changes are the statements of one transaction.
type changes struct {
	*connections
	conn *pgconn.PgConn
}

// Up implements migration.Changes.
func (c *changes) Up(ctx context.Context, subsystem, step string) error {
	return c.half(ctx, subsystem, step, "up", upCode)
}

// Teardown implements migration.Changes.
func (c *changes) Teardown(ctx context.Context, subsystem, step string) error {
	return c.half(ctx, subsystem, step, "teardown", teardownCode)
}

// half runs the script of one half of a step, if there is one, and then its code, if there is any.
func (c *changes) half(ctx context.Context, subsystem, step, half string, code map[string]stepCode) error {
	script, err := scripts.ReadFile("migrations/" + subsystem + "/" + step + "." + half + ".sql")
	switch {
	case err == nil:
		if err := execute(ctx, c.conn, string(script)); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if run := code[subsystem+"/"+step]; run != nil {
		return run(ctx, c)
	}
	return nil
}

// Record implements migration.Changes.
func (c *changes) Record(ctx context.Context, subsystem string, r migration.Record) error {
	var last any
	if r.LastExecuted != "" {
		last = r.LastExecuted
	}
	return c.exec(ctx, `INSERT INTO schema_meta (key, subsystem, last_executed, executed, pending)
VALUES ('schema_meta', $1, $2, $3, $4)
ON CONFLICT (key, subsystem) DO UPDATE
SET last_executed = excluded.last_executed, executed = excluded.executed, pending = excluded.pending`,
		subsystem, last, list(r.Executed), list(r.Pending))
}

// list is a parameter that is NULL for a nil list.
func list(names []string) any {
	if names == nil {
		return nil
	}
	return names
}

func (c *changes) exec(ctx context.Context, text string, args ...any) error {
	_, err := c.run(ctx, c.conn, nil, text, args...)
	return err
}
