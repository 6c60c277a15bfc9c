package cassandra

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
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
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := &connections{opts: opts, levels: levels, policy: newPolicy(&opts)}
	cluster := c.cluster(keyspace)
	type result struct {
		session *gocql.Session
		err     error
	}
	// gocql looks at no context here. What it opens after the context is done is closed again.
	done := make(chan result, 1)
	var abandoned atomic.Bool
	go func() {
		session, err := cluster.CreateSession()
		done <- result{session, err}
		if session != nil && abandoned.Load() {
			select {
			case r := <-done:
				r.session.Close()
			default:
			}
		}
	}()
	var r result
	select {
	case r = <-done:
	case <-ctx.Done():
		abandoned.Store(true)
		select {
		case r = <-done:
		default:
			return nil, ctx.Err()
		}
	}
	if r.err != nil {
		return nil, c.unreachable(ctx, keyspace, r.err)
	}
	c.session = r.session
	return c, nil
}

// unreachable finds out whether it is only the keyspace that is missing.
func (c *connections) unreachable(ctx context.Context, keyspace string, err error) error {
	if keyspace == "" {
		return err
	}
	bare, bareErr := connect(ctx, c.opts, "")
	if bareErr != nil {
		return bareErr
	}
	defer bare.close()
	there, lookup := bare.hasKeyspace(ctx, keyspace)
	if lookup == nil && !there {
		return fmt.Errorf("%w: %s", errNoKeyspace, keyspace)
	}
	return errors.Join(err, lookup)
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
	cluster.ReconnectInterval = opts.Refresh
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
