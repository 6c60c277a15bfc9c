package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Reset implements migration.Storage. It makes the schema anew or, where the user may not do so, deletes the tables in it.
//
// Kong 3.9: migrations reset.
func (m migrations) Reset(ctx context.Context) error {
	schema, err := m.schema(ctx)
	if err != nil {
		return err
	}
	own, err := m.ownSchema(ctx)
	if err != nil {
		return err
	}
	err = m.writer.transaction(ctx, func(conn *pgconn.PgConn) error {
		return execute(ctx, conn, fmt.Sprintf("DROP SCHEMA IF EXISTS %[1]s CASCADE; CREATE SCHEMA %[1]s AUTHORIZATION CURRENT_USER", quote(schema)))
	})
	if sqlCode(err) == codeNotPermitted {
		err = m.dropTables(ctx, schema)
	}
	if err != nil {
		return err
	}
	if _, err = m.writer.exec(ctx, "DROP SCHEMA IF EXISTS "+quote(own)+" CASCADE"); sqlCode(err) == codeNotPermitted {
		return nil
	}
	return err
}

// dropTables deletes all tables of a schema.
func (m migrations) dropTables(ctx context.Context, schema string) error {
	var tables []string
	err := m.writer.query(ctx, func(c cells) error {
		tables = append(tables, quote(schema)+"."+quote(string(c[0])))
		return nil
	}, "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = $1", schema)
	if err != nil || len(tables) == 0 {
		return err
	}
	_, err = m.writer.exec(ctx, "DROP TABLE "+strings.Join(tables, ", ")+" CASCADE")
	return err
}

// schema is the name of the schema with Kong's tables.
func (d *Database) schema(ctx context.Context) (string, error) {
	name, found, err := d.writer.one(ctx, "SELECT coalesce(current_schema(), 'public')")
	if err != nil || !found {
		return "", fmt.Errorf("postgres: current schema: %w", err)
	}
	return name, nil
}
