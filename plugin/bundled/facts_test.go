package bundled_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// TestConfigs compares every field of every config, and every check, with what is known of Kong 3.9.1: testdata/configs.txt
// has a line for each, in order. "validated" marks those that code looks at.
func TestConfigs(t *testing.T) {
	var got facts
	for _, p := range bundled.Plugins(schemas.Node{}) {
		got.add(p.Name, "priority", fmt.Sprint(p.Priority))
		got.addFields(p.Name+" ", p.Schema.Fields, p.Schema.Describe()["fields"])
		got.addChecks(p.Name, p.Schema.Describe())
	}
	got.compare(t, "testdata/configs.txt")
}

// TestEntities does the same for the entities that plugins bring.
func TestEntities(t *testing.T) {
	var got facts
	for _, e := range bundled.Entities() {
		got.add(e.Name, "entity", attributes(entityAttributes(e)))
		got.addFields(e.Name+" ", e.Fields, e.Describe()["fields"])
		got.addChecks(e.Name, e.Describe())
	}
	got.compare(t, "testdata/entities.txt")
}

func entityAttributes(e *schema.Entity) map[string]any {
	a := map[string]any{"owned_by_plugin": e.Owner}
	put := func(name string, v any, declared bool) {
		if declared {
			a[name] = v
		}
	}
	put("endpoint_key", e.EndpointKey, e.EndpointKey != "")
	put("cache_key", e.CacheKey, e.CacheKey != nil)
	put("ttl", true, e.TTL)
	put("workspaceable", true, e.Workspaceable)
	put("admin_api_name", e.AdminName, e.AdminName != "")
	put("admin_api_nested_name", e.AdminNestedName, e.AdminNestedName != "")
	put("generate_admin_api", false, e.NoAdmin)
	put("db_export", false, e.NoExport)
	var transformations []any
	for _, t := range e.Transformations {
		transformations = append(transformations, map[string]any{"input": t.Input, "needs": t.Needs})
	}
	put("transformations", transformations, transformations != nil)
	return a
}

// facts are lines of a subject and what is said of it.
type facts []string

func (l *facts) add(subject, kind, rest string) {
	*l = append(*l, strings.TrimSpace(subject+" "+kind+" "+rest))
}

// addFields adds a list of fields, as they are and as they are described.
func (l *facts) addFields(path string, fields []schema.Field, described any) {
	list, _ := described.([]any)
	for i := range fields {
		named, _ := list[i].(map[string]any)
		l.addField(path+fields[i].Name, &fields[i], named[fields[i].Name])
	}
}

func (l *facts) addField(path string, f *schema.Field, described any) {
	d, _ := described.(map[string]any)
	own := maps.Clone(d)
	for _, nested := range []string{"type", "fields", "elements", "keys", "values", "entity_checks", "shorthand_fields"} {
		delete(own, nested)
	}
	rest := attributes(own)
	if f.Validator != nil {
		rest += " validated"
	}
	l.add(path, string(f.Type), strings.TrimSpace(rest))
	if f.Keys != nil {
		l.addField(path+"{key}", f.Keys, d["keys"])
	}
	if f.Values != nil {
		l.addField(path+"{}", f.Values, d["values"])
	}
	if f.Elements != nil {
		l.addField(path+"[]", f.Elements, d["elements"])
	}
	l.addFields(path+".", f.Fields, d["fields"])
	l.addChecks(path, d)
	shorthands, _ := d["shorthand_fields"].([]any)
	for i := range shorthands {
		s := &f.Shorthands[i].Field
		named, _ := shorthands[i].(map[string]any)
		l.addField(path+"~"+s.Name, s, named[s.Name])
	}
}

func (l *facts) addChecks(path string, described map[string]any) {
	checks, _ := described["entity_checks"].([]any)
	for _, check := range checks {
		l.add(path, "check", compact(check))
	}
}

// attributes prints a description as name=value, by name.
func attributes(described map[string]any) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(described)) {
		parts = append(parts, name+"="+compact(described[name]))
	}
	return strings.Join(parts, " ")
}

func compact(v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// compare reports the lines that are in one of the two only, and the first that is in another place.
func (l facts) compare(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(text)), "\n")
	for _, line := range want {
		if !slices.Contains(l, line) {
			t.Errorf("missing: %s", line)
		}
	}
	for _, line := range l {
		if !slices.Contains(want, line) {
			t.Errorf("unexpected: %s", line)
		}
	}
	for i := range min(len(l), len(want)) {
		if l[i] != want[i] {
			t.Fatalf("line %d: %s\nwant: %s", i+1, l[i], want[i])
		}
	}
}
