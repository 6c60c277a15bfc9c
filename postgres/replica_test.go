package postgres_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/postgres"
)

// Reads that may be late come from the replica, except for what this node has just written.
func TestReplica(t *testing.T) {
	t.Parallel()
	primary := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	location := create(t, primary, storetest.Model())
	following := primary.Replica(t)
	server := serverAt(t, location)
	other := server
	other.Port = following.Port
	d, err := postgres.Open(postgres.Options{Server: server, Replica: &other, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	store := d.Store(storetest.Model())
	defer store.Close()
	onReplica := connect(t, strings.Replace(location, fmt.Sprint("port=", server.Port), fmt.Sprint("port=", other.Port), 1))
	onPrimary := connect(t, location)

	shelves := storetest.Model().Entity("shelves")
	late := datastore.AllowReplica(t.Context())
	written := 0
	write := func() {
		t.Helper()
		written++
		row := datastore.Document{"id": fmt.Sprintf("11111111-1111-4111-a111-%012d", written), "name": fmt.Sprint(written)}
		if err := store.Insert(t.Context(), shelves, row); err != nil {
			t.Fatal(err)
		}
	}
	// finds fails the test unless all that was written is read, and returns whether it came from the replica.
	finds := func() bool {
		t.Helper()
		before := reads(t, onReplica)
		page, err := store.Page(late, shelves, datastore.Query{Size: 100})
		if err != nil || len(page.Rows) != written {
			t.Fatalf("%d of %d rows are read: %v", len(page.Rows), written, err)
		}
		last := reads(t, onReplica)
		return last != "" && last != before
	}

	if !finds() {
		t.Error("a read that may be late comes from the primary")
	}
	before := reads(t, onReplica)
	if _, err := store.Page(t.Context(), shelves, datastore.Query{Size: 1}); err != nil || reads(t, onReplica) != before {
		t.Errorf("a read that may not be late comes from the replica, or not at all: %v", err)
	}
	for range 20 {
		write()
		finds()
	}
	eventually(t, "the replica is read from again", finds)

	if _, err := onReplica.Exec(t.Context(), "SELECT pg_wal_replay_pause()"); err != nil {
		t.Fatal(err)
	}
	// What was under way may still arrive.
	eventually(t, "the replica stands still", func() bool {
		write()
		time.Sleep(50 * time.Millisecond)
		var arrived int
		if err := onReplica.QueryRow(t.Context(), "SELECT count(*) FROM book_shelves").Scan(&arrived); err != nil {
			t.Fatal(err)
		}
		return arrived < written
	})
	for range 10 {
		if finds() {
			t.Error("a replica that is behind is read from")
		}
	}
	if _, err := onReplica.Exec(t.Context(), "SELECT pg_wal_replay_resume()"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the replica is read from when it has caught up", finds)

	following.Stop(t, testenv.PostgresCrash)
	for range 5 {
		page, err := store.Page(late, shelves, datastore.Query{Size: 100})
		if err != nil || len(page.Rows) != written {
			t.Fatalf("without the replica %d of %d rows are read: %v", len(page.Rows), written, err)
		}
	}
	if got := connectionCount(t, onPrimary); got > 2 {
		t.Errorf("%d connections to the primary are open", got)
	}
}

// reads is the time of the statement that kongo sent a replica last, "" if it did not read rows.
func reads(t *testing.T, conn *pgx.Conn) (last string) {
	t.Helper()
	err := conn.QueryRow(t.Context(), `SELECT coalesce(max(query_start)::text, '') FROM pg_stat_activity
		WHERE application_name = 'kongo' AND query LIKE '%book_shelves%'`).Scan(&last)
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// The events of other nodes come through the replica too, after the changes that they tell of.
func TestEventsThroughAReplica(t *testing.T) {
	t.Parallel()
	primary := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	location := primary.CreateDatabase(t).DSN()
	createKongTables(t, location)
	following := primary.Replica(t)
	writer := startNode(t, serverAt(t, location), nil)

	server := serverAt(t, location)
	other := server
	other.Port = following.Port
	d, err := postgres.Open(postgres.Options{Server: server, Replica: &other, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	model := kongModel(t)
	reader := startNodeOn(t, d.Store(model), model, nil)
	told := reader.listen(core)
	reader.poll()
	for i := range 10 {
		row := writer.insert("services", datastore.Document{"host": "h", "name": fmt.Sprint(i)})
		key := "services:" + datastore.DocumentID(row) + ":::::" + writer.db.Workspace()
		eventually(t, "the reader is told of the service", func() bool {
			all := told.all()
			return len(all) > i && all[i] == key
		})
		_, err := reader.db.Find(datastore.AllowReplica(t.Context()), reader.entity("services"), datastore.ID(datastore.DocumentID(row)))
		if err != nil {
			t.Errorf("the reader was told of a service that it does not find: %v", err)
		}
	}
	time.Sleep(5 * frequency)
	if got := told.all(); len(got) != 10 {
		t.Errorf("the reader was told %d times", len(got))
	}
}
