package schema_test

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

func TestModel(t *testing.T) {
	parent := &schema.Entity{Name: "parents"}
	child := &schema.Entity{Name: "children", Fields: []schema.Field{
		{Name: "one", Type: schema.Foreign, Reference: "parents"},
		{Name: "other", Type: schema.Foreign, Reference: "parents", OnDelete: schema.Cascade},
	}}
	m, err := schema.NewModel(parent, child)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.Entities(), []*schema.Entity{parent, child}) || m.Entity("children") != child || m.Entity("x") != nil {
		t.Errorf("entities: %v", m.Entities())
	}
	var fields []string
	for _, reference := range m.Children("parents") {
		fields = append(fields, reference.Entity.Name+"."+reference.Field.Name)
	}
	if !slices.Equal(fields, []string{"children.one", "children.other"}) || len(m.Children("children")) > 0 {
		t.Errorf("children: %v", fields)
	}
	if _, err := schema.NewModel(parent, parent); err == nil || !strings.Contains(err.Error(), "parents") {
		t.Errorf("an entity twice: %v", err)
	}
	if _, err := schema.NewModel(child); err == nil || !strings.Contains(err.Error(), "children") {
		t.Errorf("a child without its parent: %v", err)
	}
}

func TestNames(t *testing.T) {
	plain := &schema.Entity{Name: "services"}
	named := &schema.Entity{Name: "vaults", Table: "sm_vaults", AdminName: "safe", AdminNestedName: "nested"}
	flat := &schema.Entity{Name: "keys", AdminName: "key-things"}
	for _, c := range []struct{ got, want string }{
		{plain.TableName(), "services"}, {plain.CollectionName(), "services"}, {plain.NestedName(), "services"},
		{plain.ErrorType(), "service"},
		{named.TableName(), "sm_vaults"}, {named.CollectionName(), "safe"}, {named.NestedName(), "nested"},
		{flat.NestedName(), "key-things"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

func TestColumns(t *testing.T) {
	e := &schema.Entity{
		Name: "e", CacheKey: []string{"a", "b"},
		Fields: []schema.Field{
			{Name: "id", Type: schema.String}, {Name: "passing", Type: schema.String, Transient: true},
			{Name: "owner", Type: schema.Foreign}, {Name: "tags", Type: schema.Set},
		},
	}
	var names []string
	for _, c := range e.Columns() {
		names = append(names, c.Name+"="+c.Field.Name)
	}
	if !slices.Equal(names, []string{"id=id", "owner_id=owner", "tags=tags"}) {
		t.Errorf("columns: %v", names)
	}
	if !e.HasTags() || !e.CompositeCacheKey() || (&schema.Entity{CacheKey: []string{"a"}}).CompositeCacheKey() {
		t.Error("tags or cache key")
	}
}

func TestDescribe(t *testing.T) {
	e := &schema.Entity{
		Name: "e",
		Fields: []schema.Field{
			{Name: "id", Type: schema.String, UUID: true, Auto: true},
			{Name: "size", Type: schema.Integer, Required: schema.Required, Default: 3, Between: []float64{0, 10}},
			{Name: "none", Type: schema.Foreign, Required: schema.Optional, Default: schema.Null, Reference: "f", OnDelete: schema.Cascade},
			{Name: "list", Type: schema.Array, LenMin: pointer(1), Elements: &schema.Field{Type: schema.String, OneOf: []any{"a"}}},
			{Name: "map", Type: schema.Map, Keys: &schema.Field{Type: schema.String}, Values: &schema.Field{Type: schema.Number}},
			{Name: "record", Type: schema.Record, Fields: []schema.Field{{Name: "m", Type: schema.Boolean, Eq: schema.Null}},
				Checks: []schema.Check{schema.AtLeastOneOf{"m"}}},
			{Name: "name", Type: schema.String, Unique: true, UniqueAcrossWorkspaces: true, Match: "^a",
				MatchAny: &schema.PatternChoice{Patterns: []string{"b"}, Err: "no"}, GreaterThan: pointer(2.0)},
		},
		Checks: []schema.Check{
			schema.Conditional{If: "size", IfMatch: schema.Field{Eq: 1}, Then: "name", ThenMatch: schema.Field{Required: schema.Required}},
			schema.CustomCheck{Fields: []string{"size"}, RunWithMissing: true},
		},
		Shorthands: []schema.Shorthand{{Field: schema.Field{Name: "url", Type: schema.String}}},
	}
	want := `{
		"fields": [
			{"id": {"type":"string","uuid":true,"auto":true}},
			{"size": {"type":"integer","required":true,"default":3,"between":[0,10]}},
			{"none": {"type":"foreign","required":false,"default":null,"reference":"f","on_delete":"cascade"}},
			{"list": {"type":"array","len_min":1,"elements":{"type":"string","one_of":["a"]}}},
			{"map": {"type":"map","keys":{"type":"string"},"values":{"type":"number"}}},
			{"record": {"type":"record","fields":[{"m":{"type":"boolean","eq":null}}],"entity_checks":[{"at_least_one_of":["m"]}]}},
			{"name": {"type":"string","unique":true,"unique_across_ws":true,"match":"^a","gt":2,
				"match_any":{"patterns":["b"],"err":"no"}}}
		],
		"entity_checks": [
			{"conditional":{"if_field":"size","if_match":{"eq":1},"then_field":"name","then_match":{"required":true}}},
			{"custom_entity_check":{"field_sources":["size"],"run_with_missing_fields":true}}
		],
		"shorthand_fields": [{"url":{"type":"string"}}]
	}`
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if got := show(t, e.Describe()); got != show(t, wanted) {
		t.Errorf("%s\nwant\n%s", got, show(t, wanted))
	}
	sub := &schema.Subschema{Fields: e.Fields[:1], Checks: e.Checks[1:]}
	if got, want := show(t, sub.Describe()), `{"entity_checks":[{"custom_entity_check":{"field_sources":["size"],`+
		`"run_with_missing_fields":true}}],"fields":[{"id":{"auto":true,"type":"string","uuid":true}}]}`; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestNormalize(t *testing.T) {
	for _, c := range []struct{ value, want any }{
		{json.Number("1"), int64(1)},
		{json.Number("1.0"), int64(1)},
		{json.Number("1e3"), int64(1000)},
		{json.Number("-0.5"), -0.5},
		{json.Number("9223372036854775807"), int64(math.MaxInt64)},
		{json.Number("9223372036854775808"), 9223372036854775808.0},
		{json.Number("1e999"), math.Inf(1)},
		{2.0, int64(2)},
		{float32(0.5), 0.5},
		{3, int64(3)},
		{uint64(math.MaxUint64), float64(math.MaxUint64)},
		{uint64(4), int64(4)},
		{true, true},
		{nil, nil},
		{[]any{1, map[string]any{"a": 2.0}}, []any{int64(1), map[string]any{"a": int64(2)}}},
	} {
		if got := schema.Normalize(c.value); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%#v became %#v, want %#v", c.value, got, c.want)
		}
	}
}

func TestIDsAndReferences(t *testing.T) {
	for text, want := range map[string]bool{
		"11111111-1111-4111-8111-11111111aaaa":  true,
		"11111111-1111-4111-8111-11111111AAAA":  true,
		"00000000-0000-0000-0000-000000000000":  true,
		"11111111-1111-4111-8111-11111111aaag":  false,
		"11111111+1111-4111-8111-11111111aaaa":  false,
		"11111111-1111-4111-8111-11111111aaaaa": false,
		"":                                      false,
	} {
		if got := schema.IsUUID(text); got != want {
			t.Errorf("%q is an id: %v", text, got)
		}
	}
	for text, want := range map[string]bool{
		"{vault://env/x}": true, "{vault://}": true, "vault://env/x": false, "{vault://env/x": false, "": false,
	} {
		if got := schema.IsReference(text); got != want {
			t.Errorf("%q is a reference: %v", text, got)
		}
	}
}
