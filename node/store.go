package node

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/sqlite"
)

// storage is an open store with the entities that it can keep.
type storage struct {
	datastore.Store
	model   *schema.Model
	plugins *plugin.Registry
	flavor  string // of the router
}

// openStore opens the store that the setting `database` names. Whoever calls closes it. The context bounds the opening.
func openStore(ctx context.Context, config *conf.Config, log *slog.Logger) (*storage, error) {
	kind := config.String("database")
	switch kind {
	case "postgres":
		return openPostgresStore(ctx, config, log)
	case "cassandra":
		return openCassandraStore(ctx, config, log)
	}
	model, plugins, err := newModel(config, migration.Kong39)
	if err != nil {
		return nil, err
	}
	s := &storage{model: model, plugins: plugins, flavor: routerFlavor(config, migration.Kong39)}
	switch kind {
	case "off":
		s.Store = memory.New(memory.Options{Model: model, ReadOnly: true})
	case "sqlite":
		s.Store, err = sqlite.Open(ctx, sqlite.Options{Path: config.String("sqlite_path"), Model: model})
	default:
		err = unsupported(kind)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// embeddedPatience bounds the opening of a store that is part of this process. Nobody else is waited for, so that whatever
// takes its time is work, on a machine that is busy.
const embeddedPatience = time.Minute

// patience is how long a configuration lets a node take to open its store: to wait for it as long as pg_timeout, which the
// option --db-timeout sets, and to be answered within the same time. On Cassandra every connection has a timeout of its own.
func patience(config *conf.Config) time.Duration {
	switch config.String("database") {
	case "sqlite", "off":
		return embeddedPatience
	case "cassandra":
		return postgresPatience(config) + 4*config.Duration("cassandra_timeout")
	}
	if timeout := config.Duration("pg_timeout"); timeout > 0 {
		return 2 * timeout
	}
	return 5 * time.Second
}

// openStore opens the store and what the rest of the node uses of it.
func (n *Node) openStore(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience(n.config))
	defer cancel()
	opened, err := openStore(ctx, n.config, n.log)
	if err != nil {
		return err
	}
	n.store, n.model, n.plugins, n.flavor = opened.Store, opened.model, opened.plugins, opened.flavor
	n.onClose("the store", n.store.Close)
	if n.feed, n.db, err = openEntities(ctx, n.config, n.store, n.model, n.log); err != nil {
		return err
	}
	n.feed.Subscribe(n.followLogLevel, datastore.ChannelLogLevel)
	return nil
}

// openEntities returns what gives access to the entities in a store. The feed comes first, so that no change is lost
// between loading the entities and listening for changes.
func openEntities(
	ctx context.Context, config *conf.Config, store datastore.Store, model *schema.Model, log *slog.Logger,
) (*datastore.Feed, *datastore.DB, error) {
	feed, err := datastore.NewFeed(ctx, store, datastore.FeedOptions{
		Node:        uuid.NewString(), // a process must not pass over events of the one before, even if it has its node_id
		Frequency:   max(config.Duration("db_update_frequency"), time.Millisecond),
		Propagation: config.Duration("db_update_propagation"),
		Log:         log,
	})
	if err != nil {
		return nil, nil, err
	}
	db, err := datastore.NewDB(ctx, store, model, feed, log)
	return feed, db, err
}
