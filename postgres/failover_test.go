package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// Another server takes over the address: nothing has to be done, and nothing is lost.
func TestFailover(t *testing.T) {
	t.Parallel()
	primary := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	location := create(t, primary, storetest.Model())
	standby := primary.Replica(t)
	server := serverAt(t, location)
	store := open(t, server).Store(storetest.Model())
	shelves := storetest.Model().Entity("shelves")
	insert := func(n int) error {
		row := datastore.Document{"id": fmt.Sprintf("11111111-1111-4111-a111-%012d", n), "name": fmt.Sprint(n)}
		return store.Insert(t.Context(), shelves, row)
	}
	if err := insert(1); err != nil {
		t.Fatal(err)
	}
	onStandby := connect(t, strings.Replace(location, fmt.Sprint("port=", primary.Port), fmt.Sprint("port=", standby.Port), 1))
	eventually(t, "the row has arrived", func() bool {
		var rows int
		if err := onStandby.QueryRow(t.Context(), "SELECT count(*) FROM book_shelves").Scan(&rows); err != nil {
			t.Fatal(err)
		}
		return rows == 1
	})

	primary.Stop(t, testenv.PostgresCrash)
	if err := insert(2); err == nil {
		t.Error("a row is written without a server")
	}
	for _, statement := range []string{"SELECT pg_promote()", fmt.Sprint("ALTER SYSTEM SET port = ", primary.Port)} {
		if _, err := onStandby.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	standby.Stop(t, testenv.PostgresFast)
	standby.Port = primary.Port
	standby.Start(t)

	eventually(t, "the other server takes writes", func() bool { return insert(3) == nil })
	page, err := store.Page(t.Context(), shelves, datastore.Query{Size: 10})
	if err != nil || len(page.Rows) != 2 {
		t.Errorf("%d rows are there: %v", len(page.Rows), err)
	}
}

// A server that has no room for another connection says so, and has it again as soon as somebody leaves.
func TestServerWithoutRoom(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	location := create(t, server, storetest.Model())
	for _, setting := range []string{"max_connections = 5", "superuser_reserved_connections = 0", "max_wal_senders = 0"} {
		run(t, location, "ALTER SYSTEM SET "+setting)
	}
	server.Stop(t, testenv.PostgresFast)
	server.Start(t)

	var others []*pgx.Conn
	for full := false; !full; {
		conn, err := pgx.Connect(t.Context(), location)
		if full = err != nil; !full {
			others = append(others, conn)
		}
	}
	store := open(t, serverAt(t, location)).Store(storetest.Model())
	for range 3 {
		start := time.Now()
		if err := store.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "too many clients") {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took > patience/2 {
			t.Errorf("it took %v to be refused", took)
		}
	}
	for _, conn := range others {
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	eventually(t, "there is room", func() bool { return store.Ping(t.Context()) == nil })
}
