package postgres_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
	"github.com/kongo-gateway/kongo/postgres"
)

// kongModel describes the entities of a node with all bundled plugins.
func kongModel(t testing.TB) *schema.Model {
	t.Helper()
	plugins, err := plugin.NewRegistry(bundled.Plugins(schemas.Node{})...)
	if err != nil {
		t.Fatal(err)
	}
	model, err := schema.NewModel(slices.Concat(entity.Core(entity.Options{
		RouterFlavor: "traditional",
		Plugins:      plugins.Schemas(),
		Vaults:       map[string]*schema.Subschema{"env": &entity.EnvVault},
	}), bundled.Entities())...)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// node is what a kongo process has of the database: a store, a feed and the entities.
type node struct {
	*testing.T
	id    string
	store datastore.Store
	feed  *datastore.Feed
	db    *datastore.DB
}

// frequency is how often the nodes of the tests poll.
const frequency = 20 * time.Millisecond

// startNode starts a node on a database. It ends with the test.
func startNode(t *testing.T, server postgres.Server, change func(*datastore.FeedOptions)) *node {
	t.Helper()
	model := kongModel(t)
	return startNodeOn(t, open(t, server).Store(model), model, change)
}

func startNodeOn(t *testing.T, store datastore.Store, model *schema.Model, change func(*datastore.FeedOptions)) *node {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	n := &node{T: t, store: store}
	options := datastore.FeedOptions{Node: uuid.NewString(), Frequency: frequency, Log: log}
	if change != nil {
		change(&options)
	}
	n.id = options.Node
	var err error
	if n.feed, err = datastore.NewFeed(t.Context(), n.store, options); err != nil {
		t.Fatal(err)
	}
	if n.db, err = datastore.NewDB(t.Context(), n.store, model, n.feed, log); err != nil {
		t.Fatal(err)
	}
	return n
}

// poll starts to poll. It goes on until the test ends.
func (n *node) poll() {
	ctx, cancel := context.WithCancel(context.Background())
	var polling sync.WaitGroup
	polling.Go(func() { n.feed.Run(ctx) })
	n.Cleanup(func() {
		cancel()
		polling.Wait()
	})
}

func (n *node) entity(name string) *schema.Entity {
	n.Helper()
	e := n.db.Model().Entity(name)
	if e == nil {
		n.Fatalf("there is no entity %s", name)
	}
	return e
}

func (n *node) insert(name string, body datastore.Document) datastore.Document {
	n.Helper()
	row, err := n.db.Insert(n.Context(), n.entity(name), body)
	if err != nil {
		n.Fatalf("insert %s: %v", name, err)
	}
	return row
}

func (n *node) update(name, id string, changes datastore.Document) datastore.Document {
	n.Helper()
	row, err := n.db.Update(n.Context(), n.entity(name), datastore.ID(id), changes)
	if err != nil {
		n.Fatalf("update %s %s: %v", name, id, err)
	}
	return row
}

func (n *node) delete(name, id string) {
	n.Helper()
	if _, err := n.db.Delete(n.Context(), n.entity(name), datastore.ID(id)); err != nil {
		n.Fatalf("delete %s %s: %v", name, id, err)
	}
}

// createKongTables makes the tables of Kong 3.9.
func createKongTables(t testing.TB, location string) {
	t.Helper()
	migrate(t, location, migration.Run.Bootstrap)
}

// kong makes a database of Kong 3.9.
func kong(t *testing.T) (location string) {
	t.Helper()
	location = testenv.PostgreSQL(t).CreateDatabase(t).DSN()
	createKongTables(t, location)
	return location
}
