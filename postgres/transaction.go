package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// lockPatience bounds the wait of a migration for the statements that others run on a table.
const lockPatience = time.Minute

// transaction calls fn with a connection that is in a transaction, and commits what fn has done. There is no limit to the
// time that it takes but the context's.
func (c *connections) transaction(ctx context.Context, fn func(conn *pgconn.PgConn) error) error {
	return c.use(ctx, func(conn *pgconn.PgConn) error {
		begin := fmt.Sprintf("BEGIN; SET LOCAL client_min_messages = warning; SET LOCAL lock_timeout = %d;", lockPatience.Milliseconds())
		if c.server.Schema != "" {
			begin += "SET LOCAL search_path = " + quote(c.server.Schema)
		}
		if err := execute(ctx, conn, begin); err != nil {
			return err
		}
		if err := fn(conn); err != nil {
			return err // the pool does not keep a connection that is in a transaction
		}
		return execute(ctx, conn, "COMMIT")
	})
}

// execute runs statements one after the other.
func execute(ctx context.Context, conn *pgconn.PgConn, statements string) error {
	return conn.Exec(ctx, statements).Close()
}

// sqlCode is the code of an error that the server reported, or "".
func sqlCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
