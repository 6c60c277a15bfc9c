package sqlite

import (
	"math"
	"reflect"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

func TestColumnsKeepValues(t *testing.T) {
	field := func(kind schema.Type) *column {
		c := fieldColumn(schema.Column{Name: "f", Field: &schema.Field{Name: "f", Type: kind}})
		return &c
	}
	for _, c := range []struct {
		name   string
		column *column
		value  any
		stored any
	}{
		{"text", field(schema.String), "a", "a"},
		{"empty text", field(schema.String), "", ""},
		{"integer", field(schema.Integer), int64(math.MaxInt64), int64(math.MaxInt64)},
		{"fraction", field(schema.Number), 0.5, 0.5},
		{"whole number", field(schema.Number), int64(7), int64(7)},
		{"reference", field(schema.Foreign), map[string]any{"id": "x"}, "x"},
		{"empty list", field(schema.Array), []any{}, "[]"},
		{"list of an empty string", field(schema.Array), []any{""}, `[""]`},
		{"list of strings", field(schema.Set), []any{"a", "b,c", "]"}, `["a","b,c","]"]`},
		{"list with quotes", field(schema.Set), []any{`"`, `","`, `\`}, `["\"","\",\"","\\"]`},
		{"list of numbers", field(schema.Array), []any{int64(1<<53 + 1), 0.5}, "[9007199254740993,0.5]"},
		{"mixed list", field(schema.Array), []any{"a", nil, "b", []any{"c"}}, `["a",null,"b",["c"]]`},
		{"empty map", field(schema.Map), map[string]any{}, "{}"},
		{"record", field(schema.Record), map[string]any{"a": nil, "b": "<&>"}, `{"a":null,"b":"<&>"}`},
		{"json text", field(schema.JSON), "text", `"text"`},
		{"null", field(schema.Record), nil, nil},
	} {
		stored, err := c.column.encode(c.value)
		if err != nil || !reflect.DeepEqual(stored, c.stored) {
			t.Errorf("%s is stored as %#v, want %#v (%v)", c.name, stored, c.stored, err)
		}
		read, err := c.column.decode(stored)
		if err != nil || !reflect.DeepEqual(read, c.value) {
			t.Errorf("%s reads as %#v, want %#v (%v)", c.name, read, c.value, err)
		}
	}
}

func TestColumnsRefuseWhatTheyCannotHold(t *testing.T) {
	reference := fieldColumn(schema.Column{Name: "f_id", Field: &schema.Field{Name: "f", Type: schema.Foreign}})
	for _, v := range []any{"x", map[string]any{}, map[string]any{"id": int64(1)}} {
		if stored, err := reference.encode(v); err == nil {
			t.Errorf("%v was stored as %v", v, stored)
		}
	}
	list := fieldColumn(schema.Column{Name: "f", Field: &schema.Field{Name: "f", Type: schema.Array}})
	if _, err := list.decode(`["a"`); err == nil {
		t.Error("half a list was read")
	}
}

// FuzzPlainList compares the short cut with the way around it.
func FuzzPlainList(f *testing.F) {
	f.Add("a", "b")
	f.Add("", `","`)
	f.Add(`\`, "]\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, list := range [][]any{{a}, {a, b}, {a, nil, b}, {[]any{a}, b}} {
			text, err := encodeJSON(list)
			if err != nil {
				t.Fatal(err)
			}
			short, ok := plainList(text)
			if !ok {
				continue
			}
			// What JSON can't hold was replaced when it was written.
			again, err := encodeJSON(short)
			if err != nil || again != text {
				t.Fatalf("%s was read as %q", text, short)
			}
		}
	})
}
