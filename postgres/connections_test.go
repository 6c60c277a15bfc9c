package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/postgres"
)

// library makes a database with the tables of storetest.Model.
func library(t *testing.T) (location string, server postgres.Server) {
	t.Helper()
	location = create(t, testenv.PostgreSQL(t), storetest.Model())
	return location, serverAt(t, location)
}

// Kong's messages say what is wrong with a server before anything else is tried.
func TestMessages(t *testing.T) {
	t.Parallel()
	_, good := library(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // takes connections and says nothing
	const prefix = "[PostgreSQL error] failed to retrieve PostgreSQL server_version_num: "
	cases := map[string]struct {
		change func(*postgres.Server)
		want   string
	}{
		"nobody listens": {
			func(s *postgres.Server) { s.Port = testenv.Ports(t, 1)[0] },
			prefix + "connection refused",
		},
		"silence": {
			func(s *postgres.Server) {
				s.Port, s.Timeout = listener.Addr().(*net.TCPAddr).Port, 50*time.Millisecond
			},
			prefix + "timeout",
		},
		"wrong password": {
			func(s *postgres.Server) { s.Password = "wrong" },
			prefix + `FATAL: password authentication failed for user "kong"`,
		},
		"wrong user": {
			func(s *postgres.Server) { s.User = "nobody's" },
			prefix + `FATAL: password authentication failed for user "nobody's"`,
		},
		"wrong database": {
			func(s *postgres.Server) { s.Database = "elsewhere" },
			prefix + `FATAL: database "elsewhere" does not exist`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := good
			c.change(&server)
			err := open(t, server).Await(t.Context(), 0)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %q, want %q", err, c.want)
			}
		})
	}
	if err := open(t, good).Await(t.Context(), 0); err != nil {
		t.Errorf("a good server: %v", err)
	}
}

// Await waits for a server that comes up later.
func TestAwait(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	location := server.CreateDatabase(t).DSN()
	server.Stop(t, testenv.PostgresFast)
	settings := serverAt(t, location)
	if err := open(t, settings).Await(t.Context(), 500*time.Millisecond); err == nil {
		t.Error("a server that is down is there")
	}
	waiting := make(chan error)
	go func() { waiting <- open(t, settings).Await(context.Background(), patience) }()
	server.Start(t)
	if err := <-waiting; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := open(t, settings).Await(ctx, patience); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after the end of the context", err)
	}
}

// Tables are looked for in one schema only, which may have any name.
func TestSchema(t *testing.T) {
	t.Parallel()
	location := testenv.PostgreSQL(t).CreateDatabase(t).DSN()
	const name = `the "other" schema`
	quoted := `"the ""other"" schema"`
	run(t, location, "CREATE SCHEMA "+quoted+"; SET search_path = "+quoted+";"+libraryTables)
	server := serverAt(t, location)
	store := open(t, server).Store(storetest.Model())
	if _, err := store.DefaultWorkspace(t.Context()); err == nil {
		t.Error("the tables are found in the schema that the server chooses")
	}
	server.Schema = name
	store = open(t, server).Store(storetest.Model())
	workspace, err := store.DefaultWorkspace(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shelves := storetest.Model().Entity("shelves")
	row := datastore.Document{"id": workspace, "name": "a", "tags": []any{"tagged"}}
	if err := store.Insert(t.Context(), shelves, row); err != nil {
		t.Fatal(err)
	}
	// The trigger finds its table too.
	if tags, err := store.Tags(t.Context(), datastore.TagQuery{Size: 1}); err != nil || len(tags.Rows) != 1 {
		t.Errorf("tags: %v, %v", tags, err)
	}
}

// locked locks the shelves of a library, so that statements on them wait. Release lets them go.
func locked(t *testing.T, location string) (release func()) {
	t.Helper()
	conn := connect(t, location)
	tx, err := conn.Begin(t.Context())
	if err == nil {
		_, err = tx.Exec(t.Context(), "LOCK TABLE book_shelves")
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// selectShelf reads from the shelves of a library.
func selectShelf(ctx context.Context, store datastore.Store) error {
	_, err := store.Select(ctx, storetest.Model().Entity("shelves"), datastore.Key{Field: "name", Value: "x"}, "")
	if errors.Is(err, datastore.ErrNotFound) {
		return nil
	}
	return err
}

// waiting returns once n statements of kongo wait for a lock.
func waiting(t *testing.T, location string, n int) {
	t.Helper()
	conn := connect(t, location)
	eventually(t, fmt.Sprint(n, " statements wait"), func() bool {
		var waiting int
		err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = 'kongo' AND wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
		return waiting == n
	})
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

func TestConcurrencyLimit(t *testing.T) {
	t.Parallel()
	location, server := library(t)
	server.MaxQueries, server.SemaphoreTimeout = 2, 50*time.Millisecond
	store := open(t, server).Store(storetest.Model())
	release := locked(t, location)
	var running sync.WaitGroup
	for range 2 {
		running.Go(func() {
			if err := selectShelf(context.Background(), store); err != nil {
				t.Error(err)
			}
		})
	}
	waiting(t, location, 2)
	if err := store.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "error acquiring query semaphore: timeout") {
		t.Errorf("got %v for a third statement", err)
	}
	release()
	running.Wait()
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("got %v afterwards", err)
	}
}

func TestFullPool(t *testing.T) {
	t.Parallel()
	location, server := library(t)
	server.PoolSize = 1
	patient := open(t, server).Store(storetest.Model())
	server.Backlog = -1
	impatient := open(t, server).Store(storetest.Model())

	release := locked(t, location)
	var running sync.WaitGroup
	for _, store := range []datastore.Store{patient, impatient} {
		running.Go(func() {
			if err := selectShelf(context.Background(), store); err != nil {
				t.Error(err)
			}
		})
	}
	waiting(t, location, 2)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := patient.Ping(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v from a pool that is full", err)
	}
	if err := impatient.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "too many statements") {
		t.Errorf("got %v from a pool in which nobody may wait", err)
	}
	release()
	running.Wait()
	for _, store := range []datastore.Store{patient, impatient} {
		if err := store.Ping(t.Context()); err != nil {
			t.Errorf("got %v afterwards", err)
		}
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	location, server := library(t)
	release := locked(t, location)
	server.Timeout = 2 * time.Second // also what a busy machine has for connecting
	store := open(t, server).Store(storetest.Model())
	if err := selectShelf(t.Context(), store); err == nil || !strings.Contains(err.Error(), "timeout") {
		t.Errorf("got %v", err)
	}
	waiting(t, location, 0) // the server has given up as well
	release()
	eventually(t, "the store answers again", func() bool { return selectShelf(t.Context(), store) == nil })
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	location, server := library(t)
	server.KeepaliveTimeout = 100 * time.Millisecond
	store := open(t, server).Store(storetest.Model())
	if err := store.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, location)
	eventually(t, "no connection is left", func() bool { return connectionCount(t, conn) == 0 })
	if err := store.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A backend that somebody kills costs no statement that reads, and the store goes on.
func TestKilledBackend(t *testing.T) {
	t.Parallel()
	location, server := library(t)
	store := open(t, server).Store(storetest.Model())
	conn := connect(t, location)
	for range 5 {
		if err := selectShelf(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		_, err := conn.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = 'kongo'`)
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the backends are gone", func() bool { return connectionCount(t, conn) == 0 })
	}
	if err := selectShelf(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	if got := connectionCount(t, conn); got != 1 {
		t.Errorf("%d connections are open", got)
	}
}

// A server that has become read-only is left for the one that is at the address now.
func TestReadOnlyServer(t *testing.T) {
	t.Parallel()
	location, server := library(t)
	store := open(t, server).Store(storetest.Model())
	conn := connect(t, location)
	alter := func(value string) {
		t.Helper()
		_, err := conn.Exec(t.Context(), "ALTER DATABASE "+server.Database+" SET default_transaction_read_only = "+value)
		if err != nil {
			t.Fatal(err)
		}
	}
	insert := func(id string) error {
		return store.Insert(t.Context(), storetest.Model().Entity("shelves"), datastore.Document{"id": id, "name": id})
	}
	alter("on") // for sessions to come
	if err := insert("6ba7b810-9dad-41d1-80b4-00c04fd430c8"); err == nil {
		t.Error("a read-only server takes writes")
	}
	if err := selectShelf(t.Context(), store); err != nil {
		t.Errorf("a read-only server can be read from: %v", err)
	}
	if _, err := conn.Exec(t.Context(), "SET default_transaction_read_only = off"); err != nil {
		t.Fatal(err)
	}
	alter("off")
	// The one connection that is left is closed by the write that fails on it.
	if err := insert("6ba7b811-9dad-41d1-80b4-00c04fd430c8"); err == nil {
		t.Error("a session that is read-only takes writes")
	}
	if err := insert("6ba7b812-9dad-41d1-80b4-00c04fd430c8"); err != nil {
		t.Errorf("the next session: %v", err)
	}
}

// connectionCount is how many connections kongo has to the database of conn.
func connectionCount(t *testing.T, conn *pgx.Conn) (n int) {
	t.Helper()
	err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'kongo'`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
