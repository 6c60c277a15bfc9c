package cassandra_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// bundledPlugins are those with tables or migrations in Kong 2.8.
var bundledPlugins = []string{
	"acl", "acme", "basic-auth", "bot-detection", "hmac-auth", "ip-restriction", "jwt", "key-auth", "oauth2", "rate-limiting",
	"response-ratelimiting", "session",
}

// kongModel describes the entities of a node with all bundled plugins, as variant changes them.
func kongModel(t testing.TB, variant func([]*schema.Entity) []*schema.Entity) *schema.Model {
	t.Helper()
	plugins, err := plugin.NewRegistry(bundled.Plugins(schemas.Node{})...)
	if err != nil {
		t.Fatal(err)
	}
	model, err := schema.NewModel(variant(slices.Concat(entity.Core(entity.Options{
		RouterFlavor: "traditional",
		Plugins:      plugins.Schemas(),
		Vaults:       map[string]*schema.Subschema{"env": &entity.EnvVault},
	}), bundled.Entities()))...)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// coreModel describes the entities of the core alone.
func coreModel(t testing.TB) *schema.Model {
	t.Helper()
	model, err := schema.NewModel(cassandra.Entities(entity.Core(entity.Options{RouterFlavor: "traditional"}))...)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// openDB opens the entities in a keyspace, as a node does. It is closed when the test is over.
func openDB(t testing.TB, opts cassandra.Options, model *schema.Model) *datastore.DB {
	t.Helper()
	if opts.Timeout == 0 {
		opts.Timeout = 20 * time.Second // the machine may be busy
	}
	driver, err := cassandra.Open(t.Context(), opts, model)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := driver.Close(); err != nil {
			t.Error(err)
		}
	})
	store, err := kong28.Wrap(t.Context(), driver, model)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{
		Node: uuid.NewString(), Frequency: time.Second, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	db, err := datastore.NewDB(t.Context(), store, model, feed, log)
	if err != nil {
		t.Fatal(err)
	}
	return db
}
