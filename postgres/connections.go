package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/semaphore"
)

// application is the name under which the server lists the connections.
const application = "kongo"

// idleUnchecked is how long a connection may have been idle before it is looked at once more: the server may have dropped
// it meanwhile, and a write that fails can't simply be repeated.
const idleUnchecked = 100 * time.Millisecond

// connections are the connections to one server.
type connections struct {
	server Server
	pool   *pgxpool.Pool
	// queries has room for MaxQueries statements; nil without limit.
	queries *semaphore.Weighted
	// users are the statements that have a connection or wait for one.
	users atomic.Int64
}

// connect prepares connections without making one.
func connect(server Server, log *slog.Logger) (*connections, error) {
	server = server.filled()
	// The environment of a process may hold variables of libpq. All that they could set is set here.
	config, err := pgxpool.ParseConfig("host=localhost port=5432 user=kong dbname=kong sslmode=disable target_session_attrs=any")
	if err != nil {
		return nil, fmt.Errorf("connection settings: %w", err)
	}
	if server.Port < 0 || server.Port > math.MaxUint16 {
		return nil, fmt.Errorf("port %d is out of range", server.Port)
	}
	c := config.ConnConfig
	c.Host, c.Port, c.Database = server.Host, uint16(server.Port), server.Database
	c.User, c.Password = server.User, server.Password
	c.TLSConfig, c.Fallbacks = nil, nil
	c.ConnectTimeout = server.Timeout
	c.DialFunc = (&dialer{server: server, log: log}).dial
	// The time zone is the one setting that a session keeps and statements rely on: defaults and triggers of Kong's tables
	// are right in UTC only. A pooler in front of the server carries it from session to session.
	c.RuntimeParams = map[string]string{"application_name": application, "TimeZone": "UTC"}

	config.MaxConns = int32(min(server.PoolSize, math.MaxInt32))
	config.MinConns, config.MinIdleConns = 0, 0
	config.MaxConnIdleTime = server.KeepaliveTimeout
	config.HealthCheckPeriod = max(min(server.KeepaliveTimeout, time.Minute), 100*time.Millisecond)
	config.ShouldPing = func(_ context.Context, p pgxpool.ShouldPingParams) bool { return p.IdleDuration > idleUnchecked }
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		return nil, fmt.Errorf("connection pool: %w", err)
	}
	connections := &connections{server: server, pool: pool}
	if server.MaxQueries > 0 {
		connections.queries = semaphore.NewWeighted(int64(server.MaxQueries))
	}
	return connections, nil
}

func (c *connections) close() { c.pool.Close() }

// use calls fn with a connection, which is given back unless the error makes it suspect.
func (c *connections) use(ctx context.Context, fn func(conn *pgconn.PgConn) error) error {
	release, err := c.admit(ctx)
	if err != nil {
		return err
	}
	defer release()
	waiting, cancel := context.WithTimeout(ctx, c.server.Timeout)
	defer cancel()
	conn, err := c.pool.Acquire(waiting)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer conn.Release()
	if err = fn(conn.Conn().PgConn()); suspect(err) {
		// A server that answers has nothing to wait for; one that does not must not hold up the caller.
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		conn.Conn().Close(closing)
	}
	return err
}

// admit waits until one more statement may run.
//
// Kong 3.9: pg_max_concurrent_queries, pg_backlog.
func (c *connections) admit(ctx context.Context) (release func(), err error) {
	if c.queries != nil {
		waiting, cancel := context.WithTimeout(ctx, c.server.SemaphoreTimeout)
		defer cancel()
		if err := c.queries.Acquire(waiting, 1); err != nil {
			return nil, &messageError{text: "error acquiring query semaphore: " + reason(err), err: err}
		}
	}
	release = func() {
		c.users.Add(-1)
		if c.queries != nil {
			c.queries.Release(1)
		}
	}
	users := c.users.Add(1)
	if c.server.Backlog != 0 && users > int64(c.server.PoolSize)+int64(max(c.server.Backlog, 0)) {
		release()
		return nil, errors.New("too many statements wait for a connection to the database")
	}
	return release, nil
}

// suspect reports whether an error may say something about the connection, and not only about the statement: about a server
// that has become read-only, for one, which a pooled connection would never get away from.
//
// Kong 3.9: a connection that returned an error is closed.
func suspect(err error) bool {
	switch class := sqlClass(err); {
	case err == nil, class == classData, class == classConstraint, errors.Is(err, errRow):
		return false
	}
	return true
}

// errRow is in the chain of errors that came up while a row was read; the connection has nothing to do with it.
var errRow = errors.New("row")

// sqlClass is the first part of the code of an error that the server reported, or "".
func sqlClass(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) && len(e.Code) == 5 {
		return e.Code[:2]
	}
	return ""
}
