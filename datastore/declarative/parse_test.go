package declarative_test

import (
	"regexp"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/declarative"
)

// version4 matches ids that are random.
const version4 = `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`

// TestIDs compares generated ids with those of Kong.
func TestIDs(t *testing.T) {
	const (
		moss = "a45f95bb-1f20-5ab8-89e0-d7e9048c492a"
		newt = "66e40ad3-2fc1-53df-acbd-267a91b733d7"
	)
	for _, c := range []struct{ name, members, kind, id string }{
		{"service", `"services": [{"name": "moss", "host": "h"}]`, "services", moss},
		{"route", `"routes": [{"name": "fern", "paths": ["/"]}]`, "routes", "7404f624-0dbd-5e46-a777-98594f14d4e8"},
		{"consumer", `"consumers": [{"username": "newt"}]`, "consumers", newt},
		{"plugin inside a service", `"services": [{"name": "moss", "host": "h", "plugins": [{"name": "key-auth"}]}]`,
			"plugins", "c696d671-228b-5184-8559-15fe53ba8e4c"},
		{"upstream", `"upstreams": [{"name": "u"}]`, "upstreams", "597a2b96-28b9-56b9-8745-bb55e59539cc"},
		{"target inside an upstream", `"upstreams": [{"name": "u", "targets": [{"target": "127.0.0.1:23090"}]}]`,
			"targets", "ea879a92-c7d0-5585-9206-0381ec844b99"},
		{"given", `"services": [{"name": "moss", "host": "h", "id": "AAAAAAAA-0000-4000-8000-000000000001"}]`,
			"services", "aaaaaaaa-0000-4000-8000-000000000001"},
		{"plugin that names its service", `"services": [{"name": "moss", "host": "h"}], "plugins": [{"name": "key-auth", "service": "moss"}]`,
			"plugins", "ec9090c7-3d9e-5e30-b010-fa5a9662269b"},
		{"plugin for everything", `"plugins": [{"name": "key-auth"}]`, "plugins", "6b4f38d1-e026-540b-a5ea-8634739dd2a7"},
		{"credential with a name", `"consumers": [{"username": "newt", "basicauth_credentials": [{"username": "n", "password": "p"}]}]`,
			"basicauth_credentials", "f614b484-c779-574b-b869-716b29679f8f"},
		{"membership", `"consumers": [{"username": "newt", "acls": [{"group": "g"}]}]`, "acls", "931aa5fd-0490-5f72-9204-56bbee96a36b"},
		{"vault", `"vaults": [{"name": "env", "prefix": "my"}]`, "vaults", "e5ccb42f-cde2-508c-9e80-05b28ff2c997"},
		{"key set", `"key_sets": [{"name": "s"}]`, "key_sets", "3616ba41-ce1d-5188-b12e-7d63c8852d4f"},
		{"credential with a key", `"consumers": [{"username": "newt", "keyauth_credentials": [{"key": "k"}]}]`,
			"keyauth_credentials", version4},
		{"route without a name", `"routes": [{"paths": ["/"]}]`, "routes", version4},
		{"consumer without a name", `"consumers": [{"custom_id": "c"}]`, "consumers", version4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := start(t)
			first, second := onlyID(n.load(t, document(c.members))[c.kind]), onlyID(n.load(t, document(c.members))[c.kind])
			if matched, err := regexp.MatchString(c.id, first); err != nil || !matched {
				t.Errorf("id %q, want %s", first, c.id)
			}
			if (first == second) != (c.id != version4) {
				t.Errorf("ids %s and %s of two loads", first, second)
			}
		})
	}
}

func onlyID(entities map[string]doc) string {
	for id, e := range entities {
		if len(entities) == 1 && e["id"] == id {
			return id
		}
	}
	return ""
}

// TestForms loads documents that say things in other ways than usual.
func TestForms(t *testing.T) {
	const service = `"services": [{"name": "s", "host": "h"}]`
	for _, c := range []struct {
		name, text, kind string
		want             doc // members of the one entity
	}{
		{"shorthand", document(`"services": [{"name": "s", "url": "https://h:1/p"}]`), "services",
			doc{"protocol": "https", "host": "h", "port": 1., "path": "/p"}},
		{"defaults", document(service), "services", doc{"retries": 5., "port": 80., "enabled": true, "tags": nil}},
		{"null where it may be", document(`"services": [{"name": "s", "host": "h", "retries": null}]`), "services", doc{"retries": nil}},
		{"comments", document(`"_comment": "c", "_ignore": [1, {"x": null}], "services": [{"name": "s", "host": "h", "_comment": "c", "_ignore": []}]`),
			"services", doc{"host": "h"}},
		{"nested", document(`"services": [{"name": "s", "host": "h", "routes": [{"name": "r", "paths": ["/"], "plugins": [{"name": "cors"}]}]}]`),
			"plugins", doc{"route": doc{"id": "da7ba03a-f1be-52d4-8a7e-c8f32640689a"}, "service": nil, "name": "cors"}},
		{"reference by name", document(service + `, "routes": [{"paths": ["/"], "service": "s"}]`), "routes",
			doc{"service": doc{"id": "b268827a-8f7f-551f-8769-e6bceb2f3ec6"}}},
		{"reference by id", document(service + `, "routes": [{"paths": ["/"], "service": "b268827a-8f7f-551f-8769-e6bceb2f3ec6"}]`), "routes",
			doc{"service": doc{"id": "b268827a-8f7f-551f-8769-e6bceb2f3ec6"}}},
		{"reference by object", document(service + `, "routes": [{"paths": ["/"], "service": {"id": "b268827a-8f7f-551f-8769-e6bceb2f3ec6"}}]`),
			"routes", doc{"service": doc{"id": "b268827a-8f7f-551f-8769-e6bceb2f3ec6"}}},
		{"reference to something nested", document(`"services": [{"name": "s", "host": "h", "routes": [{"name": "r", "paths": ["/"]}]}], "plugins": [{"name": "cors", "route": "r"}]`),
			"plugins", doc{"route": doc{"id": "da7ba03a-f1be-52d4-8a7e-c8f32640689a"}}},
		{"reference to what comes later", `{"routes": [{"paths": ["/"], "service": "s"}], ` + service + `, "_format_version": "3.0"}`, "routes",
			doc{"service": doc{"id": "b268827a-8f7f-551f-8769-e6bceb2f3ec6"}}},
		{"targets", document(`"upstreams": [{"name": "u"}], "targets": [{"target": "10.0.0.1", "upstream": "u"}]`), "targets",
			doc{"target": "10.0.0.1:8000", "weight": 100.}},
		{"time to live", document(`"consumers": [{"username": "c", "keyauth_credentials": [{"key": "k", "ttl": 100}]}]`), "keyauth_credentials",
			doc{"key": "k", "ttl": 100.}},
		{"vault reference in place of a value", document(`"plugins": [{"name": "session", "config": {"secret": "{vault://env/s}"}}]`), "plugins",
			doc{"name": "session"}},
		{"empty lists", document(`"routes": [], "consumers": {}, ` + service), "services", doc{"name": "s"}},
		{"the default workspace", document(`"workspaces": [{"name": "default"}], ` + service), "services", doc{"name": "s"}},
		{"YAML", "_format_version: '3.0'\nservices:\n- name: s\n  url: http://h\n  tags: [a, b]\n", "services", doc{"host": "h", "tags": []any{"a", "b"}}},
		{"paths of 2.1", `{"_format_version": "2.1", "routes": [{"paths": ["/a/\\d+", "/plain", "/%61b%2f"]}]}`, "routes",
			doc{"paths": []any{`~/a/\d+`, "/plain", "/ab%2F"}}},
		{"paths of 1.1 in a service", `{"_format_version": "1.1", "services": [{"name": "s", "host": "h", "routes": [{"paths": ["/(x|%79)$"]}]}]}`,
			"routes", doc{"paths": []any{"~/(x|y)$"}}},
		{"paths of 3.0", document(`"routes": [{"paths": ["/a", "~/b$"]}]`), "routes", doc{"paths": []any{"/a", "~/b$"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			entities := start(t).load(t, c.text)[c.kind]
			if len(entities) != 1 {
				t.Fatalf("%s: %v", c.kind, entities)
			}
			got := entities[onlyID(entities)]
			for name, want := range c.want {
				equal(t, name, got[name], marshal(t, want))
			}
			if _, shown := got["ws_id"]; shown {
				t.Error("the workspace is shown")
			}
		})
	}
}

// TestTransform looks at passwords, which are stored hashed and shown as they were given.
func TestTransform(t *testing.T) {
	const consumer = `"consumers": [{"username": "c", "basicauth_credentials": [{"username": "u", "password": "secret"}]}]`
	for _, c := range []struct {
		name, text string
		hashed     bool
	}{
		{"by default", document(consumer), true},
		{"on", document(`"_transform": true, ` + consumer), true},
		{"off", document(`"_transform": false, ` + consumer), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := start(t)
			credentials := n.load(t, c.text)["basicauth_credentials"]
			if shown := credentials[onlyID(credentials)]["password"]; shown != "secret" {
				t.Errorf("the answer shows %v", shown)
			}
			if stored := n.rows(t, "basicauth_credentials")[0]["password"]; (stored != "secret") != c.hashed {
				t.Errorf("stored is %v", stored)
			}
		})
	}
}

// TestEmpty loads a configuration of nothing.
func TestEmpty(t *testing.T) {
	n := start(t)
	for _, text := range []string{`{"_format_version": "3.0"}`, document(`"services": []`), document(`"workspaces": [{"name": "default"}]`)} {
		config, err := n.parser.Parse(declarative.Source{Text: []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, text, answer(t, config), `{}`)
		if config.Hash != declarative.NoHash {
			t.Errorf("%s: hash %s", text, config.Hash)
		}
	}
}

// TestHash compares the hashes of texts and of documents.
func TestHash(t *testing.T) {
	n := start(t)
	hash := func(s declarative.Source) string {
		config, err := n.parser.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return config.Hash
	}
	text := document(`"services": [{"name": "s", "host": "h"}]`)
	of := func(host string) declarative.Source {
		return declarative.Source{Document: doc{
			"_format_version": "3.0", "services": []any{doc{"name": "s", "host": host}},
		}}
	}
	// echo -n … | md5sum
	if got := hash(declarative.Source{Text: []byte(text)}); got != "f46e981dc28710d4d93dd2039d978211" {
		t.Errorf("hash %s of the text", got)
	}
	first, second, other := hash(of("h")), hash(of("h")), hash(of("i"))
	if first != second || first == other || len(first) != 32 {
		t.Errorf("hashes %s, %s, %s of documents", first, second, other)
	}
}
