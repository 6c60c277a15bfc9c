package cluster_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// patience bounds what is expected to happen soon.
	patience = 2 * time.Minute
	// frequency is how often the members poll.
	frequency = 20 * time.Millisecond
)

func model(t *testing.T) *schema.Model {
	t.Helper()
	m, err := schema.NewModel(entity.Core(entity.Options{RouterFlavor: "traditional"})...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// open opens a database file.
func open(t *testing.T, path string) datastore.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Model: model(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "kongo.db") }

// member is a node that is on the list until stop is called.
type member struct {
	*cluster.Member
	store datastore.Store
	db    *datastore.DB
	stop  func() // polling and announcing
}

// join starts a member over a store.
func join(t *testing.T, store datastore.Store, name string, change func(*cluster.Options)) *member {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{Node: uuid.NewString(), Frequency: frequency, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	db, err := datastore.NewDB(t.Context(), store, model(t), feed, log)
	if err != nil {
		t.Fatal(err)
	}
	o := cluster.Options{
		Store: store, Feed: feed, DB: db, Log: log,
		Self: cluster.Self{
			Hostname: name, Version: "1", Proxy: []string{name + ":8000"}, Admin: []string{name + ":8001"},
			Frequency: frequency, Settings: cluster.Settings{"router_flavor": "traditional", "plugins": []string{"cors"}},
		},
	}
	if change != nil {
		change(&o)
	}
	m := &member{Member: cluster.New(o), store: store, db: db}
	m.Join(t.Context())
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { feed.Run(ctx) })
	running.Go(func() { m.Run(ctx) })
	m.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
	})
	t.Cleanup(m.stop)
	return m
}

// insert adds an entity through a member.
func (m *member) insert(t *testing.T, name string, body datastore.Document) {
	t.Helper()
	if _, err := m.db.Insert(t.Context(), m.db.Model().Entity(name), body); err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// inMemory is a store that is gone with the test, and can be written to.
func inMemory(t *testing.T) datastore.Store {
	t.Helper()
	return memory.New(memory.Options{Model: model(t)})
}
