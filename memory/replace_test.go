package memory_test

import (
	"context"
	"errors"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
)

func model(t *testing.T) *schema.Model {
	t.Helper()
	m, err := schema.NewModel(entity.Core(entity.Options{RouterFlavor: "traditional_compatible"})...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// consumers are rows of consumers with some names.
func consumers(e *schema.Entity, names ...string) memory.Rows {
	codec := compact.NewCodec(e)
	rows := memory.Rows{Entity: e}
	for i, name := range names {
		rows.Rows = append(rows.Rows, codec.Encode(datastore.Document{
			"id": "aaaaaaaa-0000-4000-8000-00000000000" + string(rune('9'-i)), "username": name, "tags": []any{name},
			schema.ColumnWorkspace: memory.DefaultWorkspace,
		}))
	}
	return rows
}

func names(t *testing.T, s *memory.Store, e *schema.Entity, q datastore.Query) []string {
	t.Helper()
	q.Size = 100
	page, err := s.Page(t.Context(), e, q)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, row := range page.Rows {
		found = append(found, row["username"].(string))
	}
	return found
}

// TestReplace replaces everything that a store holds.
func TestReplace(t *testing.T) {
	m := model(t)
	e := m.Entity("consumers")
	s := memory.New(memory.Options{Model: m, ReadOnly: true})
	if err := s.Replace(t.Context(), consumers(e, "b", "a")); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s, e, datastore.Query{}); len(got) != 2 || got[0] != "a" || got[1] != "b" {
		t.Errorf("consumers %v, want them by id", got)
	}
	if got := names(t, s, e, datastore.Query{Tags: []string{"b"}}); len(got) != 1 || got[0] != "b" {
		t.Errorf("consumers %v with the tag b", got)
	}
	row, err := s.Select(t.Context(), e, datastore.Key{Field: "username", Value: "a"}, memory.DefaultWorkspace)
	if err != nil || row["username"] != "a" {
		t.Errorf("%v, error %v", row, err)
	}

	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Replace(over, consumers(e, "c")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if got := names(t, s, e, datastore.Query{}); len(got) != 2 {
		t.Errorf("consumers %v after a change that was too late", got)
	}

	if err := s.Replace(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s, e, datastore.Query{}); len(got) != 0 {
		t.Errorf("consumers %v, want none", got)
	}
	workspace, err := s.Select(t.Context(), m.Entity("workspaces"), datastore.ID(memory.DefaultWorkspace), "")
	if err != nil || workspace["name"] != "default" {
		t.Errorf("the workspace is %v, error %v", workspace, err)
	}
}

// TestReadOnly writes single rows to a store that takes none.
func TestReadOnly(t *testing.T) {
	m := model(t)
	e := m.Entity("consumers")
	s := memory.New(memory.Options{Model: m, ReadOnly: true})
	row := datastore.Document{"id": "aaaaaaaa-0000-4000-8000-000000000001", "username": "a"}
	_, upsert := s.Upsert(t.Context(), e, "id", row)
	_, remove := s.Delete(t.Context(), e, "aaaaaaaa-0000-4000-8000-000000000001")
	for what, err := range map[string]error{
		"insert": s.Insert(t.Context(), e, row), "update": s.Update(t.Context(), e, row), "upsert": upsert, "delete": remove,
	} {
		if !errors.Is(err, datastore.ErrReadOnly) {
			t.Errorf("%s: error %v", what, err)
		}
	}
}
