package cassandra_test

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// kongKeyspace makes a keyspace as Kong 2.8 leaves it, with rows of every entity.
func kongKeyspace(t *testing.T) (cassandra.Options, *gocql.Session) {
	t.Helper()
	server := testenv.Cassandra(t)
	opts := options(server, server.Keyspace())
	session := dropAfter(t, server, opts.Keyspace)
	known := cassandra.Known(bundledPlugins)
	run(t, opts, kongModel(t, kong28.Entities), known[:len(known)-1], migration.Run.Bootstrap)
	text, err := os.ReadFile("testdata/rows28.cql")
	if err != nil {
		t.Fatal(err)
	}
	do(t, session, "TRUNCATE "+opts.Keyspace+".workspaces")
	for _, statement := range strings.Split(string(text), ";\n") {
		if i := strings.Index(statement, "INSERT INTO "); i >= 0 {
			do(t, session, strings.Replace(statement[i:], "INSERT INTO ", "INSERT INTO "+opts.Keyspace+".", 1))
		}
	}
	return opts, session
}

func do(t testing.TB, session *gocql.Session, statement string) {
	t.Helper()
	if err := session.Query(statement).Exec(); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// content is what a table holds: the columns of each row by its id, those with JSON decoded.
type content map[string]map[string]any

// dump reads a table column by column.
func dump(t *testing.T, session *gocql.Session, keyspace, table string) content {
	t.Helper()
	rows := content{}
	var text string
	result := session.Query("SELECT JSON * FROM " + keyspace + "." + table).Iter()
	for result.Scan(&text) {
		var row map[string]any
		if err := json.Unmarshal([]byte(text), &row); err != nil {
			t.Fatal(err)
		}
		for name, v := range row {
			row[name] = decoded(v)
			if list, ok := v.([]any); ok {
				for i := range list {
					list[i] = decoded(list[i])
				}
			}
		}
		id, ok := row["id"].(string)
		if !ok {
			id, _ = row["tag"].(string)
		}
		rows[id] = row
	}
	if err := result.Close(); err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	return rows
}

// decoded is a text of JSON as what it says, since there are many ways to write it, and anything else as it is.
func decoded(v any) any {
	var document any
	if s, ok := v.(string); ok && strings.HasPrefix(s, "{") && json.Unmarshal([]byte(s), &document) == nil {
		return document
	}
	return v
}

// same compares two states of a table, but for the columns that every write changes.
func same(t *testing.T, table string, want, got content) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s has %d rows, had %d", table, len(got), len(want))
	}
	for id, row := range want {
		for column, v := range row {
			if w := got[id][column]; column != "updated_at" && !reflect.DeepEqual(w, v) {
				t.Errorf("%s %s: %s is\n%v, was\n%v", table, id, column, w, v)
			}
		}
	}
}

// What Kong 2.8 has written is shown as Kong 3.9 would show it, and what kongo writes of it is, column by column, what Kong
// had written.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	opts, session := kongKeyspace(t)
	db := openDB(t, opts, kongModel(t, kong28.Entities))
	text, err := os.ReadFile("testdata/rows28.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][]datastore.Document
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	written := map[string]content{"tags": dump(t, session, opts.Keyspace, "tags")}
	got := map[string][]datastore.Document{}
	for _, e := range db.Model().Entities() {
		if e.Internal || e.Absent || e.Name == "workspaces" {
			continue
		}
		table := tableOf(e)
		written[table] = dump(t, session, opts.Keyspace, table)
		if len(written[table]) == 0 {
			t.Errorf("no rows of %s are tested", table)
		}
		rows, _, err := db.Page(t.Context(), e, datastore.PageOptions{Size: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if e.TTL && row["ttl"] != nil {
				row["ttl"] = true // it counts down
			}
			got[e.Name] = append(got[e.Name], row)
		}
	}
	compareDocuments(t, got, want)

	// Nothing changes, but every column is written.
	for _, e := range db.Model().Entities() {
		if e.Name == "clustering_data_planes" {
			continue // they are not for clients to change
		}
		for _, row := range got[e.Name] {
			if _, err := db.Update(t.Context(), e, datastore.ID(datastore.DocumentID(row)), datastore.Document{}); err != nil {
				t.Errorf("update %s %s: %v", e.Name, datastore.DocumentID(row), err)
			}
		}
	}
	for table, rows := range written {
		same(t, table, rows, dump(t, session, opts.Keyspace, table))
	}

	// A change is in its column, and in the table of tags.
	service := db.Model().Entity("services")
	changed := maps.Clone(written["services"]["28000000-0000-4000-8000-000000000004"])
	if _, err := db.Update(t.Context(), service, datastore.Key{Field: "name", Value: "shop"}, datastore.Document{
		"name": "store", "tags": []any{"z", "a"}, "path": nil,
	}); err != nil {
		t.Fatal(err)
	}
	changed["name"], changed["tags"], changed["path"] = db.Workspace()+":store", []any{"a", "z"}, nil
	written["services"]["28000000-0000-4000-8000-000000000004"] = changed
	same(t, "services", written["services"], dump(t, session, opts.Keyspace, "services"))
	tags := dump(t, session, opts.Keyspace, "tags")
	if tags["ünï"] != nil || !reflect.DeepEqual(tags["z"]["other_tags"], []any{"a", "z"}) ||
		!reflect.DeepEqual(tags["a"]["other_tags"], []any{"a", "z"}) {
		t.Errorf("the tags are %v", tags)
	}
}

// tableOf is the name of the table of an entity in Kong 2.8.
func tableOf(e *schema.Entity) string {
	if e.Name == "vaults" {
		return "vaults_beta"
	}
	return e.Name
}

// compareDocuments compares entities after a journey through JSON.
func compareDocuments(t *testing.T, got, want map[string][]datastore.Document) {
	t.Helper()
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var shown map[string][]datastore.Document
	if err := json.Unmarshal(text, &shown); err != nil {
		t.Fatal(err)
	}
	for name := range shown {
		if !reflect.DeepEqual(shown[name], want[name]) {
			t.Errorf("%s are\n%v, want\n%v", name, shown[name], want[name])
		}
	}
}
