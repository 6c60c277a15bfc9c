package declarative_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/declarative"
)

// FuzzParse attacks the parser with texts. What it refuses has to have an error that can be shown, and what it takes has to
// be the same after it was brought into force and exported.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		document(`"services": [{"name": "s", "url": "http://h/p", "routes": [{"paths": ["/", "~/x"], "plugins": [{"name": "cors"}]}]}]`),
		document(`"consumers": [{"username": "c", "keyauth_credentials": [{"key": "k", "ttl": 5}], "acls": [{"group": "g"}]}]`),
		document(`"upstreams": [{"name": "u", "targets": [{"target": "::1"}]}], "plugins": [{"name": "acl", "config": {"allow": ["g"]}, "service": "x"}]`),
		document(`"keys": [{"kid": "k", "jwk": "{}"}], "vaults": [{"name": "env", "prefix": "p"}], "workspaces": [null]`),
		"_format_version: '1.1'\nroutes:\n- &a {paths: ['/\\d'], methods: [GET]}\n- <<: *a\n  name: \"\\u2028\"\n  tags: [a b, 'ü']\n",
		"a: &a [*a]", "? [x]\n: y", "- ", "%YAML 1.1\n---\n_format_version: \"3.0\"\n...", `{"_format_version":"3.0","services":{}}`,
	} {
		f.Add([]byte(text))
	}
	n := start(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		config, err := n.loader.Load(t.Context(), declarative.Source{Text: text})
		var invalid *declarative.Error
		if err != nil {
			if !errors.As(err, &invalid) {
				t.Fatal(err)
			}
			broken, rest := invalid.Flatten()
			if _, err := json.Marshal([]any{invalid.Fields, broken, rest.Fields, invalid.Tree(), invalid.Violation()}); err != nil {
				t.Fatal(err)
			}
			return
		}
		var shown, exported, again bytes.Buffer
		if err := config.WriteJSON(&shown); err != nil || !json.Valid(shown.Bytes()) {
			t.Fatalf("%v: %s", err, &shown)
		}
		if err := declarative.Export(t.Context(), n.db, &exported); err != nil {
			t.Fatal(err)
		}
		if _, err := n.loader.Load(t.Context(), declarative.Source{Text: exported.Bytes()}); err != nil {
			t.Fatalf("%v in\n%s", err, &exported)
		}
		if err := declarative.Export(t.Context(), n.db, &again); err != nil {
			t.Fatal(err)
		}
		if updated.ReplaceAllString(exported.String(), "") != updated.ReplaceAllString(again.String(), "") {
			t.Fatalf("exported\n%s\nand then\n%s", &exported, &again)
		}
	})
}
