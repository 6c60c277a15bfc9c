package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/memory"
)

// loadDeclarative makes the loader of a node without a database, and brings the configuration into force that the settings
// name. Without one the node starts empty.
//
// Kong 3.9: declarative configuration, command line.
func (n *Node) loadDeclarative(ctx context.Context) error {
	store, ok := n.store.(*memory.Store)
	if !ok {
		return nil
	}
	n.loader = declarative.NewLoader(declarative.NewParser(n.model, n.db.Workspace()), store, n.feed)
	n.onClose("the declarative configuration", n.loader.Close)
	return n.applyDeclarative(ctx, n.config)
}

// applyDeclarative brings the configuration into force that the settings name, be it the same as before. If they name none,
// or on an error, what is in force stays.
func (n *Node) applyDeclarative(ctx context.Context, config *conf.Config) error {
	if n.loader == nil {
		return nil
	}
	what, source, err := declarativeSource(config)
	if err != nil || what == "" {
		return err
	}
	_, err = n.loader.Load(ctx, source)
	var invalid *declarative.Error
	if errors.As(err, &invalid) {
		return fmt.Errorf("error parsing declarative config %s:\n%s", what, invalid.Tree())
	}
	return err
}

// declarativeSource returns the configuration that the settings name, and what it is; "" if they name none. The text goes
// before the file.
func declarativeSource(config *conf.Config) (what string, source declarative.Source, err error) {
	if text := config.String("declarative_config_string"); text != "" {
		return "string", declarative.Source{Text: []byte(text)}, nil
	}
	path := config.String("declarative_config")
	if path == "" {
		return "", declarative.Source{}, nil
	}
	what = "file " + path
	if source, err = declarative.ReadFile(path); err != nil {
		err = fmt.Errorf("error parsing declarative config %s:\n%w", what, err)
	}
	return what, source, err
}

// ParseDeclarative reads a declarative configuration as a node does, without loading it. What is wrong with the
// configuration itself is of type *declarative.Error.
func ParseDeclarative(ctx context.Context, config *conf.Config, path string, log *slog.Logger) error {
	if err := reachServer(ctx, config, log); err != nil {
		return err
	}
	model, _, err := newModel(config, migration.Kong39)
	if err != nil {
		return err
	}
	source, err := declarative.ReadFile(path)
	if err != nil {
		return err
	}
	_, err = declarative.NewParser(model, memory.DefaultWorkspace).Parse(source)
	return err
}

// reachServer fails if the database server of a configuration can't be reached, although it is not needed. What is in the
// database does not matter.
//
// Kong 3.9: command line, config.
func reachServer(ctx context.Context, config *conf.Config, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, patience(config))
	defer cancel()
	switch config.String("database") {
	case "postgres":
		database, err := openPostgres(config, log)
		if err != nil {
			return err
		}
		return errors.Join(database.Await(ctx, postgresPatience(config)), database.Close())
	case "cassandra":
		return CheckStore(ctx, config)
	}
	return nil
}

// ImportDeclarative reads a declarative configuration and puts it into the database. Parsed is called in between. What is
// wrong with the configuration itself is of type *declarative.Error.
func ImportDeclarative(ctx context.Context, config *conf.Config, path string, log *slog.Logger, parsed func()) error {
	return withDB(ctx, config, log, func(store *storage, feed *datastore.Feed, db *datastore.DB) error {
		source, err := declarative.ReadFile(path)
		if err != nil {
			return err
		}
		entities, err := declarative.NewParser(db.Model(), db.Workspace()).Parse(source)
		if err != nil {
			return err
		}
		parsed()
		// Whoever looks at the events must not take this command for a node.
		return errors.Join(entities.Import(ctx, db), cluster.Hide(ctx, store, feed.Node()))
	})
}

// ExportDeclarative writes what is in the database as a declarative configuration.
func ExportDeclarative(ctx context.Context, config *conf.Config, log *slog.Logger, w io.Writer) error {
	return withDB(ctx, config, log, func(_ *storage, _ *datastore.Feed, db *datastore.DB) error {
		return declarative.Export(ctx, db, w)
	})
}

// withDB calls fn with the database of a configuration, its feed and its entities, without a node that serves them.
func withDB(
	ctx context.Context, config *conf.Config, log *slog.Logger, fn func(*storage, *datastore.Feed, *datastore.DB) error,
) error {
	opening, cancel := context.WithTimeout(ctx, patience(config))
	defer cancel()
	store, err := openStore(opening, config, log)
	if err != nil {
		return err
	}
	feed, db, err := openEntities(opening, config, store.Store, store.model, log)
	if err == nil {
		err = fn(store, feed, db)
	}
	return errors.Join(err, store.Close())
}
