package bundled_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// TestReadmes holds the README of every plugin to what the plugin declares: its tables list what there is, with a meaning
// for each field, and its example is accepted.
func TestReadmes(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	for _, p := range bundled.Plugins(schemas.Node{}) {
		t.Run(p.Name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", p.Name, "README.md"))
			if err != nil {
				t.Fatal(err)
			}
			readme := string(text)
			var sections []string
			for _, line := range strings.Split(readme, "\n") {
				if strings.HasPrefix(line, "#") {
					sections = append(sections, line)
				}
			}
			want := []string{"# " + p.Name, "## Config", "## Example", "## Status", "## Differences from Kong"}
			if !slices.Equal(sections, want) {
				t.Errorf("sections %q", sections)
			}
			compareRows(t, tableRows(readme, "| "), append(propertyRows(p), configRows(p)...))
			tryExample(g.on(t), p.Name, readme)
		})
	}
}

// compareRows compares the rows of all tables. Those that want leaves open end in the meaning of a field.
func compareRows(t *testing.T, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("missing: %s", want[i])
		case i >= len(want):
			t.Errorf("unexpected: %s", got[i])
		case got[i] == want[i] && strings.HasSuffix(want[i], " |"):
		case strings.HasSuffix(want[i], " |") || !strings.HasPrefix(got[i], want[i]):
			t.Fatalf("row %s\nwant %s", got[i], want[i])
		case len(got[i]) < len(want[i])+len("x |"):
			t.Errorf("nothing is said of %s", want[i])
		}
	}
}

// tableRows are the rows of all tables without their heads.
func tableRows(text, prefix string) []string {
	var rows []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "|---"):
			rows = rows[:len(rows)-1]
		case strings.HasPrefix(line, prefix):
			rows = append(rows, line)
		}
	}
	return rows
}

// propertyRows are those of the table of what a plugin declares beside its config.
func propertyRows(p plugin.Plugin) []string {
	scopes := []string{}
	var protocols *schema.Field
	for _, scope := range []string{"service", "route", "consumer"} {
		if !slices.ContainsFunc(p.Schema.Fields, func(f schema.Field) bool { return f.Name == scope }) {
			scopes = append(scopes, "a "+scope)
		}
	}
	for i := range p.Schema.Fields {
		if p.Schema.Fields[i].Name == "protocols" {
			protocols = &p.Schema.Fields[i]
		}
	}
	phases := make([]string, len(p.Phases))
	for i, phase := range p.Phases {
		phases[i] = phase.String()
	}
	entities := []string{}
	for _, e := range bundled.Entities() {
		if e.Owner == p.Name {
			entities = append(entities, "`"+e.Name+"`")
		}
	}
	rows := []string{
		"| Can be configured for | " + strings.Join(append([]string{"everything"}, scopes...), ", ") + " |",
		"| Protocols | " + listOf(protocols.Elements.OneOf) + " |",
		"| Priority | " + strconv.Itoa(p.Priority) + " |",
		"| Phases | " + strings.Join(phases, ", ") + " |",
	}
	if len(entities) > 0 {
		rows = append(rows, "| Entities | "+strings.Join(entities, ", ")+" |")
	}
	return rows
}

func listOf(values []any) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = fmt.Sprintf("`%v`", v)
	}
	return strings.Join(parts, ", ")
}

// configRows are those of the table of the config.
func configRows(p plugin.Plugin) []string {
	var rows []string
	for i := range p.Schema.Fields {
		if f := &p.Schema.Fields[i]; f.Name == "config" {
			rows = fieldRows(rows, "", f)
		}
	}
	return rows
}

// fieldRows adds the members of a record. Records that are always there have no row of their own.
func fieldRows(rows []string, path string, record *schema.Field) []string {
	for i := range record.Fields {
		f := &record.Fields[i]
		name := path + f.Name
		if f.Type != schema.Record || f.Required == schema.Optional {
			rows = append(rows, "| `"+name+"` | "+typeOf(f)+" | "+defaultOf(f)+" | ")
		}
		rows = fieldRows(rows, name+".", f)
		if f.Elements != nil {
			rows = fieldRows(rows, name+"[].", f.Elements)
		}
		if f.Values != nil {
			rows = fieldRows(rows, name+".*.", f.Values)
		}
	}
	for i := range record.Shorthands {
		f := &record.Shorthands[i].Field
		rows = append(rows, "| `"+path+f.Name+"` | "+typeOf(f)+" | "+defaultOf(f)+" | ")
	}
	return rows
}

func typeOf(f *schema.Field) string {
	s := string(f.Type)
	switch {
	case f.OneOf != nil:
		s = "one of " + listOf(f.OneOf)
	case f.Elements != nil:
		s += " of " + typeOf(f.Elements)
	case f.Values != nil:
		s += " of " + typeOf(f.Values)
	case f.Between != nil:
		s += fmt.Sprintf(", %s to %s", plain(f.Between[0]), plain(f.Between[1]))
	case f.GreaterThan != nil:
		s += " > " + plain(*f.GreaterThan)
	}
	if f.Referenceable {
		s += ", referenceable"
	}
	return s
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func defaultOf(f *schema.Field) string {
	list, isList := f.Default.([]any)
	switch {
	case isList && len(list) > 0 && f.Elements.Type == schema.Record:
		return fmt.Sprintf("%d entries", len(list))
	case f.Default != nil:
		return "`" + compact(f.Default) + "`"
	case f.Auto:
		return "random"
	case f.Required == schema.Required:
		return "required"
	}
	return "–"
}

var exampleCall = regexp.MustCompile("(?s)```sh\ncurl -X POST http://localhost:8001(/\\S+) -H 'Content-Type: application/json' -d '(.*?)'\n```")

// tryExample validates the body of the example's call.
func tryExample(g *gateway, name, readme string) {
	g.Helper()
	call := exampleCall.FindStringSubmatch(readme)
	if call == nil {
		g.Fatal("there is no example")
	}
	body := strings.ReplaceAll(call[2], `'\''`, "'")
	row, err := g.insert("plugins", body)
	if err != nil {
		g.Fatalf("example: %v", err)
	}
	if row["name"] != name {
		g.Errorf("the example is one of %v", row["name"])
	}
	if _, err := g.db.Delete(g.Context(), g.entity("plugins"), g.key("plugins", row["id"])); err != nil {
		g.Fatal(err)
	}
}
