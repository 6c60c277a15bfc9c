package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore"
)

// ErrNoCluster says that nodes without a database share nothing.
var ErrNoCluster = errors.New("database = off: nodes without a database share nothing, each has the configuration of its own file")

// Cluster is the list of nodes in the datastore of a configuration, seen without running a node.
type Cluster struct {
	*cluster.View
	store *storage
}

// OpenCluster opens the datastore of a configuration. Whoever calls closes it. It fails with ErrNoCluster if there is none.
func OpenCluster(ctx context.Context, config *conf.Config, log *slog.Logger) (*Cluster, error) {
	switch config.String("database") {
	case "off":
		return nil, ErrNoCluster
	case "sqlite":
		if _, err := os.Stat(config.String("sqlite_path")); err != nil { // opening it would make it
			return nil, fmt.Errorf("no node has made the database yet: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience(config))
	defer cancel()
	store, err := openStore(ctx, config, log)
	if err != nil {
		return nil, err
	}
	return &Cluster{cluster.NewView(store, Reach), store}, nil
}

// Now returns the present time of the datastore.
func (c *Cluster) Now(ctx context.Context) (time.Time, error) { return c.store.Now(ctx) }

// Try finds out whether the datastore can be written to, by a lock that it takes and gives back.
func (c *Cluster) Try(ctx context.Context) error {
	const name = "kongo:try"
	owner := uuid.NewString()
	if _, err := c.store.Lock(ctx, name, owner, time.Minute); err != nil {
		return err
	}
	return c.store.Unlock(ctx, name, owner)
}

// DB returns the entities in the datastore, for reading.
func (c *Cluster) DB(ctx context.Context, config *conf.Config, log *slog.Logger) (*datastore.DB, error) {
	_, db, err := openEntities(ctx, config, c.store.Store, c.store.model, log)
	return db, err
}

// Runs reports whether a node with that configuration can run a plugin, and not only keep its rows.
func (c *Cluster) Runs(plugin string) bool {
	p := c.store.plugins.Plugin(plugin)
	return p != nil && p.New != nil
}

// Close closes the datastore.
func (c *Cluster) Close() error { return c.store.Close() }

// reopenPause is the time between two attempts to open a datastore that is away.
const reopenPause = time.Second

// WatchCluster tells of changes as cluster.View.Watch does, until ctx is done or tell fails. A datastore that can't be opened is
// told of as a fault, and tried again. It fails with ErrNoCluster if there is none.
func WatchCluster(ctx context.Context, config *conf.Config, log *slog.Logger, tell func(cluster.Happening) error) error {
	failing := false
	for {
		opened, err := OpenCluster(ctx, config, log)
		switch {
		case err == nil:
			if failing {
				err = tell(cluster.Happening{Recovered: true})
			}
			if err == nil {
				err = opened.Watch(ctx, tell)
			}
			return errors.Join(err, opened.Close())
		case errors.Is(err, ErrNoCluster):
			return err
		case ctx.Err() != nil:
			return nil
		case !failing:
			failing = true
			fault := cluster.StoreFault(err)
			if err := tell(cluster.Happening{Fault: &fault}); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(reopenPause):
		}
	}
}
