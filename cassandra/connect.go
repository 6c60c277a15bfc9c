package cassandra

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/gocql/gocql"
)

// connections are the connections to the nodes of a cluster, with one keyspace in use.
type connections struct {
	session *gocql.Session
	opts    Options
	levels  consistencies
	policy  *policy
}

// errNoKeyspace says that the keyspace is not there.
var errNoKeyspace = errors.New("the keyspace does not exist")

// connect opens connections to the nodes. Without a keyspace they are good for making one. It fails with errNoKeyspace if the
// keyspace is not there.
func connect(ctx context.Context, opts Options, keyspace string) (*connections, error) {
	levels, err := opts.levels()
	if err != nil {
		return nil, err
	}
	c := &connections{opts: opts, levels: levels, policy: newPolicy(&opts)}
	if c.session, err = createSession(ctx, c.cluster(keyspace)); err == nil {
		return c, nil
	}
	if keyspace == "" || ctx.Err() != nil {
		return nil, err
	}
	if missing := c.lookFor(ctx, keyspace); missing != nil {
		return nil, missing
	}
	// It is there by now. A server that lists it may need another moment until it lets itself be used.
	for try := 0; ; try++ {
		c.policy = newPolicy(&opts)
		c.session, err = createSession(ctx, c.cluster(keyspace))
		if !errors.Is(err, gocql.ErrNoConnectionsStarted) || try == contentions {
			return c, err
		}
		if err := pause(ctx, try); err != nil {
			return nil, err
		}
	}
}

// createSession lets gocql open its connections, which looks at no context. What it opens after the context is done is closed
// again.
func createSession(ctx context.Context, cluster *gocql.ClusterConfig) (*gocql.Session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	type result struct {
		session *gocql.Session
		err     error
	}
	done := make(chan result)
	go func() {
		session, err := cluster.CreateSession()
		select {
		case done <- result{session, err}:
		case <-ctx.Done():
			if session != nil {
				session.Close()
			}
		}
	}()
	select {
	case r := <-done:
		return r.session, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lookFor fails if a keyspace can't be found.
func (c *connections) lookFor(ctx context.Context, keyspace string) error {
	bare, err := connect(ctx, c.opts, "")
	if err != nil {
		return err
	}
	defer bare.close()
	there, err := bare.hasKeyspace(ctx, keyspace)
	if err == nil && !there {
		err = fmt.Errorf("%w: %s", errNoKeyspace, keyspace)
	}
	return err
}

func (c *connections) hasKeyspace(ctx context.Context, keyspace string) (bool, error) {
	var name string
	return c.one(ctx, c.levels.read, []any{&name},
		"SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", keyspace)
}

// cluster is what gocql is told.
func (c *connections) cluster(keyspace string) *gocql.ClusterConfig {
	opts := &c.opts
	cluster := gocql.NewCluster(opts.ContactPoints...)
	cluster.Port = opts.Port
	cluster.ProtoVersion = 4
	cluster.Keyspace = keyspace
	cluster.Timeout = opts.timeout()
	cluster.ConnectTimeout = opts.timeout()
	cluster.Consistency = c.levels.read
	cluster.SerialConsistency = c.levels.serial
	cluster.DefaultTimestamp = true
	cluster.PoolConfig.HostSelectionPolicy = c.policy
	cluster.ReconnectInterval = opts.refresh()
	cluster.MaxWaitSchemaAgreement = time.Millisecond // the migrations wait by themselves, once
	cluster.MaxPreparedStmts = 1000
	cluster.MaxRoutingKeyInfo = 1000
	// Tables change when migrations run; statements are then prepared anew by themselves.
	cluster.Events.DisableSchemaEvents = true
	cluster.Logger = logger{opts.Log}
	if opts.Username != "" && opts.Password != "" {
		cluster.Authenticator = gocql.PasswordAuthenticator{Username: opts.Username, Password: opts.Password}
	}
	if opts.TLS != nil {
		cluster.SslOpts = &gocql.SslOptions{
			Config: opts.TLS.Clone(), EnableHostVerification: !opts.TLS.InsecureSkipVerify,
		}
		if cluster.SslOpts.Config.MinVersion == 0 {
			cluster.SslOpts.Config.MinVersion = tls.VersionTLS12
		}
	}
	if opts.Observe != nil {
		cluster.QueryObserver = observer{opts.Observe}
		cluster.BatchObserver = observer{opts.Observe}
	}
	return cluster
}

func (c *connections) close() {
	if c.session != nil {
		c.session.Close()
	}
}

// observer hands what gocql tells of requests to Options.Observe.
type observer struct{ observe func(Request) }

func (o observer) ObserveQuery(_ context.Context, q gocql.ObservedQuery) {
	o.observe(Request{Statement: q.Statement, Rows: q.Rows, Node: address(q.Host), Took: q.End.Sub(q.Start), Err: q.Err})
}

func (o observer) ObserveBatch(_ context.Context, b gocql.ObservedBatch) {
	o.observe(Request{
		Statement: strings.Join(b.Statements, "\n"), Node: address(b.Host), Took: b.End.Sub(b.Start), Err: b.Err,
	})
}

func address(host *gocql.HostInfo) string {
	if host == nil {
		return ""
	}
	return host.ConnectAddress().String()
}

// logger hands what gocql has to say to a log, which is of interest only to those who look into a failure.
type logger struct{ log *slog.Logger }

func (l logger) Print(v ...any)                 { l.debug(fmt.Sprint(v...)) }
func (l logger) Printf(format string, v ...any) { l.debug(fmt.Sprintf(format, v...)) }
func (l logger) Println(v ...any)               { l.debug(fmt.Sprintln(v...)) }

func (l logger) debug(message string) {
	if l.log != nil {
		l.log.Debug("cassandra: " + strings.TrimSpace(message))
	}
}
