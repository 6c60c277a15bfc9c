package admin_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// TestFieldIsOneEdit describes one more field of an entity, and finds it wherever entities go.
func TestFieldIsOneEdit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kongo.db")
	before := startOn(t, openFile(file), &badges)
	before.must("POST", "/all-badges", doc{"number": "old"})
	before.send("POST", "/all-badges", doc{"number": "n1", "shade": "dark"}).want(t, 400, nil)
	before.closeStore()

	edited := badges
	edited.Fields = append(slices.Clone(badges.Fields), schema.Field{
		Name: "shade", Type: schema.String, Required: schema.Required, Default: "light", OneOf: []any{"light", "dark"},
	})
	n := startOn(t, openFile(file), &edited)

	shade := func(t *testing.T, got doc, want string) {
		t.Helper()
		if got["shade"] != want {
			t.Errorf("shade %v, want %s", got["shade"], want)
		}
	}
	refused := doc{
		"code": 2, "name": "schema violation", "message": "schema violation (shade: expected one of: light, dark)",
		"fields": doc{"shade": "expected one of: light, dark"},
	}
	t.Run("validation", func(t *testing.T) {
		n.send("POST", "/all-badges", doc{"number": "n1", "shade": "blue"}).want(t, 400, refused)
		n.send("POST", "/schemas/badges/validate", doc{"number": "n1", "shade": "blue"}).want(t, 400, refused)
	})
	t.Run("defaults", func(t *testing.T) {
		shade(t, n.must("POST", "/all-badges", doc{"number": "n2"}), "light")
	})
	t.Run("rows of before", func(t *testing.T) {
		shade(t, n.must("GET", "/all-badges/old", nil), "light")
	})
	t.Run("storage", func(t *testing.T) {
		n.must("POST", "/all-badges", doc{"number": "n3", "shade": "dark"})
		shade(t, n.must("GET", "/all-badges/n3", nil), "dark")
	})
	t.Run("forms", func(t *testing.T) {
		shade(t, n.must("PATCH", "/all-badges/n2", "shade=dark"), "dark")
		n.send("PATCH", "/all-badges/n2", "shade=blue").want(t, 400, refused)
	})
	t.Run("schemas", func(t *testing.T) {
		fields, _ := n.must("GET", "/schemas/badges", nil)["fields"].([]any)
		reply{status: 200, body: fields[len(fields)-1]}.want(t, 200, doc{"shade": doc{
			"type": "string", "required": true, "default": "light", "one_of": []string{"light", "dark"},
		}})
	})
	t.Run("declarative", func(t *testing.T) {
		var exported bytes.Buffer
		if err := declarative.Export(t.Context(), n.db, &exported); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(exported.String(), "shade: dark"); got != 2 {
			t.Errorf("%d badges with their shade in\n%s", got, &exported)
		}
		parser := declarative.NewParser(n.model, n.db.Workspace())
		text := "_format_version: '3.0'\nbadges:\n- number: n2\n  shade: %\n"
		source := func(shade string) declarative.Source {
			return declarative.Source{Text: []byte(strings.Replace(text, "%", shade, 1))}
		}
		config, err := parser.Parse(source("light"))
		if err != nil {
			t.Fatal(err)
		}
		n.must("DELETE", "/all-badges/n2", nil)
		if err := config.Import(t.Context(), n.db); err != nil {
			t.Fatal(err)
		}
		shade(t, n.must("GET", "/all-badges/n2", nil), "light")
		if _, err := parser.Parse(source("blue")); err == nil || !strings.Contains(err.Error(), "expected one of: light, dark") {
			t.Errorf("got %v", err)
		}
	})
}
