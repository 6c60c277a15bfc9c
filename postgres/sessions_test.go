package postgres_test

import (
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/storetest"
)

// A pooler may give each statement to another session. Here each gets a new one, in which a time zone other than UTC is
// usual and the tables are not in the search path.
func TestEveryStatementInASessionOfItsOwn(t *testing.T) {
	t.Parallel()
	location, server := library(t)
	run(t, location, "ALTER SCHEMA public RENAME TO kongs; CREATE SCHEMA public; ALTER DATABASE "+server.Database+
		" SET timezone = 'America/New_York'")
	server.Schema = "kongs"
	server.KeepaliveTimeout = time.Nanosecond
	store := open(t, server).Store(storetest.Model())
	conn := connect(t, location)
	next := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		eventually(t, "the session is closed", func() bool { return connectionCount(t, conn) == 0 })
	}

	model := storetest.Model()
	authors := model.Entity("authors")
	workspace, err := store.DefaultWorkspace(t.Context())
	next("default workspace", err)
	row := datastore.Document{
		"id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "name": "a", "created_at": int64(1700000000), "ws_id": workspace,
		"tags": []any{"t"},
	}
	next("insert", store.Insert(t.Context(), authors, row))
	next("update", store.Update(t.Context(), authors, row))
	_, err = store.Upsert(t.Context(), authors, "name", row)
	next("upsert", err)
	got, err := store.Select(t.Context(), authors, datastore.Key{Field: "name", Value: "a"}, workspace)
	next("select", err)
	if got["created_at"] != row["created_at"] {
		t.Errorf("created_at is %v", got["created_at"])
	}
	page, err := store.Page(t.Context(), authors, datastore.Query{Size: 10, Tags: []string{"t"}})
	next("page", err)
	if len(page.Rows) != 1 {
		t.Errorf("the page has %d rows", len(page.Rows))
	}
	tags, err := store.Tags(t.Context(), datastore.TagQuery{Size: 10})
	next("tags", err)
	if len(tags.Rows) != 1 {
		t.Errorf("there are %d tags", len(tags.Rows))
	}
	before := time.Now().Add(-time.Minute)
	err = store.Publish(t.Context(), workspace, []datastore.Event{{Channel: "c", Data: "d"}, {Channel: "c", Data: "e"}}, 0, time.Hour)
	next("publish", err)
	events, _, err := store.Events(t.Context(), []string{"c"}, before)
	next("events", err)
	if len(events) != 2 || time.Since(events[0].At).Abs() > patience {
		t.Errorf("the events are %v", events)
	}
	_, err = store.Lock(t.Context(), "l", "me", time.Hour)
	next("lock", err)
	if taken, err := store.Lock(t.Context(), "l", "you", time.Hour); taken || err != nil {
		t.Errorf("a lock that is held is taken: %v, %v", taken, err)
	}
	next("expiry", store.DeleteExpired(t.Context(), model))
	_, err = store.Delete(t.Context(), authors, "6ba7b810-9dad-41d1-80b4-00c04fd430c8")
	next("delete", err)
}
