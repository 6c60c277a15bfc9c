package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/postgres"
)

// Every constraint of Kong's tables is taken to be about the field that it is about.
func TestConstraints(t *testing.T) {
	t.Parallel()
	location := kong(t)
	rows, err := connect(t, location).Query(t.Context(), `SELECT r.relname, c.conname, c.contype::text, array_agg(a.attname::text ORDER BY k.n)
		FROM pg_constraint AS c JOIN pg_class AS r ON r.oid = c.conrelid, unnest(c.conkey) WITH ORDINALITY AS k(number, n)
			JOIN pg_attribute AS a ON a.attnum = k.number
		WHERE a.attrelid = c.conrelid AND c.connamespace = 'public'::regnamespace AND c.contype IN ('p', 'u', 'f') GROUP BY 1, 2, 3`)
	if err != nil {
		t.Fatal(err)
	}
	type constraint struct {
		Table, Name, Kind string
		Columns           []string
	}
	constraints, err := pgx.CollectRows(rows, pgx.RowToStructByPos[constraint])
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, e := range kongModel(t).Entities() {
		for _, c := range constraints {
			if e.Internal || c.Table != e.TableName() {
				continue
			}
			tested++
			columns := slices.DeleteFunc(c.Columns, func(name string) bool { return name == "ws_id" })
			var got, want string
			switch {
			case c.Kind == "f":
				got = postgres.ForeignField(e, c.Name)
				if len(columns) > 0 {
					want = strings.TrimSuffix(columns[0], "_id")
				}
			case len(columns) > 1:
				got, want = postgres.UniqueField(e, c.Name), "cache_key"
			default:
				got, want = postgres.UniqueField(e, c.Name), columns[0]
			}
			if got != want {
				t.Errorf("%s is about %q, want %q", c.Name, got, want)
			}
		}
	}
	if tested < 80 {
		t.Errorf("only %d constraints were looked at", tested)
	}
}

// The names that Kong's tables keep unique in all workspaces can be put by name, where Kong fails, but not in the place of a
// row of another workspace.
func TestPutByNameThatIsUniqueEverywhere(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	run(t, location, `INSERT INTO workspaces (id, name) VALUES ('11111111-1111-4111-a111-111111111111', 'other');
		INSERT INTO key_sets (id, ws_id, name) VALUES
			('22222222-2222-4222-a222-222222222222', '11111111-1111-4111-a111-111111111111', 'theirs')`)
	put := func(name string) (datastore.Document, error) {
		return n.db.Upsert(t.Context(), n.entity("key_sets"), datastore.Key{Field: "name", Value: name}, datastore.Document{})
	}
	first, err := put("ours")
	if err != nil {
		t.Fatal(err)
	}
	if second, err := put("ours"); err != nil || second["id"] != first["id"] {
		t.Errorf("put again: %v, %v", second, err)
	}
	if _, err := put("theirs"); datastore.ErrorCode(err) != datastore.CodeUniqueViolation {
		t.Errorf("put in the place of another workspace's: %v", err)
	}
}

// What passes the validation may still be more than a column holds.
func TestValuesBeyondAColumn(t *testing.T) {
	t.Parallel()
	n := startNode(t, serverAt(t, kong(t)), nil)
	_, err := n.db.Insert(t.Context(), n.entity("sessions"), datastore.Document{"session_id": "s", "expires": int64(1 << 40)})
	if datastore.ErrorCode(err) != datastore.CodeSchemaViolation {
		t.Errorf("got %v", err)
	}
}
