package node

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/postgres"
)

// MigrationOptions say how migrations are to be run; see migration.Run.
type MigrationOptions struct {
	Force       bool
	LockTimeout time.Duration
	Print       func(line string)
	// Log is told of what a person should know and a script need not.
	Log *slog.Logger
}

// Migrations is the store of a configuration as the commands that look after its tables see it.
type Migrations struct {
	migration.Run
	// own makes the tables that are kongo's own; nil if they come with the others.
	own   func(ctx context.Context) error
	close func() error
	log   *slog.Logger
}

// OpenMigrations opens the store of a configuration. Whoever calls closes it.
func OpenMigrations(ctx context.Context, config *conf.Config, o MigrationOptions) (*Migrations, error) {
	m := &Migrations{
		Run: migration.Run{
			Known: knownMigrations(config), Force: o.Force, LockTimeout: o.LockTimeout, Print: o.Print,
		},
		close: func() error { return nil },
		log:   o.Log,
	}
	switch kind := config.String("database"); kind {
	case "off":
		m.Storage, m.Target = complete{m.Known}, "database"
	case "sqlite":
		m.Storage, m.Target = embedded{config}, "database '"+config.String("sqlite_path")+"'"
	case "postgres":
		return m, m.openPostgres(ctx, config)
	case "cassandra":
		return m, m.openCassandra(ctx, config)
	default:
		return nil, unsupported(kind)
	}
	return m, nil
}

func (m *Migrations) openPostgres(ctx context.Context, config *conf.Config) error {
	options, err := postgresOptions(config, m.log)
	if err != nil {
		return err
	}
	// The lock is extended on one connection while another one is at work.
	options.Replica, options.Server.PoolSize, options.Server.MaxQueries, options.Server.Backlog = nil, 2, 0, 0
	database, err := postgres.Open(options)
	if err != nil {
		return err
	}
	if err := database.Await(ctx, postgresPatience(config)); err != nil {
		return errors.Join(err, database.Close())
	}
	m.Storage, m.Target = database.Migrations(), "database '"+config.String("pg_database")+"'"
	m.own, m.close = database.PrepareOwn, database.Close
	return nil
}

func (m *Migrations) openCassandra(ctx context.Context, config *conf.Config) error {
	opts, err := cassandraOptions(config, m.log)
	if err != nil {
		return err
	}
	keyspace, err := openCassandra(ctx, config, opts)
	if err != nil {
		return err
	}
	m.Storage, m.Target, m.close = keyspace, "keyspace '"+opts.Keyspace+"'", keyspace.Close
	return nil
}

// Close closes the store.
func (m *Migrations) Close() error { return m.close() }

// Ready fails if a node would not start on the store.
func (m *Migrations) Ready(ctx context.Context) error {
	ledger, err := m.Ledger(ctx)
	if err == nil {
		_, _, err = migration.Ready(m.Known, ledger)
	}
	return err
}

// Bootstrap makes the tables of an empty store.
func (m *Migrations) Bootstrap(ctx context.Context) error {
	return errors.Join(m.Run.Bootstrap(ctx), m.prepareOwn(ctx))
}

// Up brings the tables up to date.
func (m *Migrations) Up(ctx context.Context) error {
	return errors.Join(m.Run.Up(ctx), m.prepareOwn(ctx))
}

// prepareOwn makes kongo's own tables, without which a node can do.
func (m *Migrations) prepareOwn(ctx context.Context) error {
	if m.own == nil {
		return nil
	}
	err := m.own(ctx)
	var forbidden *postgres.GrantError
	if errors.As(err, &forbidden) {
		m.log.Warn(forbidden.Error())
		return nil
	}
	return err
}

// knownMigrations are those that concern a node: of the core, and of the plugins that its configuration enables.
func knownMigrations(config *conf.Config) []migration.Subsystem {
	if config.String("database") == "sqlite" {
		return embeddedMigrations
	}
	enabled, _ := installed(config)
	names := make([]string, len(enabled))
	for i := range enabled {
		names[i] = enabled[i].Name
	}
	if config.String("database") == "cassandra" {
		return cassandra.Known(names)
	}
	return migration.Known(names)
}
