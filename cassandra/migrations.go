package cassandra

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// scripts make the tables of a subsystem as the last of its steps in Kong 2.8 leaves them, and bootstrap.cql what the ledger
// and the lock need.
//
//go:embed migrations
var scripts embed.FS

// Migrations brings the tables of a keyspace up to date. It implements migration.Storage.
//
// Cassandra knows no transactions. Each step can be run again, and is entered into the ledger when it is done: one that was
// interrupted is run again by the next command.
type Migrations struct {
	opts  Options
	model *schema.Model
	// connections have the keyspace in use, if it is there.
	connections *connections
	there       bool
}

// patience is how long a server may take to change its tables, at least.
const patience = time.Minute

// OpenMigrations opens a keyspace, which need not be there, whose tables are to be looked after. The model is that of
// Entities.
func OpenMigrations(ctx context.Context, opts Options, model *schema.Model) (*Migrations, error) {
	opts.Timeout = max(opts.timeout(), patience)
	m := &Migrations{opts: opts, model: model, there: true}
	var err error
	m.connections, err = connect(ctx, opts, opts.Keyspace)
	if errors.Is(err, errNoKeyspace) {
		m.there = false
		m.connections, err = connect(ctx, opts, "")
	}
	if err == nil {
		err = m.connections.checkVersions(ctx)
	}
	if err != nil {
		return nil, errors.Join(connectionFailed(err), m.Close())
	}
	return m, nil
}

// Close closes the connections.
func (m *Migrations) Close() error {
	if m.connections != nil {
		m.connections.close()
	}
	return nil
}

// Explain implements migration.Storage.
func (m *Migrations) Explain(what string, err error) error {
	return fmt.Errorf("[Cassandra error] %s: %w", what, err)
}

// Ledger implements migration.Storage.
func (m *Migrations) Ledger(ctx context.Context) (migration.Ledger, error) {
	if !m.there {
		return nil, nil
	}
	return m.connections.ledger(ctx)
}

// ledger reads the ledger, nil if there is none. Somebody else may be making it.
func (c *connections) ledger(ctx context.Context) (migration.Ledger, error) {
	for try := 0; ; try++ {
		ledger, err := c.readLedger(ctx)
		if !unopened(err) || try == contentions {
			return ledger, err
		}
		if err := pause(ctx, try); err != nil {
			return nil, err
		}
	}
}

func (c *connections) readLedger(ctx context.Context) (migration.Ledger, error) {
	tables, err := c.readCatalog(ctx)
	if err != nil || tables["schema_meta"] == nil {
		return nil, err
	}
	ledger := migration.Ledger{}
	var subsystem string
	var last *string
	var executed, pending []string
	err = c.each(ctx, c.levels.quorum, []any{&subsystem, &last, &executed, &pending}, func() error {
		record := migration.Record{Executed: executed, Pending: pending}
		if last != nil {
			record.LastExecuted = *last
		}
		ledger[subsystem] = record
		executed, pending = nil, nil
		return nil
	}, "SELECT subsystem, last_executed, executed, pending FROM schema_meta WHERE key = 'schema_meta'")
	return ledger, err
}

// Prepare implements migration.Storage.
func (m *Migrations) Prepare(ctx context.Context) error {
	if !m.there {
		if err := m.makeKeyspace(ctx); err != nil {
			return err
		}
	}
	return m.changing(ctx, func(c *changes) error { return c.script("bootstrap") })
}

func (m *Migrations) makeKeyspace(ctx context.Context) error {
	replication, err := m.opts.Replication.options()
	if err != nil {
		return err
	}
	err = m.changing(ctx, func(c *changes) error {
		return c.run(fmt.Sprintf("CREATE KEYSPACE IF NOT EXISTS %s WITH replication = %s", quote(m.opts.Keyspace), replication))
	})
	if err != nil {
		return err
	}
	opened, err := connect(ctx, m.opts, m.opts.Keyspace)
	if err != nil {
		return err
	}
	m.connections.close()
	m.connections, m.there = opened, true
	return nil
}

// migrationLock is the key of the lock.
const migrationLock = "migrations"

// Lock implements migration.Storage.
func (m *Migrations) Lock(ctx context.Context, owner string, ttl time.Duration) (bool, error) {
	return newLockTable(m.connections).keep(ctx, migrationLock, owner, ttl)
}

// Unlock implements migration.Storage.
func (m *Migrations) Unlock(ctx context.Context, owner string) error {
	if !m.there {
		return nil
	}
	return newLockTable(m.connections).give(ctx, migrationLock, owner)
}

// Change implements migration.Storage.
func (m *Migrations) Change(ctx context.Context, fn func(migration.Changes) error) error {
	return m.changing(ctx, func(c *changes) error { return fn(c) })
}

// changing calls fn and then waits until all nodes have the same tables, and the indexes are built. All that fn does is done by one node, so that a
// table is known there when its indexes are made.
func (m *Migrations) changing(ctx context.Context, fn func(*changes) error) error {
	c := &changes{Migrations: m, ctx: pinned(ctx)}
	if err := fn(c); err != nil {
		return err
	}
	if err := m.connections.awaitAgreement(c.ctx); err != nil {
		return err
	}
	return m.connections.awaitIndexes(c.ctx)
}

// Reset implements migration.Storage.
func (m *Migrations) Reset(ctx context.Context) error {
	err := m.changing(ctx, func(c *changes) error {
		return c.run("DROP KEYSPACE IF EXISTS " + quote(m.opts.Keyspace))
	})
	if err != nil {
		return err
	}
	bare, err := connect(ctx, m.opts, "")
	if err != nil {
		return err
	}
	m.connections.close()
	m.connections, m.there = bare, false
	return nil
}

// changes are made to a keyspace.
type changes struct {
	*Migrations
	ctx context.Context
}

// Up implements migration.Changes. The first step of a subsystem makes all of its tables.
func (c *changes) Up(ctx context.Context, subsystem, step string) error {
	if subsystem == ownSubsystem {
		return c.own()
	}
	if !strings.HasPrefix(step, "000_base") {
		return nil
	}
	return c.script(subsystem)
}

// Teardown implements migration.Changes. Two of the steps of Kong make a row that every keyspace has.
func (c *changes) Teardown(ctx context.Context, subsystem, step string) error {
	switch subsystem + "/" + step {
	case "core/009_200_to_210":
		return c.makeWorkspace()
	case "core/013_220_to_230":
		return c.identifyCluster()
	}
	return nil
}

// Record implements migration.Changes.
func (c *changes) Record(_ context.Context, subsystem string, r migration.Record) error {
	var last any
	if r.LastExecuted != "" {
		last = r.LastExecuted
	}
	return c.connections.exec(c.ctx, c.connections.levels.write,
		"INSERT INTO schema_meta (key, subsystem, last_executed, executed, pending) VALUES ('schema_meta', ?, ?, ?, ?)",
		subsystem, last, r.Executed, r.Pending)
}

// script runs the statements of a file.
func (c *changes) script(name string) error {
	text, err := scripts.ReadFile("migrations/" + name + ".cql")
	if err != nil {
		return nil // a plugin without tables
	}
	return c.run(strings.Split(string(text), ";\n")...)
}

// run runs statements one after the other. What they would make may be there.
func (c *changes) run(statements ...string) error {
	for _, statement := range statements {
		if statement = strings.TrimSpace(statement); statement == "" {
			continue
		}
		if err := c.connections.session.Query(statement).WithContext(c.ctx).Exec(); err != nil && !alreadyThere(err) {
			return fmt.Errorf("%s: %w", statement, explain(c.ctx, c.connections.levels.read, err))
		}
	}
	return nil
}

// own makes what kongo adds.
func (c *changes) own() error {
	tables, err := c.connections.readCatalog(c.ctx)
	if err != nil {
		return err
	}
	return c.run(append(ownStatements(c.model, tables), makeRegistry)...)
}

// makeWorkspace makes the workspace called default.
func (c *changes) makeWorkspace() error {
	id, err := c.connections.defaultWorkspace(c.ctx, c.connections.levels.quorum)
	if err != nil || id != "" {
		return err
	}
	return c.connections.exec(c.ctx, c.connections.levels.write,
		"INSERT INTO workspaces (id, name, created_at) VALUES (?, ?, ?)", uuid.NewString(), defaultWorkspace, time.Now())
}

// identifyCluster gives the cluster an id.
func (c *changes) identifyCluster() error {
	var id string
	found, err := c.connections.one(c.ctx, c.connections.levels.quorum, []any{&id},
		"SELECT value FROM parameters WHERE key = 'cluster_id'")
	if err != nil || found {
		return err
	}
	return c.connections.exec(c.ctx, c.connections.levels.write,
		"INSERT INTO parameters (key, value, created_at) VALUES ('cluster_id', ?, ?)", uuid.NewString(), time.Now())
}
