package postgres_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// live makes a node do something of everything.
func live(t *testing.T, n *node) {
	t.Helper()
	service := n.insert("services", datastore.Document{"name": "s", "host": "h", "tags": []any{"t"}})
	n.insert("routes", datastore.Document{"paths": []any{"/"}, "service": datastore.Document{"id": service["id"]}})
	consumer := n.insert("consumers", datastore.Document{"username": "c"})
	owner := datastore.Document{"id": consumer["id"]}
	n.insert("basicauth_credentials", datastore.Document{"username": "u", "password": "secret", "consumer": owner})
	n.insert("keyauth_credentials", datastore.Document{"key": "k", "ttl": int64(100), "consumer": owner})
	n.insert("acls", datastore.Document{"group": "g", "consumer": owner})
	n.insert("plugins", datastore.Document{"name": "key-auth"})
	upstream := n.insert("upstreams", datastore.Document{"name": "u"})
	parent := datastore.Document{"id": upstream["id"]}
	n.insert("targets", datastore.Document{"target": "[2001:DB8::1]", "upstream": parent})
	n.update("services", datastore.DocumentID(service), datastore.Document{"retries": int64(1)})
	if _, err := n.store.Lock(t.Context(), "work", n.id, time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := n.store.Unlock(t.Context(), "work", n.id); err != nil {
		t.Fatal(err)
	}
	if err := n.store.DeleteExpired(t.Context(), n.db.Model()); err != nil {
		t.Fatal(err)
	}
}

func TestJoiningD1LeavesTagsToTheTriggers(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	n.insert("services", datastore.Document{"host": "h", "tags": []any{"t"}})
	checkAlike(t, "rows of tags", 1, value(t, location, "SELECT count(*) FROM tags WHERE entity_name = 'services' AND tags = '{t}'"))
	run(t, location, "ALTER TABLE services DISABLE TRIGGER USER")
	n.insert("services", datastore.Document{"host": "h", "tags": []any{"t"}})
	checkAlike(t, "rows of tags without triggers", 1, value(t, location, "SELECT count(*) FROM tags"))
}

func TestJoiningD2TouchesNothingOfOthers(t *testing.T) {
	t.Parallel()
	location := kong(t)
	run(t, location, `
		INSERT INTO locks VALUES ('theirs', 'somebody', CURRENT_TIMESTAMP + INTERVAL '1 hour');
		INSERT INTO clustering_data_planes (id, hostname, ip, config_hash, ttl)
			VALUES ('11111111-1111-4111-a111-111111111111', 'dp', '10.0.0.1', '', CURRENT_TIMESTAMP + INTERVAL '1 hour')`)
	insertEvent(t, location, general, "not expired")
	state := func() []any {
		return values(t, location, `
			SELECT to_jsonb(r)::text FROM schema_meta AS r UNION ALL SELECT to_jsonb(r)::text FROM parameters AS r
			UNION ALL SELECT to_jsonb(r)::text FROM workspaces AS r UNION ALL SELECT to_jsonb(r)::text FROM locks AS r
			UNION ALL SELECT to_jsonb(r)::text FROM clustering_data_planes AS r
			UNION ALL SELECT to_jsonb(r)::text FROM clustering_sync_version AS r
			UNION ALL SELECT to_jsonb(r)::text FROM clustering_sync_delta AS r
			UNION ALL SELECT to_jsonb(r)::text FROM cluster_events AS r WHERE data = 'not expired' ORDER BY 1`)
	}
	before := state()
	n := startNode(t, serverAt(t, location), nil)
	live(t, n)
	if taken, err := n.store.Lock(t.Context(), "theirs", n.id, time.Minute); taken || err != nil {
		t.Errorf("somebody else's lock: %v, %v", taken, err)
	}
	if err := n.store.Unlock(t.Context(), "theirs", n.id); err != nil {
		t.Error(err)
	}
	if after := state(); !reflect.DeepEqual(before, after) {
		t.Errorf("the tables hold\n%v\nand held\n%v", after, before)
	}
}

func TestJoiningD2PurgesWhatHasExpired(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	live(t, n)
	run(t, location, `
		ALTER TABLE sessions DISABLE TRIGGER USER; -- which purges too
		UPDATE cluster_events SET expire_at = CURRENT_TIMESTAMP - INTERVAL '1 s';
		UPDATE keyauth_credentials SET ttl = CURRENT_TIMESTAMP - INTERVAL '1 s';
		INSERT INTO sessions (id, session_id, ttl) VALUES ('11111111-1111-4111-a111-111111111111', 's', CURRENT_TIMESTAMP - INTERVAL '1 s')`)
	if err := n.store.DeleteExpired(t.Context(), n.db.Model()); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"cluster_events", "keyauth_credentials", "sessions"} {
		checkAlike(t, table, 0, value(t, location, "SELECT count(*) FROM "+table))
	}
}

// A row that somebody else is busy with is left for the next time.
func TestJoiningD10PurgesAroundLockedRows(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	run(t, location, `ALTER TABLE sessions DISABLE TRIGGER USER; -- which purges too
		INSERT INTO sessions (id, session_id, ttl) VALUES
		('11111111-1111-4111-a111-111111111111', 'a', CURRENT_TIMESTAMP - INTERVAL '1 s'),
		('11111111-1111-4111-a111-111111111112', 'b', CURRENT_TIMESTAMP - INTERVAL '1 s')`)
	tx, err := connect(t, location).Begin(t.Context())
	if err == nil {
		_, err = tx.Exec(t.Context(), "SELECT FROM sessions WHERE session_id = 'a' FOR UPDATE")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := n.store.DeleteExpired(t.Context(), n.db.Model()); err != nil {
		t.Fatal(err)
	}
	checkAlike(t, "rows", 1, value(t, location, "SELECT count(*) FROM sessions"))
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestJoiningD3AlwaysNamesTheWorkspace(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	live(t, n)
	for _, e := range n.db.Model().Entities() {
		if e.Workspaceable {
			checkAlike(t, e.Name+" without workspace", 0, value(t, location, "SELECT count(*) FROM "+e.TableName()+
				" WHERE ws_id IS DISTINCT FROM '"+n.db.Workspace()+"'"))
		}
	}
	checkAlike(t, "workspaces", 1, value(t, location, "SELECT count(*) FROM workspaces"))
}

// D4 is part of TestJoiningB4InsertsEventRowsAfterTheCommit.

func TestJoiningD5AddsNothingToTheSchema(t *testing.T) {
	t.Parallel()
	location := kong(t)
	live(t, startNode(t, serverAt(t, location), nil))
	checkTables(t, location, tables39)
}

func TestJoiningD6StoresWhatKongCanRead(t *testing.T) {
	t.Parallel()
	location := kong(t)
	live(t, startNode(t, serverAt(t, location), nil))
	checkAlike(t, "hashed passwords", 1, value(t, location, `SELECT count(*) FROM basicauth_credentials
		WHERE password ~ '^[0-9a-f]{40}$'`))
	if got := value(t, location, "SELECT target FROM targets"); got != "[2001:0db8:0000:0000:0000:0000:0000:0001]:8000" {
		t.Errorf("the target is stored as %v", got)
	}
}

func TestJoiningD7KeepsIDsAndPrecisions(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	const id = "ABCDEFAB-CDEF-4ABC-8DEF-ABCDEFABCDEF"
	row := n.insert("services", datastore.Document{"id": id, "host": "h"})
	if row["id"] != "abcdefab-cdef-4abc-8def-abcdefabcdef" {
		t.Errorf("the id is %v", row["id"])
	}
	live(t, n)
	for query, want := range map[string]int64{
		"SELECT count(*) FROM services WHERE created_at <> date_trunc('second', created_at)":       0,
		"SELECT count(*) FROM consumers WHERE created_at <> date_trunc('second', created_at)":      0,
		"SELECT count(*) FROM targets WHERE created_at <> date_trunc('milliseconds', created_at)":  0,
		"SELECT count(*) FROM keyauth_credentials WHERE ttl - created_at <> INTERVAL '100 second'": 0,
	} {
		checkAlike(t, query, want, value(t, location, query))
	}
}

// D8 is about Cassandra: see the package of that name. D9, like A7, is about commands that nobody has called.

func TestJoiningD9FinishesNoMigrations(t *testing.T) {
	t.Parallel()
	location := kong(t)
	run(t, location, `UPDATE schema_meta SET executed = array_remove(executed, '024_380_to_390'), pending = '{024_380_to_390}'
		WHERE subsystem = 'core'`)
	live(t, startNode(t, serverAt(t, location), nil))
	checkAlike(t, "pending migrations", 1, value(t, location, "SELECT count(*) FROM schema_meta WHERE pending = '{024_380_to_390}'"))
}

func TestJoiningD10HoldsNoLocks(t *testing.T) {
	t.Parallel()
	location := kong(t)
	live(t, startNode(t, serverAt(t, location), nil))
	checkAlike(t, "sessions in a transaction", 0, value(t, location, `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'kongo' AND state <> 'idle'`))
}

func TestJoiningD11StoresNothingThatKongDoesNotKnow(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	for entity, body := range map[string]datastore.Document{
		"plugins":   {"name": "unheard-of"},
		"routes":    {"paths": []any{"/"}, "path_handling": "v9"},
		"services":  {"host": "h", "protocol": "gopher"},
		"upstreams": {"name": "u", "algorithm": "luck"},
	} {
		if _, err := n.db.Insert(t.Context(), n.entity(entity), body); datastore.ErrorCode(err) != datastore.CodeSchemaViolation {
			t.Errorf("%s: %v", entity, err)
		}
		checkAlike(t, entity, 0, value(t, location, "SELECT count(*) FROM "+entity))
	}
}
