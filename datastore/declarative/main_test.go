package declarative_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type doc = map[string]any

// node is the part of a gateway without a database that holds its configuration.
type node struct {
	model  *schema.Model
	parser *declarative.Parser
	store  *memory.Store
	feed   *datastore.Feed
	loader *declarative.Loader
	db     *datastore.DB
}

func start(t testing.TB) *node {
	t.Helper()
	registry, err := plugin.NewRegistry(bundled.Plugins(schemas.Node{DBLess: true})...)
	if err != nil {
		t.Fatal(err)
	}
	core := entity.Core(entity.Options{
		RouterFlavor: "traditional_compatible",
		Plugins:      registry.Schemas(),
		Vaults:       map[string]*schema.Subschema{"env": &entity.EnvVault},
	})
	n := &node{}
	if n.model, err = schema.NewModel(slices.Concat(core, bundled.Entities())...); err != nil {
		t.Fatal(err)
	}
	n.parser = declarative.NewParser(n.model, memory.DefaultWorkspace)
	n.store = memory.New(memory.Options{Model: n.model, ReadOnly: true})
	log := slog.New(slog.DiscardHandler)
	n.feed, err = datastore.NewFeed(t.Context(), n.store, datastore.FeedOptions{Node: "test", Frequency: time.Hour, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	if n.db, err = datastore.NewDB(t.Context(), n.store, n.model, n.feed, log); err != nil {
		t.Fatal(err)
	}
	n.loader = declarative.NewLoader(n.parser, n.store, n.feed)
	return n
}

// load loads a text that has to be right, and returns what the Admin API answers.
func (n *node) load(t testing.TB, text string) map[string]map[string]doc {
	t.Helper()
	config, err := n.loader.Load(t.Context(), declarative.Source{Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, config)
}

// answer is what the Admin API answers to a configuration.
func answer(t testing.TB, config *declarative.Config) map[string]map[string]doc {
	t.Helper()
	var text bytes.Buffer
	if err := config.WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	var entities map[string]map[string]doc
	if err := json.Unmarshal(text.Bytes(), &entities); err != nil {
		t.Fatalf("%v in %s", err, &text)
	}
	return entities
}

// refuse parses a text that has to be wrong.
func (n *node) refuse(t testing.TB, text string) *declarative.Error {
	t.Helper()
	_, err := n.parser.Parse(declarative.Source{Text: []byte(text)})
	var invalid *declarative.Error
	if !errors.As(err, &invalid) {
		t.Fatalf("error %v, want one about the document", err)
	}
	return invalid
}

// rows are the entities of a kind that are in force, as they are stored.
func (n *node) rows(t testing.TB, kind string) []doc {
	t.Helper()
	var rows []doc
	err := n.db.Each(context.Background(), n.model.Entity(kind), datastore.Key{}, func(row datastore.Document) error {
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// equal compares something with a text in JSON.
func equal(t testing.TB, what string, got any, want string) {
	t.Helper()
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var g, w any
	if err := errors.Join(json.Unmarshal(text, &g), json.Unmarshal([]byte(want), &w)); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("%s\ngot  %s\nwant %s", what, text, want)
	}
}

// document is a document of the present format with some members, in JSON.
func document(members string) string {
	return `{"_format_version": "3.0", ` + strings.TrimSuffix(strings.TrimSpace(members), ",") + "}"
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
