package postgres_test

import (
	_ "embed"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

var (
	//go:embed testdata/rows.sql
	kongRows string
	//go:embed testdata/rows.json
	kongDocuments []byte
)

// documents are what testdata/rows.sql holds, as the Admin API shows it, by entity. The ttl of a row is the moment.
func documents(t *testing.T) map[string][]datastore.Document {
	t.Helper()
	var docs map[string][]datastore.Document
	decoder := json.NewDecoder(strings.NewReader(string(kongDocuments)))
	decoder.UseNumber()
	if err := decoder.Decode(&docs); err != nil {
		t.Fatal(err)
	}
	for _, list := range docs {
		for i := range list {
			list[i], _ = schema.Normalize(list[i]).(map[string]any)
		}
	}
	return docs
}

// What Kong has written reads back as Kong would show it, and what kongo writes of it is, column by column, what Kong had
// written.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	roundTrip(t, testenv.PostgreSQL(t))
}

func roundTrip(t *testing.T, server *testenv.PostgresServer) {
	t.Helper()
	location := create(t, server, kongModel(t))
	// The fixture names the workspace by an id of its own.
	run(t, location, kongRows)
	n := startNode(t, serverAt(t, location), nil)
	conn := connect(t, location)
	docs := documents(t)
	var entities []*schema.Entity
	written := map[string]columns{}
	for _, e := range n.db.Model().Entities() {
		if e.Internal || e.Name == "workspaces" {
			continue
		}
		if len(docs[e.Name]) == 0 {
			t.Errorf("no rows of %s are tested", e.Name)
		}
		entities = append(entities, e)
		written[e.Name] = dump(t, conn, e.TableName())
	}

	for _, e := range entities {
		for _, want := range docs[e.Name] {
			shows(t, n, e, want)
		}
	}

	for _, e := range entities {
		for _, doc := range docs[e.Name] {
			// Nothing changes, but every column is written.
			if e.Name == "filter_chains" { // there is no filter that a node would accept
				rewrite(t, n, e, doc)
				continue
			}
			n.update(e.Name, datastore.DocumentID(doc), datastore.Document{})
		}
		same(t, e.Name, written[e.Name], dump(t, conn, e.TableName()))
	}

	for _, e := range entities {
		if e.Name == "filter_chains" {
			continue
		}
		for _, doc := range docs[e.Name] {
			body := body(e, doc)
			if names, ok := doc["snis"]; ok && e.Name == "certificates" {
				body["snis"] = names // or they would be removed
			}
			if _, err := n.db.Upsert(t.Context(), e, datastore.ID(datastore.DocumentID(doc)), body); err != nil {
				t.Errorf("upsert %s: %v", e.Name, err)
			}
		}
		same(t, e.Name, written[e.Name], dump(t, conn, e.TableName()))
	}

	run(t, location, "DELETE FROM filter_chains; UPDATE services SET ca_certificates = NULL") // the authority goes first
	for _, e := range slices.Backward(entities) {
		for _, doc := range docs[e.Name] {
			n.delete(e.Name, datastore.DocumentID(doc))
		}
	}
	for _, e := range entities {
		if e.Name == "filter_chains" {
			continue
		}
		for _, doc := range docs[e.Name] {
			n.insert(e.Name, body(e, doc))
		}
		same(t, e.Name, written[e.Name], dump(t, conn, e.TableName()))
	}
}

// shows compares an entity with what Kong shows of it.
func shows(t *testing.T, n *node, e *schema.Entity, want datastore.Document) {
	t.Helper()
	got, err := n.db.Select(t.Context(), e, datastore.ID(datastore.DocumentID(want)))
	if err != nil {
		t.Errorf("%s %s: %v", e.Name, datastore.DocumentID(want), err)
		return
	}
	want = schema.Clone(want)
	if e.TTL {
		if remaining, ok := got["ttl"].(int64); (want["ttl"] != nil) != (ok && remaining > 0) {
			t.Errorf("%s: ttl is %v", e.Name, got["ttl"])
		}
		delete(want, "ttl")
		delete(got, "ttl")
	}
	for name := range want {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s: %s is\n%#v, want\n%#v", e.Name, name, got[name], want[name])
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok && name != "ws_id" && name != "cache_key" {
			t.Errorf("%s: unexpected %s", e.Name, name)
		}
	}
}

// rewrite writes a row as it was read.
func rewrite(t *testing.T, n *node, e *schema.Entity, doc datastore.Document) {
	t.Helper()
	row, err := n.store.Select(t.Context(), e, datastore.ID(datastore.DocumentID(doc)), "")
	if err == nil {
		err = n.store.Update(t.Context(), e, row)
	}
	if err != nil {
		t.Errorf("%s: %v", e.Name, err)
	}
}

// body is what a client would send to make an entity anew.
func body(e *schema.Entity, doc datastore.Document) datastore.Document {
	body := schema.Clone(doc)
	switch e.Name {
	case "basicauth_credentials":
		body["password"] = "pässword"
	case "certificates":
		delete(body, "snis") // they follow with ids of their own
	}
	if expiry, ok := body["ttl"].(int64); ok {
		body["ttl"] = expiry - body["created_at"].(int64)
	}
	return body
}

// columns are the rows of a table, by id, as the server turns them into JSON.
type columns map[string]datastore.Document

func dump(t *testing.T, conn *pgx.Conn, table string) columns {
	t.Helper()
	rows, err := conn.Query(t.Context(), "SELECT r.id::text, to_jsonb(r)::text FROM "+pgx.Identifier{table}.Sanitize()+" AS r")
	if err != nil {
		t.Fatal(err)
	}
	found := columns{}
	var id, text string
	_, err = pgx.ForEachRow(rows, []any{&id, &text}, func() error {
		var row datastore.Document
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		err := decoder.Decode(&row)
		found[id] = row
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// same compares the rows of a table with what was in it, except for the moment of the last change.
func same(t *testing.T, name string, want, got columns) {
	t.Helper()
	for id, row := range want {
		for column, value := range row {
			now, ok := got[id][column]
			switch {
			case column == "updated_at":
				if !ok || now == nil {
					t.Errorf("%s %s: updated_at is %v", name, id, now)
				}
			case !ok || !reflect.DeepEqual(now, value):
				t.Errorf("%s %s: column %s is\n%v, want\n%v", name, id, column, now, value)
			}
		}
	}
	for id := range got {
		if want[id] == nil {
			t.Errorf("%s: unexpected row %s", name, id)
		}
	}
}
