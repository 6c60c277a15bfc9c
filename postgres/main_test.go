package postgres_test

import (
	"context"
	_ "embed"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/postgres"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// patience bounds what is expected to happen soon.
const patience = time.Minute

//go:embed testdata/library.sql
var libraryTables string

// create makes a database with the tables of a model and returns its connection string.
func create(t testing.TB, server *testenv.PostgresServer, model *schema.Model) string {
	t.Helper()
	location := server.CreateDatabase(t).DSN()
	if model.Entity("authors") != nil {
		run(t, location, libraryTables)
		return location
	}
	createKongTables(t, location)
	return location
}

// serverAt is the server of a connection string, with the database in it.
func serverAt(t testing.TB, location string) postgres.Server {
	t.Helper()
	server, err := parseServer(location)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func parseServer(location string) (postgres.Server, error) {
	c, err := pgconn.ParseConfig(location)
	if err != nil {
		return postgres.Server{}, err
	}
	return postgres.Server{
		Host: c.Host, Port: int(c.Port), User: c.User, Password: c.Password, Database: c.Database,
		Timeout: patience, // the machine may be busy
	}, nil
}

// open opens a database that is closed when the test ends.
func open(t testing.TB, server postgres.Server) *postgres.Database {
	t.Helper()
	d, err := postgres.Open(postgres.Options{Server: server, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// connect makes a connection that is not kongo's. It is closed when the test ends.
func connect(t testing.TB, location string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		// The server may be gone by now, on purpose.
		_ = conn.Close(ctx)
	})
	return conn
}

// run runs statements on a connection of their own.
func run(t testing.TB, location, statements string) {
	t.Helper()
	if _, err := connect(t, location).PgConn().Exec(t.Context(), statements).ReadAll(); err != nil {
		t.Fatal(err)
	}
}
