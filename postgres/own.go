package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// makeOwn makes the tables that Kong does not have and never looks at, in a schema beside that of Kong's tables: a list of the
// nodes that are or were running.
const makeOwn = `
CREATE SCHEMA IF NOT EXISTS %[1]s;
CREATE TABLE IF NOT EXISTS %[1]s.nodes (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    description jsonb NOT NULL
);
`

// GrantError says that the user may not make the schema with kongo's own tables.
type GrantError struct{ Database, User string }

func (e *GrantError) Error() string {
	return fmt.Sprintf("the role %[2]s may not make the schema for kongo's own tables; "+
		"GRANT CREATE ON DATABASE %[1]s TO %[2]s; would let it", quote(e.Database), quote(e.User))
}

// PrepareOwn makes kongo's own tables unless they are there. It fails with a *GrantError if the user is not allowed to; a node
// can do without them.
func (d *Database) PrepareOwn(ctx context.Context) error {
	schema, err := d.ownSchema(ctx)
	if err != nil {
		return err
	}
	there, _, err := d.writer.one(ctx, "SELECT to_regclass($1) IS NOT NULL", quote(schema)+".nodes")
	if err != nil || there == "t" {
		return err
	}
	script := fmt.Sprintf(makeOwn, quote(schema))
	err = d.writer.transaction(ctx, func(conn *pgconn.PgConn) error { return execute(ctx, conn, script) })
	switch {
	case made(err):
		return nil
	case sqlCode(err) == codeNotPermitted:
		return &GrantError{Database: d.writer.server.Database, User: d.writer.server.User}
	case err != nil:
		return fmt.Errorf("postgres: kongo's own tables: %w", err)
	}
	return nil
}

// ownSchema is the name of the schema with kongo's own tables. A user called kongo would find that schema before the one with
// Kong's tables if it had the user's name.
func (d *Database) ownSchema(ctx context.Context) (string, error) {
	schema, err := d.schema(ctx)
	if err != nil {
		return "", err
	}
	if schema == "public" && d.writer.server.User != "kongo" {
		return "kongo", nil
	}
	return "kongo_" + schema, nil
}
