package cassandra

import (
	"context"
	"errors"
	"time"

	"github.com/gocql/gocql"
)

// retries is how often a request is sent to yet another node when one fails or does not answer. Only requests are that may
// be done twice; with a timestamp of their own, writes are among them.
var retries gocql.RetryPolicy = nextNode{2}

type nextNode struct{ times int }

// Attempt implements gocql.RetryPolicy.
func (n nextNode) Attempt(q gocql.RetryableQuery) bool {
	return q.Attempts() <= n.times && q.Context().Err() == nil
}

// GetRetryType implements gocql.RetryPolicy. What the cluster refuses is refused by every node.
func (nextNode) GetRetryType(err error) gocql.RetryType {
	var request gocql.RequestError
	var unavailable *gocql.RequestErrUnavailable
	if errors.As(err, &request) && !errors.As(err, &unavailable) {
		switch request.Code() {
		case gocql.ErrCodeOverloaded, gocql.ErrCodeBootstrapping, gocql.ErrCodeReadTimeout, gocql.ErrCodeWriteTimeout,
			gocql.ErrCodeReadFailure, gocql.ErrCodeWriteFailure:
		default:
			return gocql.Rethrow
		}
	}
	return gocql.RetryNextHost
}

// query prepares a statement that may be done twice.
func (c *connections) query(ctx context.Context, level gocql.Consistency, text string, values ...any) *gocql.Query {
	return c.session.Query(text, values...).WithContext(ctx).Consistency(level).Idempotent(true).RetryPolicy(retries)
}

// one runs a statement that returns one row at most and reports whether it did.
func (c *connections) one(
	ctx context.Context, level gocql.Consistency, dest []any, text string, values ...any,
) (bool, error) {
	found := false
	err := c.each(ctx, level, dest, func() error {
		found = true
		return nil
	}, text, values...)
	return found, err
}

// each runs a statement and calls fn for every row of its result, until fn fails. It reads page by page.
func (c *connections) each(
	ctx context.Context, level gocql.Consistency, dest []any, fn func() error, text string, values ...any,
) error {
	rows, end := c.read(ctx, func(ctx context.Context) *gocql.Query { return c.query(ctx, level, text, values...) })
	defer end()
	for rows.Scan(dest...) {
		if err := fn(); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return explain(ctx, level, rows.Close())
}

// page reads one page of a result and calls fn for every row. It returns the state from which the next page is read, nil at
// the end.
func (c *connections) page(
	ctx context.Context, level gocql.Consistency, size int, state []byte, dest []any, fn func() error,
	text string, values ...any,
) ([]byte, error) {
	rows, end := c.read(ctx, func(ctx context.Context) *gocql.Query {
		return c.query(ctx, level, text, values...).PageSize(size).PageState(state)
	})
	defer end()
	next := rows.PageState()
	for n := rows.NumRows(); n > 0 && rows.Scan(dest...); n-- {
		if err := fn(); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
	}
	if err := rows.Close(); err != nil {
		return nil, explain(ctx, level, err)
	}
	return next, nil
}

// exec runs a statement that may be done twice.
func (c *connections) exec(ctx context.Context, level gocql.Consistency, text string, values ...any) error {
	return explain(ctx, level, c.query(ctx, level, text, values...).Exec())
}

// now is the present time in microseconds since 1970, the unit of the timestamps of cells.
func now() int64 { return time.Now().UnixMicro() }
