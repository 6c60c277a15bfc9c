package datastore_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Rows that say the same have one hash, and all others hashes of their own.
func TestRowHash(t *testing.T) {
	model, err := schema.NewModel(entity.Core(entity.Options{})...)
	if err != nil {
		t.Fatal(err)
	}
	type row = datastore.Document
	list := func(members ...any) []any { return members }
	alike := [][]row{
		{{}, {"name": nil}, {"hosts": list()}, {"headers": map[string]any{}}, {"headers": map[string]any{"a": nil}}, {"ws_id": "w"}},
		{{"name": "a"}, {"name": "a", "tags": nil}},
		{{"name": "ab"}},
		{{"name": "a", "path_handling": "b"}},
		{{"name": ""}},
		{{"regex_priority": int64(5)}, {"regex_priority": float64(5)}},
		{{"regex_priority": 5.5}},
		{{"regex_priority": "5"}},
		{{"strip_path": true}},
		{{"strip_path": false}},
		{{"methods": list("GET", "PUT")}, {"methods": list("PUT", "GET")}},
		{{"methods": list("GETPUT")}},
		{{"paths": list("/a", "/b")}},
		{{"paths": list("/b", "/a")}},
		{{"paths": list("/a,/b")}},
		{{"paths": list(nil)}},
		{{"headers": map[string]any{"a": list("1"), "b": list("2")}}},
		{{"headers": map[string]any{"a": list("1", "2")}}},
		{{"headers": map[string]any{"a": list("1")}}, {"headers": map[string]any{"a": list("1"), "b": list()}}},
	}
	seen := map[[32]byte]row{}
	for _, rows := range alike {
		var first [32]byte
		for i, r := range rows {
			hash, err := datastore.RowHash(model.Entity("routes"), r)
			if err != nil {
				t.Fatalf("%v: %v", r, err)
			}
			if i == 0 {
				first = hash
				if other, taken := seen[hash]; taken {
					t.Errorf("%v and %v have the same hash", r, other)
				}
				seen[hash] = r
			} else if hash != first {
				t.Errorf("%v and %v have different hashes", r, rows[0])
			}
		}
	}
}

func TestDigest(t *testing.T) {
	a, b := [32]byte{1, 31: 255}, [32]byte{0: 255, 7: 255, 31: 2}
	var one, other datastore.Digest
	one.Add(a)
	one.Add(b)
	other.Add(b)
	if one == other {
		t.Error("a row counts for nothing")
	}
	other.Add(a)
	if one != other {
		t.Errorf("the order counts: %v, %v", one, other)
	}
	one.Remove(a)
	one.Remove(b)
	if one != (datastore.Digest{}) {
		t.Errorf("%v is left of nothing", one)
	}
}
