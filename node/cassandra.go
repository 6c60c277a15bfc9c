package node

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"time"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/migration"
)

// cassandraOptions are what the settings say of a keyspace.
func cassandraOptions(config *conf.Config, log *slog.Logger) (cassandra.Options, error) {
	opts := cassandra.Options{
		ContactPoints:    config.List("cassandra_contact_points"),
		Port:             config.Int("cassandra_port"),
		Keyspace:         config.String("cassandra_keyspace"),
		Username:         config.String("cassandra_username"),
		Password:         config.String("cassandra_password"),
		Timeout:          config.Duration("cassandra_timeout"),
		ReadConsistency:  config.String("cassandra_read_consistency"),
		WriteConsistency: config.String("cassandra_write_consistency"),
		Policy:           config.String("cassandra_lb_policy"),
		LocalDataCenter:  config.String("cassandra_local_datacenter"),
		Refresh:          config.Duration("cassandra_refresh_frequency"),
		Replication: cassandra.Replication{
			Strategy:    config.String("cassandra_repl_strategy"),
			Factor:      config.Int("cassandra_repl_factor"),
			DataCenters: config.List("cassandra_data_centers"),
		},
		SchemaAgreement: max(config.Duration("cassandra_schema_consensus_timeout"), postgresPatience(config)),
		Log:             log,
	}
	if !config.Bool("cassandra_ssl") {
		return opts, nil
	}
	roots, err := trustedRoots(config)
	if err != nil {
		return opts, err
	}
	opts.TLS = &tls.Config{RootCAs: roots, InsecureSkipVerify: !config.Bool("cassandra_ssl_verify")}
	return opts, nil
}

// openCassandra opens a keyspace whose tables are to be looked after. With --db-timeout it waits for the servers.
func openCassandra(ctx context.Context, config *conf.Config, opts cassandra.Options) (*cassandra.Migrations, error) {
	model, _, err := newModel(config, migration.Kong39)
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(postgresPatience(config))
	for {
		m, err := cassandra.OpenMigrations(ctx, opts, model)
		if err == nil || time.Now().After(deadline) {
			return m, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// openCassandraStore opens the entities in a keyspace.
func openCassandraStore(ctx context.Context, config *conf.Config, log *slog.Logger) (*storage, error) {
	opts, err := cassandraOptions(config, log)
	if err != nil {
		return nil, err
	}
	form, err := cassandraForm(ctx, config, opts, log)
	if err != nil {
		return nil, err
	}
	model, plugins, err := newModel(config, form)
	if err != nil {
		return nil, err
	}
	driver, err := cassandra.Open(ctx, opts, model)
	if err != nil {
		return nil, err
	}
	s := &storage{model: model, plugins: plugins, flavor: routerFlavor(config, form)}
	if form == migration.Kong28 {
		log.Info("the keyspace is one of Kong 2.8 and is used as such; `kongo migrations up` adds what it lacks of Kong 3.9",
			"router_flavor", s.flavor)
	}
	if s.Store, err = kong28.Wrap(ctx, driver, model); err != nil {
		return nil, errors.Join(err, driver.Close())
	}
	return s, nil
}

// cassandraForm finds out what tables a keyspace has.
func cassandraForm(
	ctx context.Context, config *conf.Config, opts cassandra.Options, log *slog.Logger,
) (form migration.Form, err error) {
	m, err := openCassandra(ctx, config, opts)
	if err != nil {
		return form, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	ledger, err := migration.Run{Storage: m}.Ledger(ctx)
	if err != nil {
		return form, err
	}
	form, warnings, err := migration.Ready(knownMigrations(config), ledger)
	for _, warning := range warnings {
		log.Warn(warning)
	}
	return form, err
}
