package postgres

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/kongo-gateway/kongo/datastore"
)

// Options say which database to use.
type Options struct {
	// Server takes the writes, and the reads of the Admin API.
	Server Server
	// Replica takes the reads that may be a little late, see datastore.AllowReplica; nil leaves them to Server.
	//
	// Kong 3.9: pg_ro_*.
	Replica *Server
	Log     *slog.Logger
}

// Database is a database of Kong's. It makes connections when there is something to do. All its methods may be called by
// many goroutines.
type Database struct {
	writer  *connections
	replica *replica // nil if there is none
	log     *slog.Logger
}

// Open prepares the use of a database. It fails only for settings that can't be used; that the server is there shows Await.
func Open(o Options) (*Database, error) {
	d := &Database{log: o.Log}
	var err error
	if d.writer, err = connect(o.Server, o.Log); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if o.Replica != nil {
		c, err := connect(*o.Replica, o.Log)
		if err != nil {
			d.writer.close()
			return nil, fmt.Errorf("postgres: read-only replica: %w", err)
		}
		d.replica = &replica{connections: c}
	}
	return d, nil
}

// Close closes all connections and waits for the statements that run on them.
func (d *Database) Close() error {
	d.writer.close()
	if d.replica != nil {
		d.replica.close()
	}
	return nil
}

// Ping reports whether the server answers.
func (d *Database) Ping(ctx context.Context) error {
	if err := d.writer.query(ctx, func(cells) error { return nil }, "SELECT 1"); err != nil {
		return fmt.Errorf("postgres: ping: %w", err)
	}
	return nil
}

// wrote is called after a write, whatever became of it.
func (d *Database) wrote(ctx context.Context) {
	if d.replica != nil {
		d.replica.follow(context.WithoutCancel(ctx), d.writer, 0)
	}
}

// query reads from the replica where the context allows it. A replica that can't be reached is done without.
func (d *Database) query(ctx context.Context, each func(cells) error, text string, args ...any) error {
	if d.replica == nil || !datastore.ReplicaAllowed(ctx) || !d.replica.caughtUp(ctx) {
		return d.writer.query(ctx, each, text, args...)
	}
	read := false
	err := d.replica.query(ctx, func(row cells) error {
		read = true
		return each(row)
	}, text, args...)
	if err == nil || read || sqlClass(err) != "" && !broken(err) || ctx.Err() != nil {
		return err
	}
	d.log.Debug("reading from the primary, because the replica failed", "error", err)
	defer d.replica.follow(ctx, d.writer, pause)
	return d.writer.query(ctx, each, text, args...)
}
