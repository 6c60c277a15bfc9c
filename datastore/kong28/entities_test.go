package kong28_test

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// gateway is the entities of a node on a store that keeps rows as Kong 2.8 does.
type gateway struct {
	*datastore.DB
	rows   datastore.Store
	events datastore.Store
	model  *schema.Model
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	registry, err := plugin.NewRegistry(bundled.Plugins(schemas.Node{})...)
	if err != nil {
		t.Fatal(err)
	}
	model, err := schema.NewModel(kong28.Entities(slices.Concat(
		entity.Core(entity.Options{
			RouterFlavor: "traditional", Plugins: registry.Schemas(), Vaults: map[string]*schema.Subschema{"env": &entity.EnvVault},
		}),
		bundled.Entities(),
	))...)
	if err != nil {
		t.Fatal(err)
	}
	rows := memory.New(memory.Options{Model: model})
	store, err := kong28.Wrap(t.Context(), rows, model)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	log := slog.New(slog.DiscardHandler)
	feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{Node: uuid.NewString(), Frequency: time.Hour, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	db, err := datastore.NewDB(t.Context(), store, model, feed, log)
	if err != nil {
		t.Fatal(err)
	}
	return &gateway{DB: db, rows: rows, events: store, model: model}
}

func (g *gateway) insert(t *testing.T, name string, body datastore.Document) datastore.Document {
	t.Helper()
	row, err := g.Insert(t.Context(), g.model.Entity(name), body)
	if err != nil {
		t.Fatalf("insert into %s: %v", name, err)
	}
	return row
}

func TestWhatKong28DoesNotHaveIsRefused(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	upstream := g.insert(t, "upstreams", datastore.Document{"name": "u"})
	g.insert(t, "targets", datastore.Document{"upstream": datastore.Document{"id": upstream["id"]}, "target": "a.example:1"})
	for name, c := range map[string]struct {
		entity  string
		body    datastore.Document
		message string
	}{
		"an entity":            {"key_sets", datastore.Document{"name": "k"}, "schema violation (key_sets: not available on a Kong 2.8 database)"},
		"a field":              {"plugins", datastore.Document{"name": "cors", "instance_name": "x"}, "schema violation (instance_name: not available on a Kong 2.8 database)"},
		"a field of upstreams": {"upstreams", datastore.Document{"name": "v", "use_srv_name": true}, "schema violation (use_srv_name: not available on a Kong 2.8 database)"},
		"a value":              {"upstreams", datastore.Document{"name": "v", "algorithm": "latency"}, "schema violation (algorithm: not available on a Kong 2.8 database)"},
		"a plugin":             {"plugins", datastore.Document{"name": "redirect", "config": datastore.Document{"status_code": int64(301), "location": "http://a.example"}}, "schema violation (name: not available on a Kong 2.8 database)"},
		"a second target": {"targets", datastore.Document{"upstream": datastore.Document{"id": upstream["id"]}, "target": "a.example:1"},
			`UNIQUE violation detected on '{target="a.example:1",upstream={id="` + upstream["id"].(string) + `"}}'`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := g.Insert(context.Background(), g.model.Entity(c.entity), c.body)
			var refused *datastore.Error
			if !errors.As(err, &refused) || refused.Message != c.message {
				t.Errorf("the error is %v, want %s", err, c.message)
			}
		})
	}
	// Saying what is so anyway is allowed.
	g.insert(t, "upstreams", datastore.Document{"name": "w", "use_srv_name": false, "hash_on_query_arg": nil})
	g.insert(t, "plugins", datastore.Document{"name": "cors", "instance_name": nil})
}

func TestRowsAreStoredAsKong28ReadsThem(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	for name, c := range map[string]struct {
		entity string
		body   datastore.Document
		stored func(datastore.Document) any
		want   any
	}{
		"regular expressions": {
			"routes", datastore.Document{"paths": []any{"~/v(1|2)$", "/plain", "~/plain"}},
			func(row datastore.Document) any { return row["paths"] }, []any{"/v(1|2)$", "/plain", "~/plain"},
		},
		"prefixes that look like regular expressions": {
			"routes", datastore.Document{"paths": []any{"/a(b", "/a.b+", `~/a\(b`, "/ü", `~/(?:a\(b)`, `/\E`}},
			func(row datastore.Document) any { return row["paths"] }, []any{`/(?:a\(b)`, `/(?:a\.b\+)`, `/a\(b`, `/(?:ü)`, `~/(?:a\(b)`, `/(?:\\E)`},
		},
		"redis": {
			"plugins", datastore.Document{"name": "rate-limiting", "config": datastore.Document{"minute": int64(1), "policy": "redis", "redis": datastore.Document{"host": "h.example"}}},
			func(row datastore.Document) any { return row["config"].(map[string]any)["redis_host"] }, "h.example",
		},
		"headers": {
			"plugins", datastore.Document{"name": "http-log", "config": datastore.Document{"http_endpoint": "http://h.example", "headers": datastore.Document{"a": "1"}}},
			func(row datastore.Document) any { return row["config"].(map[string]any)["headers"] }, map[string]any{"a": []any{"1"}},
		},
		"sessions": {
			"plugins", datastore.Document{"name": "session", "config": datastore.Document{"secret": "s", "rolling_timeout": int64(7), "cookie_same_site": "Lax"}},
			func(row datastore.Document) any {
				c := row["config"].(map[string]any)
				return []any{c["cookie_lifetime"], c["cookie_samesite"]}
			}, []any{int64(7), "Lax"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := g.model.Entity(c.entity)
			row := g.insert(t, c.entity, c.body)
			stored, err := g.rows.Select(context.Background(), e, datastore.ID(datastore.DocumentID(row)), "")
			if err != nil {
				t.Fatal(err)
			}
			if got := c.stored(stored); !reflect.DeepEqual(got, c.want) {
				t.Errorf("stored is %v, want %v", got, c.want)
			}
			read, err := g.Select(context.Background(), e, datastore.ID(datastore.DocumentID(row)))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(map[string]any(read), map[string]any(row)) {
				t.Errorf("read is\n%v\nwritten was\n%v", read, row)
			}
		})
	}
}

func TestWhatOnlyKong28SetsIsKept(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	plugins := g.model.Entity("plugins")
	row := g.insert(t, "plugins", datastore.Document{"name": "session", "config": datastore.Document{"secret": "s"}})
	key := datastore.ID(datastore.DocumentID(row))
	stored, err := g.rows.Select(t.Context(), plugins, key, "")
	if err != nil {
		t.Fatal(err)
	}
	stored["config"].(map[string]any)["cookie_renew"] = int64(7)
	if err := g.rows.Update(t.Context(), plugins, stored); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Update(t.Context(), plugins, key, datastore.Document{"enabled": false}); err != nil {
		t.Fatal(err)
	}
	if stored, err = g.rows.Select(t.Context(), plugins, key, ""); err != nil {
		t.Fatal(err)
	}
	if got := stored["config"].(map[string]any)["cookie_renew"]; got != int64(7) || stored["enabled"] != false {
		t.Errorf("the row is now %v", stored)
	}
}

func TestEventsHaveOneChannel(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	begin, err := g.rows.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begin = begin.Add(-time.Second)
	g.insert(t, "vaults", datastore.Document{"name": "env", "prefix": "mine", "config": datastore.Document{"prefix": "X_"}})
	upstream := g.insert(t, "upstreams", datastore.Document{"name": "u"})
	target := g.insert(t, "targets", datastore.Document{"upstream": datastore.Document{"id": upstream["id"]}, "target": "a.example:1"})
	g.insert(t, "routes", datastore.Document{"paths": []any{"/a"}})

	all := []string{datastore.ChannelInvalidations, datastore.ChannelCoreInvalidations}
	written := events(t, g.rows, all, begin)
	for _, want := range []datastore.Event{
		{Channel: datastore.ChannelInvalidations, Data: "vaults_beta:mine:::::" + g.Workspace()},
		{Channel: datastore.ChannelInvalidations, Data: "targets:" + target["id"].(string) + ":::::" + g.Workspace()},
		{Channel: datastore.ChannelInvalidations, Data: "router:version"},
	} {
		if !slices.Contains(written, want) {
			t.Errorf("%v was not written; written were %v", want, written)
		}
	}
	read := events(t, g.events, all, begin)
	for _, want := range []datastore.Event{
		{Channel: datastore.ChannelCoreInvalidations, Data: "vaults:mine:::::"},
		{Channel: datastore.ChannelCoreInvalidations, Data: "router:version"},
	} {
		if !slices.Contains(read, want) {
			t.Errorf("%v was not read; read were %v", want, read)
		}
	}
}

func events(t *testing.T, s datastore.Store, channels []string, after time.Time) (list []datastore.Event) {
	t.Helper()
	stored, _, err := s.Events(t.Context(), channels, after)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range stored {
		list = append(list, e.Event)
	}
	return list
}
