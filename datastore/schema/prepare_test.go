package schema_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// animals have every kind of member that a preparation does something about.
var animals = schema.Entity{
	Name: "animals", TTL: true,
	Fields: []schema.Field{
		{Name: "id", Type: schema.String, UUID: true, Auto: true},
		{Name: "created_at", Type: schema.Integer, Timestamp: true, Auto: true},
		{Name: "updated_at", Type: schema.Number, Timestamp: true, Auto: true},
		{Name: "secret", Type: schema.String, Auto: true},
		{Name: "legs", Type: schema.Integer, Default: 4},
		{Name: "wild", Type: schema.Boolean, Required: schema.Required, Default: true},
		{Name: "name", Type: schema.String},
		{Name: "colours", Type: schema.Set, Elements: &schema.Field{Type: schema.String}},
		{Name: "den", Type: schema.Record, Fields: []schema.Field{
			{Name: "depth", Type: schema.Number, Default: 1.5},
			{Name: "exits", Type: schema.Array, Elements: &schema.Field{Type: schema.Integer}, Default: []any{1}},
			{Name: "nest", Type: schema.Record, Required: schema.Optional, Fields: []schema.Field{{Name: "soft", Type: schema.Boolean}}},
		}},
		{Name: "keeper", Type: schema.Foreign, Reference: "keepers"},
		{Name: "habits", Type: schema.Map, Keys: &schema.Field{Type: schema.String}, Values: &schema.Field{
			Type: schema.Record, Fields: []schema.Field{{Name: "daily", Type: schema.Boolean, Default: false}},
		}},
	},
	Shorthands: []schema.Shorthand{
		{
			Field: schema.Field{Name: "burrow", Type: schema.Integer},
			Expand: func(v any) map[string]any {
				return map[string]any{"den": map[string]any{"depth": v, "nest": map[string]any{"soft": true}}}
			},
		},
		{
			Field: schema.Field{
				Name: "label", Type: schema.String, Deprecation: &schema.Deprecation{ReplacedWith: []string{"name"}},
			},
			Expand: func(v any) map[string]any { return map[string]any{"name": v} },
		},
	},
}

// timeOfTests is 2023-11-14 22:13:20.125 UTC.
var timeOfTests = time.UnixMilli(1700000000125)

func prepare(t *testing.T, body string, op schema.Operation) map[string]any {
	t.Helper()
	doc, errs := animals.Prepare(document(t, body), op, timeOfTests)
	if errs != nil {
		t.Fatal(errs)
	}
	return doc
}

func TestPrepareFillsWhatIsMissing(t *testing.T) {
	for _, op := range []schema.Operation{schema.Insert, schema.Upsert} {
		doc := prepare(t, `{}`, op)
		if !schema.IsUUID(doc["id"].(string)) || !regexp.MustCompile("^[0-9A-Za-z]{32}$").MatchString(doc["secret"].(string)) {
			t.Errorf("id %v, secret %v", doc["id"], doc["secret"])
		}
		delete(doc, "id")
		delete(doc, "secret")
		want := `{"colours":null,"created_at":1700000000,"den":{"depth":1.5,"exits":[1],"nest":null},"habits":null,` +
			`"keeper":null,"legs":4,"name":null,"updated_at":1700000000.125,"wild":true}`
		if got := show(t, doc); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got, want := show(t, prepare(t, `{"legs":2}`, schema.Update)), `{"legs":2,"updated_at":1700000000.125}`; got != want {
		t.Errorf("an update became %s, want %s", got, want)
	}
}

func TestPrepareKeepsWhatIsGiven(t *testing.T) {
	for body, want := range map[string]string{
		`{"legs":null,"wild":null,"den":null}`: `{"legs":null,"wild":null,"den":null}`,
		`{"created_at":1}`:                     `{"created_at":1}`,
		`{"created_at":null,"updated_at":1}`:   `{"created_at":1700000000,"updated_at":1700000000.125}`,
		`{"id":null,"secret":"x"}`:             `{"id":null,"secret":"x"}`,
		`{"colours":["b","a","b",1,1]}`:        `{"colours":["b","a",1]}`,
		`{"colours":{}}`:                       `{"colours":[]}`,
		`{"colours":"red"}`:                    `{"colours":"red"}`,
		`{"den":{"depth":null}}`:               `{"den":{"depth":null,"exits":[1],"nest":null}}`,
		`{"den":{"nest":{}}}`:                  `{"den":{"depth":1.5,"exits":[1],"nest":{"soft":null}}}`,
		`{"den":[]}`:                           `{"den":{"depth":1.5,"exits":[1],"nest":null}}`,
		`{"den":"cave"}`:                       `{"den":"cave"}`,
		`{"habits":{"hunts":{}}}`:              `{"habits":{"hunts":{"daily":false}}}`,
		`{"unknown":{"a":[1]}}`:                `{"unknown":{"a":[1]}}`,
	} {
		doc := prepare(t, body, schema.Insert)
		for name, v := range document(t, want) {
			if got := show(t, doc[name]); got != show(t, v) {
				t.Errorf("%s: %s became %s, want %s", body, name, got, show(t, v))
			}
		}
	}
}

func TestPrepareLeavesItsInputAlone(t *testing.T) {
	const body = `{"burrow":7,"colours":["a","a"],"den":{"nest":{"soft":false}},"habits":{"a":{}}}`
	input := document(t, body)
	doc, errs := animals.Prepare(input, schema.Insert, timeOfTests)
	if errs != nil {
		t.Fatal(errs)
	}
	doc["den"].(map[string]any)["nest"] = "changed"
	if got := show(t, input); got != show(t, document(t, body)) {
		t.Errorf("the input became %s", got)
	}
	first, second := prepare(t, `{}`, schema.Insert), prepare(t, `{}`, schema.Insert)
	first["den"].(map[string]any)["exits"].([]any)[0] = "changed"
	if got := show(t, second["den"]); strings.Contains(got, "changed") {
		t.Error("documents share a default")
	}
}

func TestShorthands(t *testing.T) {
	for body, want := range map[string]string{
		// The shorthand wins over what is given beside it, and merges with it.
		`{"burrow":7,"den":{"depth":1,"exits":[2]}}`: `{"den":{"depth":7,"exits":[2],"nest":{"soft":true}}}`,
		`{"burrow":7,"den":null}`:                    `{"den":{"depth":7,"exits":[1],"nest":{"soft":true}}}`,
		// A deprecated one gives way.
		`{"label":"x"}`:              `{"name":"x"}`,
		`{"label":null}`:             `{"name":null}`,
		`{"label":"x","name":null}`:  `{"name":"x"}`,
		`{"label":"x","name":"x"}`:   `{"name":"x"}`,
		`{"label":null,"name":"x"}`:  `{"name":"x"}`,
		`{"label":null,"burrow":12}`: `{"name":null,"den":{"depth":12,"exits":[1],"nest":{"soft":true}}}`,
	} {
		doc := prepare(t, body, schema.Insert)
		for name, v := range document(t, want) {
			if got := show(t, doc[name]); got != show(t, v) {
				t.Errorf("%s: %s became %s, want %s", body, name, got, show(t, v))
			}
		}
		for _, gone := range []string{"burrow", "label"} {
			if _, ok := doc[gone]; ok {
				t.Errorf("%s: %s is still there", body, gone)
			}
		}
	}
	for body, want := range map[string]string{
		`{"burrow":"deep","legs":"x"}`: `{"burrow":"expected an integer"}`,
		`{"label":"x","name":"y"}`: `{"label":"both deprecated and new field are used but their values mismatch: ` +
			`label = x vs name = y"}`,
	} {
		if got := validate(t, &animals, body); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

func TestMerge(t *testing.T) {
	stored := `{"id":"1","legs":4,"colours":["a"],"den":{"depth":1,"exits":[1],"nest":{"soft":true}},"habits":{"a":{"daily":true}}}`
	for changes, want := range map[string]string{
		`{}`:                           stored,
		`{"legs":null}`:                `{"legs":null}`,
		`{"colours":["b"]}`:            `{"colours":["b"]}`,
		`{"den":{"depth":2}}`:          `{"den":{"depth":2,"exits":[1],"nest":{"soft":true}}}`,
		`{"den":{"nest":{"x":1}}}`:     `{"den":{"depth":1,"exits":[1],"nest":{"soft":true,"x":1}}}`,
		`{"den":{"nest":null}}`:        `{"den":{"depth":1,"exits":[1],"nest":null}}`,
		`{"den":null}`:                 `{"den":null}`,
		`{"den":{"exits":[]}}`:         `{"den":{"depth":1,"exits":[],"nest":{"soft":true}}}`,
		`{"habits":{"b":{}}}`:          `{"habits":{"b":{}}}`,
		`{"keeper":{"id":"k"}}`:        `{"keeper":{"id":"k"},"legs":4}`,
		`{"unknown":1,"den":"a cave"}`: `{"unknown":1,"den":"a cave"}`,
	} {
		before, after := document(t, stored), document(t, changes)
		merged := animals.Merge(before, after)
		for name, v := range document(t, want) {
			if got := show(t, merged[name]); got != show(t, v) {
				t.Errorf("%s: %s became %s, want %s", changes, name, got, show(t, v))
			}
		}
		if show(t, before) != show(t, document(t, stored)) || show(t, after) != show(t, document(t, changes)) {
			t.Errorf("%s: merging changed its arguments", changes)
		}
	}
}

func TestComplete(t *testing.T) {
	for row, want := range map[string]string{
		// What is missing gets its default, what is null keeps it unless it must have a value.
		`{}`: `{"legs":4,"wild":true,"name":null,"colours":null,"keeper":null,` +
			`"den":{"depth":1.5,"exits":[1],"nest":null}}`,
		`{"legs":null,"wild":null,"den":null}`: `{"legs":null,"wild":true,"den":{"depth":1.5,"exits":[1],"nest":null}}`,
		`{"den":{"depth":null}}`:               `{"den":{"depth":null,"exits":[1],"nest":null}}`,
		`{"name":""}`:                          `{"name":null}`,
		`{"colours":[]}`:                       `{"colours":[]}`,
		`{"habits":[],"den":[]}`:               `{"habits":{},"den":{"depth":1.5,"exits":[1],"nest":null}}`,
		`{"legs":2,"ttl":5}`:                   `{"legs":2,"ttl":5}`,
	} {
		doc := animals.Complete(document(t, row))
		for name, v := range document(t, want) {
			if got := show(t, doc[name]); got != show(t, v) {
				t.Errorf("%s: %s became %s, want %s", row, name, got, show(t, v))
			}
		}
	}
	doc := animals.Complete(document(t, `{"ws_id":"w","cache_key":"k","old_field":1}`))
	for _, gone := range []string{"ws_id", "cache_key", "old_field"} {
		if _, ok := doc[gone]; ok {
			t.Errorf("%s is still there", gone)
		}
	}
}

func TestShown(t *testing.T) {
	doc := animals.Shown(document(t, `{"name":"x","den":{}}`))
	if got := show(t, doc); got != `{"den":{},"label":"x","name":"x"}` {
		t.Error(got)
	}
}

func TestCoerce(t *testing.T) {
	for form, want := range map[string]string{
		`{"legs":"4","wild":"true","name":"4"}`:        `{"legs":4,"wild":true,"name":"4"}`,
		`{"legs":"","wild":"","name":"","colours":""}`: `{"legs":null,"wild":null,"name":null,"colours":null}`,
		`{"legs":"four","wild":"yes"}`:                 `{"legs":"four","wild":"yes"}`,
		`{"legs":" 0x10 "}`:                            `{"legs":16}`,
		`{"legs":"-0x10"}`:                             `{"legs":-16}`,
		`{"legs":"1e3"}`:                               `{"legs":1000}`,
		`{"legs":"1_000"}`:                             `{"legs":"1_000"}`,
		`{"legs":"0xzz"}`:                              `{"legs":"0xzz"}`,
		`{"legs":"nan"}`:                               `{"legs":"nan"}`,
		`{"legs":"1.5"}`:                               `{"legs":1.5}`,
		`{"colours":"red"}`:                            `{"colours":["red"]}`,
		`{"colours":["red","blue"]}`:                   `{"colours":["red","blue"]}`,
		`{"den":{"depth":"2","exits":["1","2"],"nest":{"soft":"false"}}}`: `{"den":{"depth":2,"exits":[1,2],"nest":{"soft":false}}}`,
		`{"den":"cave"}`:                        `{"den":"cave"}`,
		`{"habits":{"hunts":{"daily":"true"}}}`: `{"habits":{"hunts":{"daily":true}}}`,
		`{"keeper":{"id":""}}`:                  `{"keeper":{"id":null}}`,
		`{"keeper":{"name":"bob"}}`:             `{"keeper":{"name":"bob"}}`,
		`{"keeper":""}`:                         `{"keeper":null}`,
		`{"burrow":"7"}`:                        `{"burrow":7}`,
		`{"unknown":"1"}`:                       `{"unknown":"1"}`,
	} {
		input := document(t, form)
		if got := show(t, animals.Coerce(input)); got != show(t, document(t, want)) {
			t.Errorf("%s became %s, want %s", form, got, want)
		}
		if show(t, input) != show(t, document(t, form)) {
			t.Errorf("%s was changed", form)
		}
	}
}

// TestCoerceTimeToLive: the time to live is no field, but a number where rows can expire.
func TestCoerceTimeToLive(t *testing.T) {
	for _, expires := range []bool{true, false} {
		e := schema.Entity{Name: "e", TTL: expires}
		want := map[bool]string{true: `[60,null,"soon"]`, false: `["60","","soon"]`}[expires]
		var got []any
		for _, text := range []string{"60", "", "soon"} {
			got = append(got, e.Coerce(map[string]any{"ttl": text})["ttl"])
		}
		if show(t, got) != want {
			t.Errorf("got %s, want %s", show(t, got), want)
		}
	}
}

// TestPrepareChanges sends changes that do not say which variant they are for.
func TestPrepareChanges(t *testing.T) {
	variant := func(old string) *schema.Subschema {
		return &schema.Subschema{Fields: []schema.Field{{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{{Name: "size", Type: schema.Integer}},
			Shorthands: []schema.Shorthand{{
				Field:  schema.Field{Name: old, Type: schema.Integer},
				Expand: func(v any) map[string]any { return map[string]any{"size": v} },
			}},
		}}}
	}
	boxes := schema.Entity{
		Name: "boxes", SubschemaKey: "kind",
		Fields: []schema.Field{
			{Name: "kind", Type: schema.String, Required: schema.Required},
			{Name: "config", Type: schema.Record, Abstract: true},
		},
		Subschemas: map[string]*schema.Subschema{"a": variant("length"), "b": variant("width")},
	}
	stored := document(t, `{"kind":"a","config":{"size":1}}`)
	for changes, want := range map[string]string{
		`{"config":{"length":2}}`:            `{"config":{"size":2}}`,
		`{"config":{"width":2}}`:             `{"config":{"width":2}}`,
		`{"kind":"b","config":{"width":2}}`:  `{"config":{"size":2},"kind":"b"}`,
		`{"kind":"b","config":{"length":2}}`: `{"config":{"length":2},"kind":"b"}`,
		`{}`:                                 `{}`,
	} {
		doc, errs := boxes.PrepareChanges(document(t, changes), stored, timeOfTests)
		if got := show(t, doc); errs != nil || got != want {
			t.Errorf("%s: %s, errors %v, want %s", changes, got, errs, want)
		}
	}
}
