package node

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"time"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/postgres"
)

// openPostgres prepares the use of the PostgreSQL database that a configuration names. It makes no connection yet.
func openPostgres(config *conf.Config, log *slog.Logger) (*postgres.Database, error) {
	options, err := postgresOptions(config, log)
	if err != nil {
		return nil, err
	}
	return postgres.Open(options)
}

func postgresOptions(config *conf.Config, log *slog.Logger) (postgres.Options, error) {
	roots, err := trustedRoots(config)
	if err != nil {
		return postgres.Options{}, err
	}
	options := postgres.Options{Server: postgresServer(config, roots, "pg_", "pg_"), Log: log}
	if config.String("pg_ro_host") != "" {
		replica := postgresServer(config, roots, "pg_ro_", "pg_")
		options.Replica = &replica
	}
	return options, nil
}

// postgresServer is what the settings with a prefix say of a server. For those that are not set, the ones with the other
// prefix count.
func postgresServer(config *conf.Config, roots *x509.CertPool, prefix, otherwise string) postgres.Server {
	key := func(name string) string {
		if config.IsSet(prefix+name) && !config.Origin(prefix+name).IsDefault() { // a switch is never without a value
			return prefix + name
		}
		return otherwise + name
	}
	server := postgres.Server{
		Host:             config.String(key("host")),
		Port:             config.Int(key("port")),
		User:             config.String(key("user")),
		Password:         config.String(key("password")),
		Database:         config.String(key("database")),
		Schema:           config.String(key("schema")),
		TLS:              config.Bool(key("ssl")),
		VerifyTLS:        config.Bool(key("ssl_verify")),
		Roots:            roots,
		Timeout:          config.Duration(key("timeout")),
		MaxQueries:       config.Int(key("max_concurrent_queries")),
		SemaphoreTimeout: config.Duration(key("semaphore_timeout")),
		PoolSize:         config.Int(key("pool_size")),
		Backlog:          config.Int(key("backlog")),
		KeepaliveTimeout: config.Duration(key("keepalive_timeout")),
	}
	if backlog := key("backlog"); config.IsSet(backlog) && server.Backlog == 0 {
		server.Backlog = -1 // nobody may wait
	}
	return server
}

// postgresPatience is how long to wait for a server that is not there: the option --db-timeout says so, and without it
// there is one attempt, as with Kong.
func postgresPatience(config *conf.Config) time.Duration {
	if config.Origin("pg_timeout").IsFlag() {
		return config.Duration("pg_timeout")
	}
	return 0
}

// openPostgresStore opens the entities in a PostgreSQL database.
func openPostgresStore(ctx context.Context, config *conf.Config, log *slog.Logger) (*storage, error) {
	database, err := openPostgres(config, log)
	if err != nil {
		return nil, err
	}
	s, err := inKongsTables(ctx, config, database, log)
	if err != nil {
		return nil, errors.Join(err, database.Close())
	}
	return s, nil
}

// inKongsTables finds out what tables a database has, and returns the entities in them.
func inKongsTables(ctx context.Context, config *conf.Config, database *postgres.Database, log *slog.Logger) (*storage, error) {
	if err := database.Await(ctx, postgresPatience(config)); err != nil {
		return nil, err
	}
	ledger, err := migration.Run{Storage: database.Migrations()}.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	form, warnings, err := migration.Ready(knownMigrations(config), ledger)
	if err != nil {
		return nil, err
	}
	if err := database.PrepareOwn(ctx); err != nil {
		warnings = append(warnings, err.Error()) // a node can do without
	}
	for _, warning := range warnings {
		log.Warn(warning)
	}
	model, plugins, err := newModel(config, form)
	if err != nil {
		return nil, err
	}
	s := &storage{Store: database.Store(model), model: model, plugins: plugins, flavor: routerFlavor(config, form)}
	if form == migration.Kong28 {
		log.Info("the database is one of Kong 2.8 and is used as such", "router_flavor", s.flavor)
		s.Store, err = kong28.Wrap(ctx, s.Store, model)
	}
	return s, err
}
