package declarative_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/declarative"
)

// TestErrors compares what is said of wrong documents with what Kong says, or would by its rules.
func TestErrors(t *testing.T) {
	const services = `"services": [{"name": "s", "host": "h"}]`
	for _, c := range []struct{ name, text, fields string }{
		{"nothing", `{}`, `{"_format_version": "required field missing"}`},
		{"an empty list", `[]`, `{"_format_version": "required field missing"}`},
		{"another version", `{"_format_version": "9.9"}`, `{"_format_version": "expected one of: 1.1, 2.1, 3.0"}`},
		{"a number for a version", "_format_version: 3.0", `{"_format_version": "expected a string"}`},
		{"a word for a switch", document(`"_transform": "yes"`), `{"_transform": "expected a boolean"}`},
		{"a number for a comment", document(`"_comment": 1`), `{"_comment": "expected a string"}`},
		{"an unknown member", document(`"gadgets": []`), `{"gadgets": "unknown field"}`},
		{"what only decK knows", document(`"_info": {}, "_workspace": "w", "_defaults": {}`),
			`{"_info": "unknown field", "_workspace": "unknown field", "_defaults": "unknown field"}`},
		{"tags, which are no entities of a document", document(`"tags": []`), `{"tags": "unknown field"}`},
		{"no list", document(`"services": {"name": "s"}`), `{"services": "expected an array"}`},
		{"no object", document(`"services": ["s"]`), `{"services": ["expected a record"]}`},
		{"an unknown field", document(`"services": [{"name": "a", "host": "kiln.example", "zap": 1}]`),
			`{"services": [{"zap": "unknown field"}]}`},
		{"the second of two", document(`"services": [{"host": "h"}, {"name": "b"}]`),
			`{"services": [null, {"host": "required field missing"}]}`},
		{"null for something required", document(`"services": [{"host": "h", "enabled": null}]`),
			`{"services": [{"enabled": "required field missing"}]}`},
		{"a plugin that is not there", document(`"plugins": [{"name": "nope"}]`),
			`{"plugins": [{"name": "plugin 'nope' not enabled; add it to the 'plugins' configuration property"}]}`},
		{"a setting of a plugin", document(`"plugins": [{"name": "key-auth", "config": {"x": 1}}]`),
			`{"plugins": [{"config": {"x": "unknown field"}}]}`},
		{"a nested plugin", document(`"services": [{"name": "a", "host": "kiln.example", "plugins": [{"name": "key-auth", "config": {"key_names": "x"}}]}]`),
			`{"services": [{"plugins": [{"config": {"key_names": "expected an array"}}]}]}`},
		{"a path", document(services + `, "routes": [{"name": "rr", "paths": ["x"], "service": "s"}]`),
			`{"routes": [{"paths": ["should start with: / (fixed path) or ~/ (regex path)"]}]}`},
		{"a time to live", document(`"consumers": [{"username": "c", "keyauth_credentials": [{"key": "k", "ttl": -1}]}]`),
			`{"consumers": [{"keyauth_credentials": [{"ttl": "must be an integer between 0 and 100000000"}]}]}`},
		{"a time to live where there is none", document(`"services": [{"host": "h", "ttl": 1}]`), `{"services": [{"ttl": "unknown field"}]}`},
		{"no id", document(`"services": [{"host": "h", "id": "x"}]`), `{"services": [{"id": "expected a valid UUID"}]}`},
		{"two checks of one entity", document(`"services": [{"name": "a", "host": "h", "protocol": "tcp", "path": "/x"}]`),
			`{"services": [{"path": "value must be null", "@entity": ["failed conditional validation given value of field 'protocol'"]}]}`},

		{"a name twice", document(`"services": [{"name": "s", "url": "http://a"}, {"name": "s", "url": "http://b"}]`),
			`{"services": [null, "uniqueness violation: 'services' entity with name set to 's' already declared"]}`},
		{"an id twice", document(`"services": [{"id": "aaaaaaaa-0000-4000-8000-000000000001", "host": "a"}, {"id": "AAAAAAAA-0000-4000-8000-000000000001", "host": "b"}]`),
			`{"services": [null, "uniqueness violation: 'services' entity with primary key set to 'aaaaaaaa-0000-4000-8000-000000000001' already declared"]}`},
		{"a key twice", document(`"consumers": [{"username": "u1", "keyauth_credentials": [{"key": "k"}]}, {"username": "u2", "keyauth_credentials": [{"key": "k"}]}]`),
			`{"keyauth_credentials": ["uniqueness violation: 'keyauth_credentials' entity with key set to 'k' already declared"]}`},
		{"a target twice", document(`"upstreams": [{"name": "u", "targets": [{"target": "a:1"}, {"target": "a:1"}]}]`),
			`{"targets": [null, "uniqueness violation: 'targets' entity with primary key set to 'b21a4848-f7f7-52f5-b249-52528a43601f' already declared"]}`},
		{"another unique field twice", document(`"consumers": [{"username": "a", "custom_id": "x"}, {"username": "b", "custom_id": "x"}]`),
			`{"consumers": {"b": "uniqueness violation: 'consumers' entity with custom_id set to 'x' already declared"}}`},

		{"a reference to nothing", document(services + `, "routes": [{"name": "rr", "paths": ["/x"], "service": "missing"}]`),
			`{"routes": {"rr": ["invalid reference 'service: missing' (no such entry in 'services')"]}}`},
		{"a reference to nothing by id", document(`"routes": [{"name": "rr", "paths": ["/x"], "service": {"id": "aaaaaaaa-0000-4000-8000-000000000001"}}]`),
			`{"routes": {"rr": ["invalid reference 'service: {\"id\":\"aaaaaaaa-0000-4000-8000-000000000001\"}' (no such entry in 'services')"]}}`},
		{"two references to nothing", document(`"plugins": [{"id": "aaaaaaaa-0000-4000-8000-000000000001", "name": "cors", "service": "a", "route": "b"}]`),
			`{"plugins": {"aaaaaaaa-0000-4000-8000-000000000001": ["invalid reference 'route: b' (no such entry in 'routes')", "invalid reference 'service: a' (no such entry in 'services')"]}}`},
		{"a reference that has to be there", document(`"targets": [{"target": "a:1"}]`), `{"targets": [{"upstream": "required field missing"}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "fields", start(t).refuse(t, c.text).Fields, c.fields)
		})
	}
}

// TestUnreadable looks at texts that are no documents.
func TestUnreadable(t *testing.T) {
	const failed = "failed parsing declarative configuration: "
	for _, c := range []struct{ name, file, text, want string }{
		{"a scalar", "", "x", failed + "expected an object"},
		{"nothing", "", "", failed + "expected an object"},
		{"a list", "", "- a", failed + "expected an object"},
		{"broken YAML", "", "a: [", failed + "1:4: did not find expected node content"},
		{"an unknown kind of file", "/x/kong.txt", "{}", "unknown file type: /x/kong.txt. (Accepted types: json, yaml)"},
		{"YAML in a file for JSON", "/x/kong.json", "a: 1", failed},
		{"broken UTF-8", "", "_format_version: \"\xff\"", failed},
		{"two values", "/x/kong.json", "{} {}", failed},
		{"a zero byte", "", "a: \x00", failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := start(t).parser.Parse(declarative.Source{Text: []byte(c.text), Name: c.file})
			invalid, ok := err.(*declarative.Error)
			if !ok {
				t.Fatalf("error %v", err)
			}
			got, _ := invalid.Fields["error"].(string)
			if !strings.HasPrefix(got, c.want) || len(invalid.Fields) != 1 {
				t.Errorf("%v, want %s", invalid.Fields, c.want)
			}
			if tree := invalid.Tree(); tree != got {
				t.Errorf("as a tree %q", tree)
			}
		})
	}
}

func TestMessage(t *testing.T) {
	e := start(t).refuse(t, document(`"services": [{"host": "h"}, {"name": "b"}]`))
	v := e.Violation()
	const want = `declarative config is invalid: {services={[2]={host="required field missing"}}}`
	if v.Message != want || e.Error() != want || v.Code != 14 || v.Name != "invalid declarative configuration" {
		t.Errorf("%+v, %s", v, e)
	}
}

// TestTree looks at errors as the command line shows them.
func TestTree(t *testing.T) {
	e := start(t).refuse(t, document(`"gadgets": [],
		"services": [{"name": "a"}, {"host": "h", "routes": [{"paths": ["/", "x"]}]}]`))
	const want = `in 'gadgets': unknown field
in 'services':
  - in entry 1 of 'services':
    in 'host': required field missing
  - in entry 2 of 'services':
    in 'routes':
      - in entry 1 of 'routes':
        in 'paths':
          - in entry 2 of 'paths': should start with: / (fixed path) or ~/ (regex path)`
	if got := e.Tree(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestFlatten compares errors by entity with those of Kong.
func TestFlatten(t *testing.T) {
	const id = "aaaaaaaa-0000-4000-8000-000000000001"
	for _, c := range []struct{ name, text, flat, left string }{
		{
			"recorded", document(`"services": [{"name": "a", "host": "kiln.example", "tags": ["t1"], "protocol": "tcp", "path": "/x",
				"routes": [{"name": "r", "protocols": ["http"], "methods": ["GET"], "bogus": 1}]}]`),
			`[{"errors": [{"message": "unknown field", "field": "bogus", "type": "field"}],
				"entity": {"protocols": ["http"], "bogus": 1, "methods": ["GET"], "name": "r"}, "entity_type": "route", "entity_name": "r"},
			{"errors": [{"message": "value must be null", "field": "path", "type": "field"},
					{"message": "failed conditional validation given value of field 'protocol'", "type": "entity"}],
				"entity": {"host": "kiln.example", "path": "/x", "protocol": "tcp", "tags": ["t1"], "name": "a"},
				"entity_type": "service", "entity_tags": ["t1"], "entity_name": "a"}]`,
			`{}`,
		},
		{
			"recorded without a name", document(`"services": [{"name": "s", "port": -1, "routes": [{"paths": ["x"]}]}]`),
			`[{"errors": [{"type": "field", "field": "paths.1", "message": "should start with: / (fixed path) or ~/ (regex path)"}],
				"entity": {"paths": ["x"]}, "entity_type": "route"},
			{"entity_name": "s", "errors": [{"type": "field", "field": "port", "message": "value should be between 0 and 65535"},
					{"type": "field", "field": "host", "message": "required field missing"}],
				"entity": {"port": -1, "name": "s"}, "entity_type": "service"}]`,
			`{}`,
		},
		{
			"an unknown member", document(`"widgets": [], "services": [{"name": "b"}]`),
			`[{"errors": [{"message": "required field missing", "field": "host", "type": "field"}],
				"entity": {"name": "b"}, "entity_type": "service", "entity_name": "b"}]`,
			`{"widgets": "unknown field"}`,
		},
		{
			"a child of something with an id", document(`"services": [{"id": "` + id + `", "host": "h", "routes": [{"paths": ["x"]}]}]`),
			`[{"errors": [{"type": "field", "field": "paths.1", "message": "should start with: / (fixed path) or ~/ (regex path)"}],
				"entity": {"paths": ["x"], "service": {"id": "` + id + `"}}, "entity_type": "route"}]`,
			`{}`,
		},
		{
			"ids, and names that are none", document(`"consumers": [{"id": "` + id + `", "username": "u", "tags": ["a", 1]}],
				"plugins": [{"name": "nope", "id": "x"}]`),
			`[{"errors": [{"type": "field", "field": "name", "message": "plugin 'nope' not enabled; add it to the 'plugins' configuration property"}],
				"entity": {"name": "nope", "id": "x"}, "entity_type": "plugin", "entity_name": "nope"},
			{"errors": [{"type": "field", "field": "tags.2", "message": "expected a string"}],
				"entity": {"id": "` + id + `", "username": "u", "tags": ["a", 1]}, "entity_type": "consumer", "entity_id": "` + id + `"}]`,
			`{}`,
		},
		{
			"nested settings", document(`"plugins": [{"name": "http-log", "config": {"http_endpoint": "x", "queue": {"max_batch_size": 0}}}]`),
			`[{"errors": [{"type": "field", "field": "config.queue.max_batch_size", "message": "value should be between 1 and 1000000"},
					{"type": "field", "field": "config.http_endpoint", "message": "missing host in url"}],
				"entity": {"name": "http-log", "config": {"http_endpoint": "x", "queue": {"max_batch_size": 0}}},
				"entity_type": "plugin", "entity_name": "http-log"}]`,
			`{}`,
		},
		{
			"dangling references stay", document(`"routes": [{"name": "r", "paths": ["/"], "service": "none"}]`), `[]`,
			`{"routes": {"r": ["invalid reference 'service: none' (no such entry in 'services')"]}}`,
		},
		{"no text", "x", `[]`, `{"error": "failed parsing declarative configuration: expected an object"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			broken, rest := start(t).refuse(t, c.text).Flatten()
			equal(t, "flattened", broken, c.flat)
			equal(t, "left", rest.Fields, c.left)
		})
	}
}

// TestErrorsAreJSON makes sure that no error holds what can't be shown.
func TestErrorsAreJSON(t *testing.T) {
	e := start(t).refuse(t, document(`"services": [null, 1, [], {"routes": [null, {"plugins": 1}]}]`))
	if _, err := json.Marshal(e.Fields); err != nil {
		t.Error(err)
	}
}
