package node

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/sqlite"
)

// openStore opens the store that the setting `database` names. Whoever calls closes it. The context bounds the opening.
func openStore(ctx context.Context, config *conf.Config, model *schema.Model) (datastore.Store, error) {
	switch kind := config.String("database"); kind {
	case "sqlite":
		return sqlite.Open(ctx, sqlite.Options{Path: config.String("sqlite_path"), Model: model})
	default:
		return nil, unsupported(kind)
	}
}

// patience is how long a configuration lets a node wait for its store: pg_timeout, which the option --db-timeout sets.
func patience(config *conf.Config) time.Duration {
	if timeout := config.Duration("pg_timeout"); timeout > 0 {
		return timeout
	}
	return 5 * time.Second
}

// openStore opens the store and what the rest of the node uses of it. The feed comes first, so that no change is lost
// between loading the entities and listening for changes.
func (n *Node) openStore(ctx context.Context) error {
	var err error
	if n.model, n.plugins, err = newModel(n.config); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience(n.config))
	defer cancel()
	if n.store, err = openStore(ctx, n.config, n.model); err != nil {
		return err
	}
	n.onClose("the store", n.store.Close)
	n.feed, err = datastore.NewFeed(ctx, n.store, datastore.FeedOptions{
		Node:        uuid.NewString(), // the id of the node outlives the process, which must not miss events of the one before
		Frequency:   max(n.config.Duration("db_update_frequency"), time.Millisecond),
		Propagation: n.config.Duration("db_update_propagation"),
		Log:         n.log,
	})
	if err != nil {
		return err
	}
	n.feed.Subscribe(n.followLogLevel, datastore.ChannelLogLevel)
	n.db, err = datastore.NewDB(ctx, n.store, n.model, n.feed, n.log)
	return err
}
