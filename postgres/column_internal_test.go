package postgres

import (
	"reflect"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

func TestMoments(t *testing.T) {
	t.Parallel()
	whole := column{field: &schema.Field{Type: schema.Integer, Timestamp: true}}
	millis := column{field: &schema.Field{Type: schema.Number, Timestamp: true}}
	for _, c := range []struct {
		text        string
		whole, part any
	}{
		{"1700000000", int64(1700000000), int64(1700000000)},
		{"1700000000.123456", int64(1700000000), 1700000000.123},
		{"1700000000.9996", int64(1700000000), int64(1700000001)},
		{"-1.5", int64(-2), -1.5},
		{"Infinity", nil, nil},
		{"-Infinity", nil, nil},
	} {
		for column, want := range map[*column]any{&whole: c.whole, &millis: c.part} {
			if got, err := column.decode([]byte(c.text)); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %#v, %v, want %#v", c.text, got, err, want)
			}
		}
	}
}

func TestValuesThatAreNone(t *testing.T) {
	t.Parallel()
	fields := map[string]schema.Field{
		"no number":     {Type: schema.Integer},
		"{no list":      {Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
		"no document":   {Type: schema.Record},
		"never":         {Type: schema.Integer, Timestamp: true},
		`{"no","JSON"}`: {Type: schema.Set, Elements: &schema.Field{Type: schema.Record}},
	}
	for text, field := range fields {
		c := column{name: "c", field: &field}
		if v, err := c.decode([]byte(text)); err == nil {
			t.Errorf("%s is read as %v", text, v)
		}
	}
	for name, c := range map[string]struct {
		field schema.Field
		value any
	}{
		"a reference to nothing": {schema.Field{Type: schema.Foreign}, map[string]any{}},
		"a list that is none":    {schema.Field{Type: schema.Set, Elements: &schema.Field{Type: schema.String}}, "x"},
		"a text that is none":    {schema.Field{Type: schema.String}, []any{}},
	} {
		col := column{name: "c", field: &c.field}
		if v, err := col.encode(c.value); err == nil {
			t.Errorf("%s is written as %v", name, v)
		}
	}
}
