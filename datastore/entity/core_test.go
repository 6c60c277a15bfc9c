package entity_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

func core(t testing.TB, flavor string) *schema.Model {
	t.Helper()
	m, err := schema.NewModel(entity.Core(entity.Options{
		RouterFlavor: flavor, Vaults: map[string]*schema.Subschema{"env": &entity.EnvVault},
	})...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestDescriptionsAreSound looks for what a slip in a description would leave behind.
func TestDescriptionsAreSound(t *testing.T) {
	before := make(map[string]bool)
	for _, e := range core(t, "traditional_compatible").Entities() {
		before[e.Name] = true
		if e.EndpointKey != "" && e.Field(e.EndpointKey) == nil {
			t.Errorf("%s: there is no endpoint key %s", e.Name, e.EndpointKey)
		}
		if e.SubschemaKey != "" && e.Field(e.SubschemaKey) == nil {
			t.Errorf("%s: there is no subschema key %s", e.Name, e.SubschemaKey)
		}
		if !e.Internal && e.Field(schema.PrimaryKey) == nil {
			t.Errorf("%s has no primary key", e.Name)
		}
		for _, name := range e.CacheKey {
			if e.Field(name) == nil {
				t.Errorf("%s: there is no cache key %s", e.Name, name)
			}
		}
		names := make(map[string]bool)
		for i := range e.Fields {
			f := &e.Fields[i]
			if names[f.Name] {
				t.Errorf("%s: %s is described twice", e.Name, f.Name)
			}
			names[f.Name] = true
			if f.Type == schema.Foreign && !before[f.Reference] {
				t.Errorf("%s: %s refers to %s, which comes later", e.Name, f.Name, f.Reference)
			}
			if f.Default == nil || f.Default == schema.Null {
				continue
			}
			v := schema.Normalize(schema.Clone(map[string]any{"default": f.Default})["default"])
			if reason := e.ValidateField(f.Name, v); reason != "" {
				t.Errorf("%s: the default of %s is refused: %s", e.Name, f.Name, reason)
			}
		}
		if _, err := json.Marshal(e.Describe()); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
	}
}

// TestTargets are stored with a port, IPv6 expanded and in brackets.
func TestTargets(t *testing.T) {
	targets := core(t, "traditional_compatible").Entity("targets")
	for target, want := range map[string]string{
		"example.com":      "example.com:8000",
		"example.com:80":   "example.com:80",
		"10.0.0.1":         "10.0.0.1:8000",
		"010.0.0.1:1":      "10.0.0.1:1",
		"::1":              "[0000:0000:0000:0000:0000:0000:0000:0001]:8000",
		"[::1]:99":         "[0000:0000:0000:0000:0000:0000:0000:0001]:99",
		"[2001:DB8::1]:99": "[2001:0db8:0000:0000:0000:0000:0000:0001]:99",
	} {
		doc := map[string]any{"target": target}
		if errs := targets.Normalize(doc); errs != nil || doc["target"] != want {
			t.Errorf("%s becomes %s (%v), want %s", target, doc["target"], errs, want)
		}
	}
	for _, target := range []string{"", "a b", "a b:1", "1.2.3.4.5", "[::1"} {
		doc := map[string]any{"target": target}
		if errs := targets.Normalize(doc); errs == nil {
			t.Errorf("%q becomes %s", target, doc["target"])
		}
	}
}

// TestRouteRegexes refuses what only a backtracking engine understands, unless the router has one.
func TestRouteRegexes(t *testing.T) {
	for _, c := range []struct {
		flavor, path string
		refused      bool
	}{
		{"traditional", "~/a(?=b)", false},
		{"traditional_compatible", "~/a(?=b)", true},
		{"traditional_compatible", "~/a(b)", false},
		{"traditional", "~/a(", true},
		{"traditional_compatible", "/a(?=b)", false},
	} {
		e := core(t, c.flavor).Entity("routes")
		doc, errs := e.Prepare(map[string]any{"paths": []any{c.path}}, schema.Insert, time.Now())
		if errs == nil {
			errs = e.Validate(doc, schema.ValidateOptions{})
		}
		if (errs != nil) != c.refused {
			t.Errorf("%s in flavor %s: %v", c.path, c.flavor, errs)
		}
	}
}

// FuzzBodies sends bodies of every shape through the descriptions: they may be refused, but nothing may break, and what
// is accepted can be stored.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{
		`{"name":"s","url":"http://a:1/b"}`, `{"paths":["~/("],"headers":{"a":[1]}}`, `{"protocols":[],"sources":[{}]}`,
		`{"name":"u","healthchecks":{"active":{"healthy":[]}},"hash_on":null,"algorithm":1}`, `{"target":[],"upstream":{"id":{}}}`,
		`{"cert":"-----BEGIN CERTIFICATE-----","key":null}`, `{"kid":"k","jwk":"{\"kid\":\"k\",\"kty\":\"oct\"}","pem":{}}`,
		`{"name":"env","prefix":"a-b","config":{"prefix":1}}`, `{"filters":[{"name":"a","config":{}}],"service":{"id":"x"}}`,
		`{"tags":[null,{"a":[1e999]}],"id":1}`,
	} {
		f.Add(seed)
	}
	models := []*schema.Model{core(f, "traditional"), core(f, "traditional_compatible")}
	f.Fuzz(func(t *testing.T, body string) {
		var doc map[string]any
		if json.Unmarshal([]byte(body), &doc) != nil || doc == nil {
			return
		}
		doc = schema.Normalize(doc).(map[string]any)
		for _, m := range models {
			for _, e := range m.Entities() {
				try(t, e, doc)
				try(t, e, e.Coerce(doc))
			}
		}
	})
}

// try takes a body the way that a datastore.DB takes it, as a creation and as a change of an empty row.
func try(t *testing.T, e *schema.Entity, body map[string]any) {
	t.Helper()
	if e.Normalize != nil {
		body = schema.Clone(body)
		if e.Normalize(body) != nil {
			return
		}
	}
	row, errs := e.Prepare(body, schema.Insert, time.Now())
	if errs == nil {
		errs = e.Validate(row, schema.ValidateOptions{Input: body})
	}
	if errs == nil {
		if row, err := e.Transform(row, row); err == nil {
			if _, err := json.Marshal(row); err != nil {
				t.Errorf("%s: a row that can't be stored: %v", e.Name, err)
			}
			e.Shown(e.Complete(row))
		}
	} else if errs.Error() == "" {
		t.Errorf("%s: refused without a word", e.Name)
	}
	if changes, errs := e.Prepare(body, schema.Update, time.Now()); errs == nil {
		stored := e.Complete(map[string]any{})
		merged := e.Merge(stored, changes)
		if errs := e.Validate(merged, schema.ValidateOptions{Partial: true, Input: changes, Stored: stored}); errs != nil {
			_ = errs.Error()
		}
	}
}
