package schema_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// parse reads a JSON value in the form of package schema.
func parse(t testing.TB, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return schema.Normalize(v)
}

func document(t testing.TB, text string) map[string]any {
	t.Helper()
	return parse(t, text).(map[string]any)
}

// show writes a value as JSON, members sorted.
func show(t testing.TB, v any) string {
	t.Helper()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func pointer[T any](v T) *T { return &v }

// validate runs a body through the preparation and validation of an insert and returns the errors as JSON, "null" for none.
func validate(t testing.TB, e *schema.Entity, body string) string {
	t.Helper()
	doc, errs := e.Prepare(document(t, body), schema.Insert, time.Unix(1700000000, 0))
	if errs == nil {
		errs = e.Validate(doc, schema.ValidateOptions{})
	}
	return show(t, errs)
}

// TestFields checks one value of one field at a time. The wanted text is what is recorded under the field, as JSON.
func TestFields(t *testing.T) {
	text := schema.Field{Type: schema.String}
	integer := schema.Field{Type: schema.Integer}
	for _, c := range []struct {
		name        string
		field       schema.Field
		value, want string
	}{
		{"string", text, `"a"`, ``},
		{"string", text, `1`, `"expected a string"`},
		{"string", text, `""`, `"length must be at least 1"`},
		{"empty string allowed", schema.Field{Type: schema.String, LenMin: pointer(0)}, `""`, ``},
		{"integer", integer, `1000.0`, ``},
		{"integer", integer, `1e3`, ``},
		{"integer", integer, `1.5`, `"expected an integer"`},
		{"integer", integer, `"1"`, `"expected an integer"`},
		{"number", schema.Field{Type: schema.Number}, `1.5`, ``},
		{"number", schema.Field{Type: schema.Number}, `true`, `"expected a number"`},
		{"number", schema.Field{Type: schema.Number}, `1e999`, `"expected a number"`},
		{"boolean", schema.Field{Type: schema.Boolean}, `"true"`, `"expected a boolean"`},
		{"array", schema.Field{Type: schema.Array, Elements: &text}, `"a"`, `"expected an array"`},
		{"array", schema.Field{Type: schema.Array, Elements: &text}, `{}`, ``},
		{"array", schema.Field{Type: schema.Array, Elements: &text}, `["a",1,"b",null]`,
			`[null,"expected a string",null,"required field missing"]`},
		{"set", schema.Field{Type: schema.Set, Elements: &text}, `{"a":"b"}`, `"expected a set"`},
		{"map", schema.Field{Type: schema.Map, Keys: &text, Values: &integer}, `[1]`, `"expected a string"`},
		{"map", schema.Field{Type: schema.Map, Keys: &text, Values: &integer}, `1`, `"expected a map"`},
		{"map", schema.Field{Type: schema.Map, Keys: &text, Values: &integer}, `[]`, ``},
		{"map", schema.Field{Type: schema.Map, Keys: &text, Values: &integer}, `{"a":1,"b":"2"}`, `"expected an integer"`},
		{"map", schema.Field{Type: schema.Map, Keys: &text, Values: &integer}, `{"":1}`, `"length must be at least 1"`},
		{"record", schema.Field{Type: schema.Record, Fields: []schema.Field{{Name: "a", Type: schema.Integer}}}, `1`,
			`"expected a record"`},
		{"record", schema.Field{Type: schema.Record, Fields: []schema.Field{{Name: "a", Type: schema.Integer}}}, `{"b":1}`,
			`{"b":"unknown field"}`},
		{"record", schema.Field{Type: schema.Record, Fields: []schema.Field{
			{Name: "a", Type: schema.Integer, Required: schema.Required},
		}}, `{}`, `{"a":"required field missing"}`},
		{"record", schema.Field{Type: schema.Record, Fields: []schema.Field{{Name: "a", Type: schema.Integer}}}, `[1,2]`,
			`["unknown field","unknown field"]`},
		{"record", schema.Field{Type: schema.Record, Fields: []schema.Field{
			{Name: "a", Type: schema.Integer, Required: schema.Required},
		}}, `[1]`, `{"1":"unknown field","a":"required field missing"}`},
		{"foreign", schema.Field{Type: schema.Foreign}, `1`, `{"id":"missing primary key"}`},
		{"foreign", schema.Field{Type: schema.Foreign}, `"x"`, `{"id":"missing primary key"}`},
		{"foreign", schema.Field{Type: schema.Foreign}, `{}`, `{"id":"missing primary key"}`},
		{"foreign", schema.Field{Type: schema.Foreign}, `{"name":"x"}`, `{"id":"missing primary key"}`},
		{"foreign", schema.Field{Type: schema.Foreign}, `{"id":null}`, `{"id":"required field missing"}`},
		{"foreign", schema.Field{Type: schema.Foreign}, `{"id":"x"}`, `{"id":"expected a valid UUID"}`},
		{"foreign", schema.Field{Type: schema.Foreign}, `{"id":"11111111-1111-4111-8111-11111111111A"}`, ``},
		{"required", schema.Field{Type: schema.String, Required: schema.Required}, `null`, `"required field missing"`},
		{"optional", text, `null`, ``},
		{"eq", schema.Field{Type: schema.String, Eq: "x"}, `"y"`, `"value must be x"`},
		{"eq null", schema.Field{Type: schema.String, Eq: schema.Null}, `"y"`, `"value must be null"`},
		{"eq null", schema.Field{Type: schema.String, Eq: schema.Null}, `null`, ``},
		{"ne", schema.Field{Type: schema.Boolean, Ne: true}, `true`, `"value must not be true"`},
		{"one_of", schema.Field{Type: schema.Integer, OneOf: []any{1, 2}}, `3`, `"expected one of: 1, 2"`},
		{"one_of", schema.Field{Type: schema.Integer, OneOf: []any{1, 2}}, `2`, ``},
		{"not_one_of", schema.Field{Type: schema.String, NotOneOf: []any{"a", "b"}}, `"b"`, `"must not be one of: a, b"`},
		{"gt", schema.Field{Type: schema.Number, GreaterThan: pointer(0.5)}, `0.5`, `"value must be greater than 0.5"`},
		{"timestamp", schema.Field{Type: schema.Integer, Timestamp: true}, `0`, `"expected a valid timestamp"`},
		{"uuid", schema.Field{Type: schema.String, UUID: true}, `"abc"`, `"expected a valid UUID"`},
		{"is_regex", schema.Field{Type: schema.String, IsRegex: true}, `"("`, `"not a valid regex: ("`},
		{"between", schema.Field{Type: schema.Integer, Between: []float64{0, 10}}, `11`, `"value should be between 0 and 10"`},
		{"between", schema.Field{Type: schema.Integer, Between: []float64{0, 10}}, `10`, ``},
		{"len_eq", schema.Field{Type: schema.String, LenEq: pointer(2)}, `"abc"`, `"length must be 2"`},
		{"len_min", schema.Field{Type: schema.Array, Elements: &text, LenMin: pointer(1)}, `[]`, `"length must be at least 1"`},
		{"len_max", schema.Field{Type: schema.String, LenMax: pointer(2)}, `"ä!"`, `"length must be at most 2"`},
		{"starts_with", schema.Field{Type: schema.String, StartsWith: "/"}, `"a"`, `"should start with: /"`},
		{"match", schema.Field{Type: schema.String, Match: "^%u+$"}, `"Ab"`, `"invalid value: Ab"`},
		{"not_match", schema.Field{Type: schema.String, NotMatch: "%d"}, `"a1"`, `"invalid value: a1"`},
		{"match_none", schema.Field{Type: schema.String, MatchNone: []schema.Pattern{{Pattern: "//", Err: "no"}}}, `"a//"`, `"no"`},
		{"match_all", schema.Field{Type: schema.String, MatchAll: []schema.Pattern{{Pattern: "^a", Err: "no"}}}, `"b"`, `"no"`},
		{"match_any", schema.Field{Type: schema.String, MatchAny: &schema.PatternChoice{Patterns: []string{"^a", "^b"}, Err: "no"}},
			`"c"`, `"no"`},
		{"contains", schema.Field{Type: schema.Set, Elements: &text, Contains: "x"}, `["y"]`, `"expected to contain: x"`},
		{"validator", schema.Field{Type: schema.String, Validator: func(any) error { return errors.New("no") }}, `"a"`, `"no"`},
		{"subsets", schema.Field{Type: schema.Set, Elements: &text, MutuallyExclusiveSubsets: [][]string{{"a", "b"}, {"c"}}},
			`["b","c"]`, `"these sets are mutually exclusive: ('a', 'b'), ('c')"`},
		{"own message", schema.Field{Type: schema.String, OneOf: []any{"a"}, Err: "no"}, `"b"`, `"no"`},
		{"a wrong type keeps its message", schema.Field{Type: schema.String, Err: "no"}, `1`, `"expected a string"`},
		{"the first failure counts", schema.Field{Type: schema.String, OneOf: []any{"a"}, LenMin: pointer(9)}, `"b"`,
			`"expected one of: a"`},
		{"abstract", schema.Field{Type: schema.Record, Abstract: true}, `{}`,
			`"error in schema definition: abstract field was not specialized"`},
		{"reference to a secret", schema.Field{Type: schema.String, LenMax: pointer(1), Referenceable: true}, `"{vault://env/x}"`, ``},
		{"reference with a NUL", schema.Field{Type: schema.String, Referenceable: true}, `"{vault://env/\u0000}"`,
			`"must be valid UTF-8 without NUL characters"`},
		{"NUL", text, `"a\u0000"`, `"must be valid UTF-8 without NUL characters"`},
		{"NUL in a key", schema.Field{Type: schema.Map, Keys: &text, Values: &integer}, `{"\u0000":1}`,
			`"must be valid UTF-8 without NUL characters"`},
		{"no NUL that a field refuses by itself", schema.Field{Type: schema.String, Match: "^%u+$"}, `"a\u0000"`,
			`"invalid value: a\u0000"`},
		{"match_any without a message", schema.Field{Type: schema.String, MatchAny: &schema.PatternChoice{Patterns: []string{"^a"}}},
			`"b"`, `"invalid value: b"`},
		{"no reference to a secret", schema.Field{Type: schema.String, LenMax: pointer(1)}, `"{vault://env/x}"`,
			`"length must be at most 1"`},
	} {
		c.field.Name = "f"
		e := &schema.Entity{Name: "e", Fields: []schema.Field{c.field}}
		want := "null"
		if c.want != "" {
			want = `{"f":` + c.want + `}`
		}
		if got := validate(t, e, `{"f":`+c.value+`}`); got != want {
			t.Errorf("%s, %s: %s, want %s", c.name, c.value, got, want)
		}
	}
}

func TestUnknownAndMissingFields(t *testing.T) {
	e := &schema.Entity{Name: "e", Fields: []schema.Field{{Name: "f", Type: schema.String, Required: schema.Required}}}
	if got := validate(t, e, `{"g":1,"updated_at":"whatever"}`); got != `{"f":"required field missing","g":"unknown field"}` {
		t.Error(got)
	}
	if got := validate(t, e, `{"f":"a","ttl":1}`); got != `{"ttl":"unknown field"}` {
		t.Error(got)
	}
	expiring := *e
	expiring.TTL = true
	if got := validate(t, &expiring, `{"f":"a","ttl":1}`); got != `null` {
		t.Error(got)
	}
	if errs := e.Validate(map[string]any{}, schema.ValidateOptions{Partial: true}); errs != nil {
		t.Errorf("a partial document misses a field: %v", errs)
	}
	if errs := e.Validate(map[string]any{"f": nil}, schema.ValidateOptions{Partial: true}); errs == nil {
		t.Error("a partial document has null in a required field")
	}
	for name, want := range map[string]string{"f": "", "g": "unknown field"} {
		if got := e.ValidateField(name, "a"); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestChecks runs one check over a few documents. Members a to e are strings unless given otherwise.
func TestChecks(t *testing.T) {
	one := []schema.Field{
		{Name: "a", Type: schema.String, LenMin: pointer(0)}, {Name: "b", Type: schema.String}, {Name: "c", Type: schema.String},
		{Name: "r", Type: schema.Record, Required: schema.Optional, Fields: []schema.Field{{Name: "x", Type: schema.String}}},
	}
	entity := func(texts ...string) string {
		text, err := json.Marshal(texts)
		if err != nil {
			t.Fatal(err)
		}
		return `"@entity":` + string(text)
	}
	for _, c := range []struct {
		name       string
		check      schema.Check
		body, want string
	}{
		{"at least one", schema.AtLeastOneOf{"a", "b"}, `{"a":"","b":null}`,
			`{` + entity("at least one of these fields must be non-empty: 'a', 'b'") + `}`},
		{"at least one", schema.AtLeastOneOf{"a", "r.x"}, `{"r":{"x":"1"}}`, `null`},
		{"only one", schema.OnlyOneOf{"a", "b"}, `{"a":"1","b":"2"}`,
			`{` + entity("exactly one of these fields must be non-empty: 'a', 'b'") + `}`},
		{"only one", schema.OnlyOneOf{"a", "b"}, `{"a":"1"}`, `null`},
		{"all or none", schema.MutuallyRequired{"a", "b"}, `{"a":"1"}`,
			`{` + entity("all or none of these fields must be set: 'a', 'b'") + `}`},
		{"all or none", schema.MutuallyRequired{"a", "b"}, `{}`, `null`},
		{"exclusive", schema.MutuallyExclusive{"a", "b"}, `{"a":"1","b":"1"}`,
			`{` + entity("only one or none of these fields must be set: 'a', 'b'") + `}`},
		{"distinct", schema.Distinct{"a", "b"}, `{"a":"1","b":"1"}`,
			`{` + entity("values of these fields must be distinct: 'a', 'b'") + `}`},
		{"distinct", schema.Distinct{"a", "b"}, `{"a":null,"b":null}`, `null`},
		{
			"conditional", schema.Conditional{
				If: "a", IfMatch: schema.Field{Eq: "x"}, Then: "b", ThenMatch: schema.Field{Required: schema.Required},
			}, `{"a":"x"}`, `{` + entity("failed conditional validation given value of field 'a'") + `,"b":"required field missing"}`,
		},
		{
			"conditional", schema.Conditional{
				If: "a", IfMatch: schema.Field{Eq: "x"}, Then: "b", ThenMatch: schema.Field{Required: schema.Required},
			}, `{"a":"y"}`, `null`,
		},
		{
			"conditional with words of its own", schema.Conditional{
				If: "a", IfMatch: schema.Field{Eq: "x"}, Then: "r.x", ThenMatch: schema.Field{OneOf: []any{"1"}}, ThenErr: "not with %s",
			}, `{"a":"x","r":{"x":"2"}}`, `{` + entity("not with a") + `,"r":{"x":"expected one of: 1"}}`,
		},
		{
			"one of several on a condition", schema.ConditionalAtLeastOneOf{
				If: "a", IfMatch: schema.Field{Eq: "x"}, Then: []string{"b", "c"},
			}, `{"a":"x"}`, `{` + entity("at least one of these fields must be non-empty: 'b', 'c'") + `}`,
		},
		{
			"one of several otherwise", schema.ConditionalAtLeastOneOf{
				If: "a", IfMatch: schema.Field{Eq: "x"}, Then: []string{"b"}, ElseMatch: &schema.Field{Eq: "y"}, Else: []string{"c"},
				ElseErr: "set %s",
			}, `{"a":"y","b":"1"}`, `{` + entity("set 'c'") + `}`,
		},
		{
			"custom", schema.CustomCheck{Fields: []string{"a", "r.x"}, Check: func(doc map[string]any) error {
				return errors.New(show(t, doc))
			}}, `{"a":"1","b":"2","r":{"x":"3"}}`, `{` + entity(`{"a":"1","r":{"x":"3"}}`) + `}`,
		},
		{
			"custom, after a failure", schema.CustomCheck{Fields: []string{"b"}, Check: func(map[string]any) error {
				return errors.New("no")
			}}, `{"b":1}`, `{"b":"expected a string"}`,
		},
		{
			"custom, in spite of a failure", schema.CustomCheck{
				Fields: []string{"b"}, RunWithInvalid: true, Check: func(map[string]any) error { return errors.New("no") },
			}, `{"b":1}`, `{` + entity("no") + `,"b":"expected a string"}`,
		},
	} {
		e := &schema.Entity{Name: "e", Fields: one, Checks: []schema.Check{c.check}}
		if got := validate(t, e, c.body); got != c.want {
			t.Errorf("%s, %s:\n%s\nwant\n%s", c.name, c.body, got, c.want)
		}
	}
}

// TestChecksOfUpdates words some failures in another way.
func TestChecksOfUpdates(t *testing.T) {
	e := &schema.Entity{
		Name:   "e",
		Fields: []schema.Field{{Name: "a", Type: schema.String}, {Name: "b", Type: schema.String}},
		Checks: []schema.Check{schema.AtLeastOneOf{"a", "b"}},
	}
	got := e.Validate(map[string]any{"a": nil, "b": nil}, schema.ValidateOptions{Partial: true}).Error()
	if want := "schema violation (when updating, at least one of these fields must be non-empty: 'a', 'b')"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	e.Checks = []schema.Check{schema.Distinct{"a", "b"}}
	got = e.Validate(map[string]any{"a": "1"}, schema.ValidateOptions{Partial: true}).Error()
	if want := "schema violation (b: field required for entity check when updating)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestSubschemas chooses the variant of an entity.
func TestSubschemas(t *testing.T) {
	e := &schema.Entity{
		Name: "e", SubschemaKey: "kind", SubschemaErr: "no such kind: %s",
		Fields: []schema.Field{
			{Name: "kind", Type: schema.String, Default: "plain"},
			{Name: "config", Type: schema.Record, Abstract: true},
			{Name: "size", Type: schema.Integer},
		},
		Subschemas: map[string]*schema.Subschema{
			"plain": {Fields: []schema.Field{{
				Name: "config", Type: schema.Record, Required: schema.Required,
				Fields: []schema.Field{{Name: "depth", Type: schema.Integer, Default: 3}},
			}}},
			"tall": {
				Fields: []schema.Field{
					{Name: "size", Type: schema.Integer, Between: []float64{10, 20}},
					{Name: "config", Type: schema.Record, Required: schema.Optional},
				},
				Checks: []schema.Check{schema.AtLeastOneOf{"size"}},
			},
		},
	}
	for body, want := range map[string]string{
		`{}`:                           `null`,
		`{"config":{"depth":"x"}}`:     `{"config":{"depth":"expected an integer"}}`,
		`{"kind":"tall","size":5}`:     `{"size":"value should be between 10 and 20"}`,
		`{"kind":"tall"}`:              `{"@entity":["at least one of these fields must be non-empty: 'size'"]}`,
		`{"kind":"flat","size":"x"}`:   `{"kind":"no such kind: flat"}`,
		`{"kind":null}`:                `{"kind":"required field missing"}`,
		`{"kind":"plain","config":[]}`: `null`,
	} {
		if got := validate(t, e, body); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	doc, _ := e.Prepare(map[string]any{}, schema.Insert, time.Now())
	if got := show(t, doc); got != `{"config":{"depth":3},"kind":"plain","size":null}` {
		t.Errorf("prepared by default: %s", got)
	}
}

func TestTransformations(t *testing.T) {
	e := &schema.Entity{
		Name:   "e",
		Fields: []schema.Field{{Name: "secret", Type: schema.String}, {Name: "salt", Type: schema.String}, {Name: "hash", Type: schema.String}},
		Transformations: []schema.Transformation{{
			Input: []string{"secret"}, Needs: []string{"salt"},
			OnWrite: func(row map[string]any) (map[string]any, error) {
				return map[string]any{"hash": row["salt"].(string) + row["secret"].(string)}, nil
			},
		}},
	}
	if got, want := validate(t, e, `{"secret":"x"}`), `{"@entity":["all or none of these fields must be set: 'secret', 'salt'"]}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	row, err := e.Transform(document(t, `{"secret":"x","salt":"y"}`), document(t, `{"secret":"x"}`))
	if err != nil || row["hash"] != "yx" {
		t.Errorf("%v %v", row, err)
	}
	row, err = e.Transform(document(t, `{"secret":"x","salt":"y"}`), document(t, `{"salt":"y"}`))
	if err != nil || row["hash"] != nil {
		t.Errorf("nothing was given: %v %v", row, err)
	}
}
