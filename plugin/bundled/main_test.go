package bundled_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
	"github.com/kongo-gateway/kongo/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type doc = map[string]any

// gateway is a database with everything that the bundled plugins bring.
type gateway struct {
	testing.TB
	db *datastore.DB
}

func newGateway(t testing.TB, node schemas.Node) *gateway {
	t.Helper()
	registry, err := plugin.NewRegistry(bundled.Plugins(node)...)
	if err != nil {
		t.Fatal(err)
	}
	model, err := schema.NewModel(slices.Concat(
		entity.Core(entity.Options{
			RouterFlavor: "traditional_compatible",
			Plugins:      registry.Schemas(),
			Vaults:       map[string]*schema.Subschema{"env": &entity.EnvVault},
		}),
		bundled.Entities(),
	)...)
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "kongo.db"), Model: model})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	log := slog.New(slog.DiscardHandler)
	feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{Node: "test", Frequency: time.Hour, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	db, err := datastore.NewDB(t.Context(), store, model, feed, log)
	if err != nil {
		t.Fatal(err)
	}
	return &gateway{TB: t, db: db}
}

// on returns g for a part of a test.
func (g *gateway) on(t testing.TB) *gateway { return &gateway{TB: t, db: g.db} }

func (g *gateway) entity(name string) *schema.Entity {
	g.Helper()
	e := g.db.Model().Entity(name)
	if e == nil {
		g.Fatalf("there is no entity %s", name)
	}
	return e
}

// insert adds a row. The body is JSON.
func (g *gateway) insert(name, body string) (doc, error) {
	g.Helper()
	return g.db.Insert(g.Context(), g.entity(name), parse(g, body))
}

// must adds a row that is valid, and returns it as it is read again.
func (g *gateway) must(name, body string) doc {
	g.Helper()
	row, err := g.insert(name, body)
	if err != nil {
		g.Fatalf("%s %s: %v", name, body, err)
	}
	return g.read(name, row["id"])
}

func (g *gateway) read(name string, id any) doc {
	g.Helper()
	row, err := g.db.Select(g.Context(), g.entity(name), g.key(name, id))
	if err != nil {
		g.Fatal(err)
	}
	return row
}

// update lays changes over a row and returns it.
func (g *gateway) update(name string, id any, body string) (doc, error) {
	g.Helper()
	return g.db.Update(g.Context(), g.entity(name), g.key(name, id), parse(g, body))
}

func (g *gateway) key(name string, id any) datastore.Key {
	g.Helper()
	key, err := g.db.PathKey(g.entity(name), id.(string))
	if err != nil {
		g.Fatal(err)
	}
	return key
}

// config returns the config of a plugin as it is shown after it was added with a config in JSON, and removes it.
func (g *gateway) config(name, config string) (doc, error) {
	g.Helper()
	row, err := g.insert("plugins", `{"name":"`+name+`","config":`+config+`}`)
	if err != nil {
		return nil, err
	}
	shown := g.read("plugins", row["id"])["config"].(doc)
	if _, err := g.db.Delete(g.Context(), g.entity("plugins"), g.key("plugins", row["id"])); err != nil {
		g.Fatal(err)
	}
	return shown, nil
}

// said is the message of an error that is the client's fault, less what all messages of violations begin with.
func (g *gateway) said(err error) string {
	g.Helper()
	var failure *datastore.Error
	if !errors.As(err, &failure) {
		g.Fatalf("error %v", err)
	}
	message, _ := strings.CutPrefix(failure.Message, "schema violation ")
	return message
}

func parse(t testing.TB, text string) doc {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var d doc
	if err := decoder.Decode(&d); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return schema.Normalize(d).(doc)
}
