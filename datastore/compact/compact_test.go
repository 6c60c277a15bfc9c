package compact_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// things is an entity with fields of all types.
var things = schema.Entity{Name: "things", Fields: []schema.Field{
	{Name: "id", Type: schema.String, UUID: true},
	{Name: "name", Type: schema.String},
	{Name: "count", Type: schema.Integer, Default: int64(5)},
	{Name: "share", Type: schema.Number},
	{Name: "on", Type: schema.Boolean, Default: true},
	{Name: "tags", Type: schema.Set, Elements: &schema.Field{Type: schema.String}},
	{Name: "parent", Type: schema.Foreign, Reference: "things"},
	{Name: "config", Type: schema.Record, Fields: []schema.Field{{Name: "x", Type: schema.String}}},
	{Name: "headers", Type: schema.Map, Keys: &schema.Field{Type: schema.String}, Values: &schema.Field{Type: schema.String}},
}}

const id = "aaaaaaaa-0000-4000-8000-000000000001"

var rows = map[string]datastore.Document{
	"usual values": {
		"id": id, "name": nil, "count": int64(5), "share": nil, "on": true, "tags": nil, "parent": nil, "config": nil, "headers": nil,
	},
	"other values": {
		"id": id, "name": "a", "count": int64(-7), "share": 0.25, "on": false, "tags": []any{"a", "b"},
		"parent": datastore.Document{"id": id}, "config": datastore.Document{"x": "y"}, "headers": datastore.Document{"k": "v"},
	},
	"nulls in place of defaults": {"id": id, "count": nil, "on": nil},
	"empty collections":          {"id": id, "tags": []any{}, "config": datastore.Document{}, "headers": datastore.Document{}},
	"difficult text": {
		"id": id, "name": "\"\\\x00\n,]}{[:é😀\u2028\\", "tags": []any{`"`, `\`, `\"`, `],`, ""}, "headers": datastore.Document{`"a\`: `}`},
	},
	"numbers": {"id": id, "share": 1e300, "count": int64(1) << 62},
	"small":   {"id": id, "share": 1e-9},
	"columns that stores add": {
		"id": id, schema.ColumnWorkspace: "w", schema.ColumnCacheKey: "things:a::::w", schema.ColumnTTL: int64(1795215936),
	},
	"nested": {"id": id, "config": datastore.Document{"a": []any{datastore.Document{"b": []any{[]any{}, nil, true, int64(1)}}}}},
}

// TestRoundTrip encodes rows and decodes them.
func TestRoundTrip(t *testing.T) {
	codec := compact.NewCodec(&things)
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			want := things.Complete(schema.Clone(row)) // what is missing has its usual value
			got := codec.Decode(codec.Encode(want))
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %#v\nwant %#v", got, want)
			}
			var shown datastore.Document
			if err := json.Unmarshal(codec.AppendJSON(nil, codec.Encode(want)), &shown); err != nil {
				t.Fatal(err)
			}
			for _, column := range []string{schema.ColumnWorkspace, schema.ColumnCacheKey, schema.ColumnTTL} {
				delete(want, column)
			}
			text, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			var plain datastore.Document
			if err := json.Unmarshal(text, &plain); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(shown, plain) {
				t.Errorf("as JSON\ngot  %v\nwant %v", shown, plain)
			}
		})
	}
}

// TestTexts lists what a row can be looked up by.
func TestTexts(t *testing.T) {
	codec := compact.NewCodec(&things)
	found := map[string][]string{}
	codec.Texts(codec.Encode(rows["other values"]), func(field, value string) { found[field] = append(found[field], value) })
	want := map[string][]string{"id": {id}, "name": {"a"}, "tags": {"a", "b"}, "parent": {id}}
	if !maps.EqualFunc(found, want, slices.Equal) {
		t.Errorf("got %v, want %v", found, want)
	}
}

// FuzzText attacks the reading of texts with strings of all kinds.
func FuzzText(f *testing.F) {
	f.Add("plain", `\"`, "\x00\n]}")
	codec := compact.NewCodec(&things)
	f.Fuzz(func(t *testing.T, name, tag, key string) {
		row := things.Complete(datastore.Document{
			"id": id, "name": name, "tags": []any{tag, name}, "headers": datastore.Document{key: tag},
		})
		if got := codec.Decode(codec.Encode(row)); !reflect.DeepEqual(got, row) {
			t.Errorf("got  %#v\nwant %#v", got, row)
		}
	})
}
