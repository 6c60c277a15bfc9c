package cassandra_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// What is written counts, also after somebody whose clock is ahead.
func TestClocksOfOthers(t *testing.T) {
	t.Parallel()
	server := testenv.Cassandra(t)
	model := coreModel(t)
	opts := lean(t, server, model)
	db := openDB(t, opts, model)
	session := server.Session(t)
	services := model.Entity("services")
	ahead := func(seconds int) int64 { return time.Now().Add(time.Duration(seconds) * time.Second).UnixMicro() }

	body := datastore.Document{"name": "s", "host": "first.example", "tags": []any{"a"}}
	key := datastore.Key{Field: "name", Value: "s"}
	var id string
	host := func(want string) {
		t.Helper()
		row, err := db.Select(t.Context(), services, key)
		if err != nil || row["host"] != want {
			t.Fatalf("the service is %v, error %v, want the host %s", row, err, want)
		}
		id = datastore.DocumentID(row)
	}
	if _, err := db.Insert(t.Context(), services, body); err != nil {
		t.Fatal(err)
	}
	host("first.example")
	for n := range 3 {
		// Somebody else changes it and deletes it, each time with a clock further ahead, and it is changed and made again.
		further := 20 << (2 * n)
		do(t, session, fmt.Sprintf("UPDATE %s.services USING TIMESTAMP %d SET host = 'other.example' WHERE partition = 'services' AND id = %s",
			opts.Keyspace, ahead(further), id))
		changed := fmt.Sprint("changed", n, ".example")
		if _, err := db.Update(t.Context(), services, key, datastore.Document{"host": changed}); err != nil {
			t.Fatal(err)
		}
		host(changed)
		batch := session.NewBatch(gocql.LoggedBatch).WithTimestamp(ahead(further + 10))
		batch.Query("DELETE FROM "+opts.Keyspace+".services WHERE partition = 'services' AND id = ?", id)
		batch.Query("DELETE FROM "+opts.Keyspace+".tags WHERE tag = 'a' AND entity_name = 'services' AND entity_id = ?", id)
		if err := session.ExecuteBatch(batch); err != nil {
			t.Fatal(err)
		}
		body["id"] = id
		if _, err := db.Insert(t.Context(), services, body); err != nil {
			t.Fatal(err)
		}
		host("first.example")
		tags, err := db.Tags(t.Context(), datastore.TagQuery{Size: 10, Tag: "a"})
		if err != nil || len(tags.Rows) != 1 {
			t.Errorf("the tags are %v: %v", tags, err)
		}
	}
	if deleted, err := db.Delete(t.Context(), services, key); !deleted || err != nil {
		t.Errorf("deleted: %v %v", deleted, err)
	}
	if _, err := db.Select(t.Context(), services, key); datastore.ErrorCode(err) != datastore.CodeNotFound {
		t.Errorf("the deleted service: %v", err)
	}
}
