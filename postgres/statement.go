package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Statements go out in one piece with their parameters, unnamed and parsed anew each time, so that a pooler in front of the
// server may give every one of them to another session. Parameters and results are text; the server knows the types of
// parameters from the places where they stand.

// cells are the values of one row of a result, nil for NULL. They are valid until the next row.
type cells [][]byte

// run runs a statement on a connection, calls each for the rows of its result and returns how many rows it concerned.
func (c *connections) run(
	ctx context.Context, conn *pgconn.PgConn, each func(cells) error, text string, args ...any,
) (affected int64, err error) {
	var batch pgconn.Batch
	preceding := 0
	if c.server.Schema != "" {
		batch.ExecParams(inSchema, parameters(quote(c.server.Schema)), nil, nil, nil)
		preceding = 1
	}
	batch.ExecParams(text, parameters(args...), nil, nil, nil)

	results := conn.ExecBatch(ctx, &batch)
	var failed error
	for i := 0; results.NextResult(); i++ {
		result := results.ResultReader()
		for result.NextRow() {
			if i == preceding && each != nil && failed == nil {
				failed = each(result.Values())
			}
		}
		tag, err := result.Close()
		if err != nil {
			break // Close below reports it
		}
		affected = tag.RowsAffected()
	}
	if err := results.Close(); err != nil {
		return 0, err
	}
	if failed != nil {
		return 0, fmt.Errorf("%w: %w", errRow, failed)
	}
	return affected, nil
}

// inSchema chooses the schema for the statement that goes along with it, and for the triggers that this sets off. A session
// would keep the choice, but a pooler would not give it the next statement.
const inSchema = "SELECT set_config('search_path', $1, true)"

// exec runs a statement that may change something and returns how many rows it concerned. It is repeated only if it can't
// have reached the server.
func (c *connections) exec(ctx context.Context, text string, args ...any) (affected int64, err error) {
	return c.do(ctx, pgconn.SafeToRetry, nil, text, args...)
}

// query runs a statement that only reads and calls each for every row. If the connection breaks before the first one it is
// repeated once on another.
func (c *connections) query(ctx context.Context, each func(cells) error, text string, args ...any) error {
	read := false
	_, err := c.do(ctx, func(err error) bool { return !read && broken(err) }, func(row cells) error {
		read = true
		return each(row)
	}, text, args...)
	return err
}

// one runs a statement that changes something and returns at most one row of one value. Found is false if there is none.
func (c *connections) one(ctx context.Context, text string, args ...any) (value string, found bool, err error) {
	_, err = c.do(ctx, pgconn.SafeToRetry, func(row cells) error {
		value, found = string(row[0]), true
		return nil
	}, text, args...)
	return value, found, err
}

func (c *connections) do(
	ctx context.Context, again func(error) bool, each func(cells) error, text string, args ...any,
) (affected int64, err error) {
	for attempt := 0; attempt == 0 || attempt == 1 && ctx.Err() == nil && again(err); attempt++ {
		err = c.use(ctx, func(conn *pgconn.PgConn) error {
			running, cancel := context.WithTimeout(ctx, c.server.Timeout)
			defer cancel()
			var err error
			affected, err = c.run(running, conn, each, text, args...)
			return err
		})
		if err == nil {
			break
		}
	}
	return affected, err
}

// broken reports whether an error ended the connection, other than by taking too long.
func broken(err error) bool {
	var connect *pgconn.ConnectError
	var server *pgconn.PgError
	switch {
	case errors.As(err, &connect), pgconn.Timeout(err), errors.Is(err, errRow):
		return false
	case errors.As(err, &server):
		return server.Code == "57P01" || server.Code == "57P02" || server.Code == "57P03" || sqlClass(err) == classConnection
	}
	return true
}

// parameters are values in the form of text.
func parameters(args ...any) [][]byte {
	values := make([][]byte, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case nil:
		case string:
			values[i] = []byte(v)
		case int:
			values[i] = strconv.AppendInt(nil, int64(v), 10)
		case int64:
			values[i] = strconv.AppendInt(nil, v, 10)
		case float64:
			values[i] = strconv.AppendFloat(nil, v, 'g', -1, 64)
		case bool:
			values[i] = strconv.AppendBool(nil, v)
		case []string:
			values[i] = []byte(arrayOf(v))
		default:
			values[i] = fmt.Append(nil, v)
		}
	}
	return values
}

// quote makes an identifier of a name.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return strings.Join(quoted, ", ")
}
