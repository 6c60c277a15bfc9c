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
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// The tests called TestJoining… hold kongo to the rules for a node that joins Kong nodes at their database, one by one: A is
// what it does before it serves, B what it does on a change, C what it reads, D what it never does, E which databases it
// takes.

func TestJoiningA1SessionsAreInUTC(t *testing.T) {
	t.Parallel()
	location := kong(t)
	server := serverAt(t, location)
	run(t, location, "ALTER DATABASE "+server.Database+" SET timezone = 'America/New_York'")
	n := startNode(t, server, nil)
	row := n.insert("consumers", datastore.Document{"username": "c", "created_at": int64(1700000000)})
	checkAlike(t, "seconds", 1700000000, value(t, location, "SELECT extract(epoch FROM created_at)::bigint FROM consumers"))
	if row["created_at"] != int64(1700000000) {
		t.Errorf("created_at is %v", row["created_at"])
	}
}

func TestJoiningA2DecidesByNames(t *testing.T) {
	t.Parallel()
	known := migration.Known(allPlugins)
	const core = " WHERE key = 'schema_meta' AND subsystem = 'core'"
	cases := map[string]struct {
		change string
		starts bool
		warns  bool
	}{
		"up to date":                   {change: "SELECT", starts: true},
		"a step of the core is new":    {change: "UPDATE schema_meta SET executed = array_remove(executed, '024_380_to_390'), last_executed = '023_360_to_370'" + core},
		"an older step is missing":     {change: "UPDATE schema_meta SET executed = array_remove(executed, '020_330_to_340')" + core},
		"the last step is not listed":  {change: "UPDATE schema_meta SET executed = array_remove(executed, '024_380_to_390')" + core, starts: true, warns: true},
		"a step of a plugin is new":    {change: "DELETE FROM schema_meta WHERE subsystem = 'key-auth'"},
		"nothing was executed last":    {change: "UPDATE schema_meta SET last_executed = NULL" + core, starts: true},
		"a newer product's step":       {change: "UPDATE schema_meta SET executed = executed || '{400_new}'" + core, starts: true},
		"a step is pending":            {change: "UPDATE schema_meta SET executed = array_remove(executed, '024_380_to_390'), pending = '{024_380_to_390}'" + core, starts: true, warns: true},
		"never bootstrapped":           {change: "DROP TABLE schema_meta"},
		"bootstrapped but nothing run": {change: "DELETE FROM schema_meta"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			location := kong(t)
			run(t, location, c.change)
			ledger, err := open(t, serverAt(t, location)).Migrations().Ledger(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_, warnings, err := migration.Ready(known, ledger)
			if (err == nil) != c.starts || (len(warnings) > 0) != c.warns {
				t.Errorf("warnings %q, error %v", warnings, err)
			}
		})
	}
}

func TestJoiningA3FindsTheDefaultWorkspaceByName(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	if got := value(t, location, "SELECT id::text FROM workspaces WHERE name = 'default'"); got != n.db.Workspace() {
		t.Errorf("the workspace is %s, the table has %v", n.db.Workspace(), got)
	}
	run(t, location, "DELETE FROM workspaces")
	if _, err := datastore.NewDB(t.Context(), n.store, n.db.Model(), n.feed, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a database without default workspace is used")
	}
	checkAlike(t, "workspaces", 0, value(t, location, "SELECT count(*) FROM workspaces"))
}

func TestJoiningA3FindsTheWorkspaceOfADatabaseThatWasMadeAnew(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	former := n.db.Workspace()
	told := n.listen(general)
	migrate(t, location, migration.Run.Reset)
	createKongTables(t, location)
	n.insert("services", datastore.Document{"host": "h"})
	if _, err := n.db.Upsert(t.Context(), n.entity("consumers"), datastore.Key{Field: "username", Value: "c"}, datastore.Document{}); err != nil {
		t.Error(err)
	}
	now := n.db.Workspace()
	if now == former || now != value(t, location, "SELECT id::text FROM workspaces WHERE name = 'default'") {
		t.Errorf("the workspace is %s, it was %s", now, former)
	}
	checkAlike(t, "services", 1, value(t, location, "SELECT count(*) FROM services WHERE ws_id = '"+now+"'"))
	if len(told.all()) == 0 {
		t.Error("the node was not told to read everything anew")
	}
	run(t, location, "DELETE FROM services; DELETE FROM consumers; DELETE FROM workspaces")
	if _, err := n.db.Insert(t.Context(), n.entity("services"), datastore.Document{"host": "h"}); err == nil {
		t.Error("something is written into a workspace that is not there")
	}
}

// A4 is about processes: see the tests of whole nodes.

func TestJoiningA5PollsFromBeforeItLoaded(t *testing.T) {
	t.Parallel()
	location := kong(t)
	insertEvent(t, location, datastore.ChannelInvalidations, "before")
	time.Sleep(5 * time.Millisecond) // a poll reaches back a millisecond
	n := startNode(t, serverAt(t, location), nil)
	told := n.listen(datastore.ChannelInvalidations)
	insertEvent(t, location, datastore.ChannelInvalidations, "between start and first poll")
	n.poll()
	told.wait(t, "between start and first poll")
}

func TestJoiningA7MigratesNothing(t *testing.T) {
	t.Parallel()
	location := testenv.PostgreSQL(t).CreateDatabase(t).DSN()
	store := open(t, serverAt(t, location)).Store(kongModel(t))
	if _, err := store.DefaultWorkspace(t.Context()); err == nil {
		t.Error("an empty database has a workspace")
	}
	if _, err := store.Now(t.Context()); err != nil {
		t.Error(err)
	}
	checkAlike(t, "tables", 0, value(t, location, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
}

// kongsNode is the id of a Kong node.
const kongsNode = "9f1d0f2e-0d0c-4b60-9d53-5e1f6f7d9d11"

// insertEvent inserts the row that a Kong node would insert.
func insertEvent(t testing.TB, location, channel, data string) {
	t.Helper()
	_, err := connect(t, location).Exec(t.Context(), `
		INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data) VALUES ($1, $2,
			CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC', NULL,
			(CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC') + INTERVAL '3600 second', $3, $4)`, uuid.NewString(), kongsNode, channel, data)
	if err != nil {
		t.Fatal(err)
	}
}

// told gathers what a node is told of.
type told struct {
	mu   sync.Mutex
	data []string
}

// listen subscribes to channels.
func (n *node) listen(channels ...string) *told {
	heard := &told{}
	n.feed.Subscribe(func(_ context.Context, events []datastore.Event) {
		heard.mu.Lock()
		defer heard.mu.Unlock()
		for _, e := range events {
			heard.data = append(heard.data, e.Data)
		}
	}, channels...)
	return heard
}

func (h *told) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.data)
}

// wait waits until the last of some events has been heard of, and fails the test unless it was all of them and nothing else.
func (h *told) wait(t *testing.T, want ...string) {
	t.Helper()
	eventually(t, "the node is told of "+want[len(want)-1], func() bool { return slices.Contains(h.all(), want[len(want)-1]) })
	time.Sleep(5 * frequency) // for what should not come
	if got := h.all(); !slices.Equal(got, want) {
		t.Errorf("the node was told of %q, want %q", got, want)
	}
}
