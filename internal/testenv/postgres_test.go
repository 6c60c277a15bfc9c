package testenv

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestPostgresDatabasesAreEmptyAndApart(t *testing.T) {
	server := PostgreSQL(t)
	if PostgreSQL(t) != server {
		t.Error("a package has two shared servers")
	}
	one, two := server.CreateDatabase(t), server.CreateDatabase(t)
	query(t, one.DSN(), "CREATE TABLE services (id int)")
	query(t, two.DSN(), "CREATE TABLE services (id int)")
	if got := query(t, one.DSN(), "SHOW timezone"); got != "UTC" {
		t.Errorf("time zone %s", got)
	}
}

func TestPostgresIsReachedInEveryWay(t *testing.T) {
	server := PostgreSQL(t)
	d := server.CreateDatabase(t)
	base := fmt.Sprintf("port=%d user=%s dbname=%s ", d.Port, d.User, d.Name)
	for name, c := range map[string]struct {
		dsn  string
		want string // part of the error
	}{
		"TCP":            {base + "password=kong host=127.0.0.1 sslmode=disable", ""},
		"TLS, verified":  {base + "password=kong host=127.0.0.1 sslmode=verify-full sslrootcert=" + server.RootCA, ""},
		"TLS, no trust":  {base + "password=kong host=127.0.0.1 sslmode=verify-full", "certificate"},
		"Unix socket":    {base + "password=kong host=" + server.SocketDir, ""},
		"wrong password": {base + "password=king host=127.0.0.1 sslmode=disable", "28P01"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			conn, err := pgx.Connect(ctx, c.dsn)
			if err == nil {
				conn.Close(ctx)
			}
			if got := fmt.Sprint(err); (err == nil) != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("connect: %v, want %q", err, c.want)
			}
		})
	}
}

func TestPostgresKeepsItsDataOverStops(t *testing.T) {
	server := StartPostgreSQL(t, DefaultPostgres)
	d := server.CreateDatabase(t)
	query(t, d.DSN(), "CREATE TABLE kept (n int)")
	query(t, d.DSN(), "INSERT INTO kept VALUES (1)")
	server.Stop(t, PostgresFast)
	server.Start(t)
	query(t, d.DSN(), "INSERT INTO kept VALUES (2)")
	server.Stop(t, PostgresCrash)
	server.Start(t)
	if got := query(t, d.DSN(), "SELECT sum(n)::text FROM kept"); got != "3" {
		t.Errorf("sum is %s, want 3", got)
	}
	if got := query(t, d.DSN(), "SHOW server_version_num"); !strings.HasPrefix(got, fmt.Sprint(DefaultPostgres)) {
		t.Errorf("version %s, want %d", got, DefaultPostgres)
	}
}

// query runs a statement and returns the text of the first column of its first row, if any.
func query(t *testing.T, dsn, statement string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var text string
	if rows.Next() {
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return text
}

func TestPostgresOnAnotherClock(t *testing.T) {
	const ahead = -10 * time.Minute
	d := StartPostgreSQLAhead(t, DefaultPostgres, ahead).CreateDatabase(t)
	text := query(t, d.DSN(), "SELECT extract(epoch FROM now())::bigint::text")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	// The server has answered a while ago, on a machine that may be busy.
	if off := time.Until(time.Unix(seconds, 0)); off > ahead+2*time.Second || off < ahead-time.Minute {
		t.Errorf("the server's clock is %v ahead", off)
	}
}
