package sqlite

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// TestConnections looks at the settings that the guarantees of the package rest on.
func TestConnections(t *testing.T) {
	s := openCore(t)
	for _, c := range []struct {
		name   string
		pool   *pool
		pragma string
		want   any
	}{
		{"commits wait for the disk", s.write, "synchronous", int64(2)},
		{"references are looked at", s.write, "foreign_keys", int64(1)},
		{"readers do not write", s.read, "query_only", int64(1)},
		{"writes go ahead in a log", s.read, "journal_mode", "wal"},
	} {
		var got any
		if err := c.pool.db.QueryRowContext(t.Context(), "PRAGMA "+c.pragma).Scan(&got); err != nil || got != c.want {
			t.Errorf("%s: %s is %v, want %v (%v)", c.name, c.pragma, got, c.want, err)
		}
	}
}

// TestClockSetBack publishes after events that happened in what is now the future.
func TestClockSetBack(t *testing.T) {
	s := openCore(t)
	future := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	if _, err := s.write.exec(t.Context(), "INSERT INTO cluster_events VALUES ('i', 'n', ?, NULL, ?, 'c', 'before')",
		future.UnixMilli(), future.Add(time.Hour).UnixMilli()); err != nil {
		t.Fatal(err)
	}
	position, err := s.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if position.Before(future) {
		t.Errorf("it is %v, and an event happened at %v", position, future)
	}
	if err := s.Publish(t.Context(), "n", []datastore.Event{{Channel: "c", Data: "after"}}, time.Minute, time.Hour); err != nil {
		t.Fatal(err)
	}
	events, _, err := s.Events(t.Context(), []string{"c"}, position.Add(-time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != 2 || events[1].Data != "after" || !events[1].NotBefore.Equal(events[1].At.Add(time.Minute)) {
		t.Errorf("the events are %v", events)
	}
}

// TestCascadeTakesWhatWouldKeepIt deletes a row whose child is kept by a grandchild that goes along with it.
func TestCascadeTakesWhatWouldKeepIt(t *testing.T) {
	workspaces := entity.Core(entity.Options{})[0]
	reference := func(to, onDelete string) schema.Field {
		return schema.Field{Name: to, Type: schema.Foreign, Reference: to, OnDelete: onDelete}
	}
	top := &schema.Entity{Name: "top", Fields: []schema.Field{typedef.ID}}
	middle := &schema.Entity{Name: "middle", Fields: []schema.Field{typedef.ID, reference("top", schema.Cascade)}}
	bottom := &schema.Entity{Name: "bottom", Fields: []schema.Field{
		typedef.ID, reference("top", schema.Cascade), reference("middle", ""),
	}}
	m, err := schema.NewModel(workspaces, top, middle, bottom)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "test.db"), Model: m})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	insert := func(e *schema.Entity, id string, parents ...string) {
		t.Helper()
		row := datastore.Document{"id": id}
		for i := 0; i < len(parents); i += 2 {
			row[parents[i]] = datastore.Document{"id": parents[i+1]}
		}
		if err := s.Insert(t.Context(), e, row); err != nil {
			t.Fatal(err)
		}
	}
	insert(top, "1")
	insert(middle, "2", "top", "1")
	insert(bottom, "3", "top", "1", "middle", "2")
	insert(top, "4")
	insert(bottom, "5", "top", "4", "middle", "2")

	var referenced *datastore.ReferencedError
	if _, err := s.Delete(t.Context(), top, "1"); !errors.As(err, &referenced) || referenced.Child != "bottom" {
		t.Errorf("deleted although a row of another stands in the way: %v", err)
	}
	for _, id := range []string{"4", "1"} {
		if deleted, err := s.Delete(t.Context(), top, id); !deleted || err != nil {
			t.Errorf("deleted %s: %v %v", id, deleted, err)
		}
	}
}

// TestUnknownNames asks for what no description knows.
func TestUnknownNames(t *testing.T) {
	s := openCore(t)
	services := s.model.Entity("services")
	row := datastore.Document{"id": "1"}
	for name, call := range map[string]func() error{
		"entity": func() error { return s.Insert(t.Context(), &schema.Entity{Name: "unknown"}, row) },
		"internal entity": func() error {
			_, err := s.Page(t.Context(), s.model.Entity("tags"), datastore.Query{Size: 1})
			return err
		},
		"key": func() error {
			_, err := s.Select(t.Context(), services, datastore.Key{Field: "unknown"}, "")
			return err
		},
		"parent": func() error {
			_, err := s.Page(t.Context(), services, datastore.Query{Size: 1, Parent: datastore.Key{Field: "unknown"}})
			return err
		},
		"conflict in a field that is not unique": func() error {
			_, err := s.Upsert(t.Context(), services, "host", row)
			return err
		},
		"reference of another type": func() error {
			return s.Insert(t.Context(), services, datastore.Document{"id": "1", "client_certificate": "x"})
		},
	} {
		if err := call(); err == nil {
			t.Errorf("an unknown %s was accepted", name)
		}
	}
}
