package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// kongDatabase is a database with Kong's tables.
type kongDatabase struct {
	testenv.Database
	conn *pgx.Conn
}

func bootstrap(t *testing.T, server *testenv.PostgresServer) *kongDatabase {
	t.Helper()
	d := &kongDatabase{Database: server.CreateDatabase(t)}
	n := testenv.NewNode(t, testenv.NodeConfig{Env: d.Env()})
	if got := n.Run(t, "migrations", "bootstrap", "-c", n.Conf); got.ExitCode != 0 {
		t.Fatalf("bootstrap: %s%s", got.Stdout, got.Stderr)
	}
	return d
}

// node starts a node on the database, with further settings.
func (d *kongDatabase) node(t *testing.T, settings map[string]string) *testenv.Node {
	t.Helper()
	n := d.prepare(t, settings)
	n.Start(t)
	return n
}

func (d *kongDatabase) prepare(t *testing.T, settings map[string]string) *testenv.Node {
	t.Helper()
	env := d.Env()
	env["KONG_DB_UPDATE_FREQUENCY"] = fmt.Sprint(frequency.Seconds())
	maps.Copy(env, settings)
	return testenv.NewNode(t, testenv.NodeConfig{Env: env})
}

// frequency is how often the nodes on PostgreSQL poll.
const frequency = time.Second

// run runs statements as somebody else who uses the database.
func (d *kongDatabase) run(t *testing.T, statements string) {
	t.Helper()
	if _, err := d.connect(t).PgConn().Exec(t.Context(), statements).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

// value returns the only value of a query.
func (d *kongDatabase) value(t *testing.T, query string) (v any) {
	t.Helper()
	if err := d.connect(t).QueryRow(t.Context(), query).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// connect returns the connection of the test, which is made anew when it is broken.
func (d *kongDatabase) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	if d.conn != nil && !d.conn.IsClosed() {
		return d.conn
	}
	conn, err := pgx.Connect(t.Context(), d.DSN())
	if err != nil {
		t.Fatal(err)
	}
	d.conn = conn
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = conn.Close(ctx) // the server may be gone by now, on purpose
	})
	return conn
}

// adminPaths are the paths of entities that differ from their names.
var adminPaths = map[string]string{
	"basicauth_credentials": "basic-auths", "hmacauth_credentials": "hmac-auths", "jwt_secrets": "jwts",
	"keyauth_credentials": "key-auths", "oauth2_credentials": "oauth2", "key_sets": "key-sets", "filter_chains": "filter-chains",
}

// What Kong has written into its tables is what the Admin API shows.
func TestPostgresRowsThroughTheAdminAPI(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	testdata := filepath.Join("..", "postgres", "testdata")
	rows, err := os.ReadFile(filepath.Join(testdata, "rows.sql"))
	if err != nil {
		t.Fatal(err)
	}
	d.run(t, string(rows))
	text, err := os.ReadFile(filepath.Join(testdata, "rows.json"))
	if err != nil {
		t.Fatal(err)
	}
	var documents map[string][]map[string]any
	if err := json.Unmarshal(text, &documents); err != nil {
		t.Fatal(err)
	}
	n := d.node(t, map[string]string{"KONG_ROUTER_FLAVOR": "traditional"})
	for name, list := range documents {
		switch name {
		case "oauth2_authorization_codes", "clustering_data_planes", "filter_chains":
			continue // they have no place in the Admin API of this node
		}
		path := name
		if other, ok := adminPaths[name]; ok {
			path = other
		}
		for _, want := range list {
			if name == "targets" {
				path = fmt.Sprintf("upstreams/%s/targets", want["upstream"].(map[string]any)["id"])
			}
			got := must(t, "GET", fmt.Sprintf("http://%s/%s/%s", n.Admin, path, want["id"]), "")
			if want["ttl"] != nil { // it counts down
				if remaining, _ := got["ttl"].(float64); remaining <= 0 {
					t.Errorf("%s: ttl is %v", name, got["ttl"])
				}
				want["ttl"] = got["ttl"]
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s is\n%v, want\n%v", name, got, want)
			}
		}
	}
}
