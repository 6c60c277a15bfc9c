package cassandra_test

import (
	"slices"
	"testing"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/kong28"
)

// The tests called TestJoining… hold kongo to the rules for a node that joins Kong nodes at their database, as those of
// package postgres do. Here are the ones about Cassandra.

// texts are the values of the one column of a query, sorted.
func texts(t *testing.T, session *gocql.Session, statement string) (found []string) {
	t.Helper()
	rows := session.Query(statement).Iter()
	for text := ""; rows.Scan(&text); {
		found = append(found, text)
	}
	if err := rows.Close(); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	slices.Sort(found)
	return found
}

// D1: on Cassandra nobody but the writer fills the table of tags. D8: nor does anybody but the writer keep values unique,
// which are stored behind their workspace, in a partition that is named for the entity.
func TestJoiningD8KeepsValuesUniqueItself(t *testing.T) {
	t.Parallel()
	opts, session := kongKeyspace(t)
	db := openDB(t, opts, kongModel(t, kong28.Entities))
	services := db.Model().Entity("services")
	body := datastore.Document{"name": "twin", "host": "h", "tags": []any{"of-twins"}}
	if _, err := db.Insert(t.Context(), services, body); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Insert(t.Context(), services, body); datastore.ErrorCode(err) != datastore.CodeUniqueViolation {
		t.Errorf("a second one of the name: %v", err)
	}
	from := func(columns, table, where string) []string {
		t.Helper()
		return texts(t, session, "SELECT "+columns+" FROM "+opts.Keyspace+"."+table+" WHERE "+where+" ALLOW FILTERING")
	}
	name := db.Workspace() + ":twin"
	if got := from("name", "services", "partition = 'services' AND name = '"+name+"'"); !slices.Equal(got, []string{name}) {
		t.Errorf("the names are %q", got)
	}
	if got := from("entity_name", "tags", "tag = 'of-twins'"); !slices.Equal(got, []string{"services"}) {
		t.Errorf("the tag belongs to %q", got)
	}
	if _, err := db.Delete(t.Context(), services, datastore.Key{Field: "name", Value: "twin"}); err != nil {
		t.Fatal(err)
	}
	if got := from("entity_name", "tags", "tag = 'of-twins'"); len(got) != 0 {
		t.Errorf("the tag still belongs to %q", got)
	}
	if _, err := db.Insert(t.Context(), services, body); err != nil {
		t.Errorf("a name that is free again: %v", err)
	}
}

func TestJoiningE3UsesTheFormOfKong28(t *testing.T) {
	t.Parallel()
	opts, session := kongKeyspace(t)
	db := openDB(t, opts, kongModel(t, kong28.Entities))
	for entity, body := range map[string]datastore.Document{
		"routes":   {"name": "fixed", "paths": []any{"/fixed", `~/number/\d+`}},
		"vaults":   {"prefix": "vau", "name": "env"},
		"key_sets": {"name": "set"},
	} {
		if _, err := db.Insert(t.Context(), db.Model().Entity(entity), body); (err != nil) != (entity == "key_sets") {
			t.Errorf("%s: %v", entity, err)
		}
	}
	var paths []string
	err := session.Query("SELECT paths FROM " + opts.Keyspace + ".routes WHERE partition = 'routes' AND name = '" + db.Workspace() +
		":fixed' ALLOW FILTERING").Scan(&paths)
	if err != nil || !slices.Equal(paths, []string{"/fixed", `/number/\d+`}) {
		t.Errorf("the paths are %q: %v", paths, err)
	}
	if got := texts(t, session, "SELECT prefix FROM "+opts.Keyspace+".vaults_beta"); !slices.Contains(got, "vau") {
		t.Errorf("the vaults are %q", got) // a prefix is unique everywhere and stands for itself
	}
	if got := slices.Compact(texts(t, session, "SELECT channel FROM "+opts.Keyspace+".cluster_events")); !slices.Equal(got, []string{datastore.ChannelInvalidations}) {
		t.Errorf("the channels are %q", got)
	}
	told := texts(t, session, "SELECT data FROM "+opts.Keyspace+".cluster_events")
	for _, key := range []string{"router:version", "vaults_beta:vau:::::" + db.Workspace()} {
		if !slices.Contains(told, key) {
			t.Errorf("nothing tells of %s: %q", key, told)
		}
	}
}
