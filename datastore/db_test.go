package datastore_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gateway is a DB on a database file of its own, with the events that its changes cause.
type gateway struct {
	*testing.T
	db *datastore.DB

	mu     sync.Mutex
	events []datastore.Event
}

// newGateway makes a DB for the entities of the core and more.
func newGateway(t *testing.T, more ...*schema.Entity) *gateway {
	t.Helper()
	core := entity.Core(entity.Options{
		RouterFlavor: "traditional_compatible", Plugins: plugins, Vaults: map[string]*schema.Subschema{"env": &entity.EnvVault},
	})
	m, err := schema.NewModel(append(core, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "test.db"), Model: m})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{
		Node: "node", Frequency: time.Second, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{T: t}
	feed.Subscribe(func(_ context.Context, events []datastore.Event) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.events = append(g.events, events...)
	}, datastore.ChannelInvalidations, datastore.ChannelCoreInvalidations, datastore.ChannelTargets, datastore.ChannelUpstreams)
	if g.db, err = datastore.NewDB(t.Context(), store, m, feed, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return g
}

// plugins stand for those that a gateway brings along.
var plugins = map[string]*schema.Subschema{
	"key-auth": {Fields: []schema.Field{
		{Name: "consumer", Type: schema.Foreign, Reference: "consumers", OnDelete: schema.Cascade, Eq: schema.Null},
		{Name: "config", Type: schema.Record, Required: schema.Required, Fields: []schema.Field{
			{
				Name: "key_names", Type: schema.Array, Required: schema.Required, Default: []any{"apikey"},
				Elements: &typedef.HeaderName,
			},
			{Name: "hide_credentials", Type: schema.Boolean, Required: schema.Required, Default: false},
		}},
	}},
	"cors": {Fields: []schema.Field{{Name: "config", Type: schema.Record, Required: schema.Required}}},
	"jwt":  {Fields: []schema.Field{{Name: "config", Type: schema.Record, Required: schema.Required}}},
	// None that comes with Kong lists authorities, but plugins of others do.
	"trusting": {Fields: []schema.Field{{Name: "config", Type: schema.Record, Required: schema.Required, Fields: []schema.Field{
		{Name: "ca_certificates", Type: schema.Array, Elements: &typedef.UUID},
	}}}},
}

// told returns the events since the last call.
func (g *gateway) told() []datastore.Event {
	g.mu.Lock()
	defer g.mu.Unlock()
	events := slices.Clone(g.events)
	g.events = nil
	return events
}

// do runs one operation: insert, upsert, update, delete or select, on an entity with a key as paths have it.
func (g *gateway) do(op, name, key string, body datastore.Document) (datastore.Document, error) {
	g.Helper()
	e := g.db.Model().Entity(name)
	if e == nil {
		g.Fatalf("there is no entity %s", name)
	}
	var k datastore.Key
	if key != "" {
		var err error
		if k, err = g.db.PathKey(e, key); err != nil {
			return nil, err
		}
	}
	switch op {
	case "insert":
		return g.db.Insert(g.Context(), e, body)
	case "upsert":
		return g.db.Upsert(g.Context(), e, k, body)
	case "update":
		return g.db.Update(g.Context(), e, k, body)
	case "delete":
		_, err := g.db.Delete(g.Context(), e, k)
		return nil, err
	case "select":
		return g.db.Select(g.Context(), e, k)
	}
	g.Fatalf("there is no operation %s", op)
	return nil, nil
}

// must runs an operation that succeeds. The body is JSON.
func (g *gateway) must(op, name, key, body string) datastore.Document {
	g.Helper()
	row, err := g.do(op, name, key, parse(g.T, body))
	if err != nil {
		g.Fatalf("%s %s %s: %v", op, name, key, err)
	}
	return row
}

// parse reads a JSON object, "" as none.
func parse(t *testing.T, text string) datastore.Document {
	t.Helper()
	if text == "" {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var doc datastore.Document
	if err := decoder.Decode(&doc); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return schema.Normalize(doc).(datastore.Document)
}
