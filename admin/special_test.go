package admin_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTags(t *testing.T) { onEveryStore(t, testTags) }

func testTags(t *testing.T, start starter) {
	n := start(t)
	n.must("PUT", "/consumers/"+ann, doc{"username": "ann", "tags": []string{"red", "big"}})
	n.must("PUT", "/services/"+one, doc{"host": "h", "tags": []string{"red", one}})
	pair := func(tag, entity, id string) doc { return doc{"tag": tag, "entity_name": entity, "entity_id": id} }
	n.send("GET", "/tags", nil).want(t, 200, doc{"next": nil, "data": []doc{
		pair("red", "consumers", ann), pair("big", "consumers", ann), pair("red", "services", one), pair(one, "services", one),
	}})
	var seen []any
	for next := "/tags?size=1&tags=x"; next != ""; {
		got := n.send("GET", next, nil)
		got.want(t, 200, nil)
		seen = append(seen, got.names("tag")...)
		link, _ := got.object()["next"].(string)
		if link != "" && !strings.HasSuffix(link, "&tags=x&size=1") {
			t.Fatalf("next %s", link)
		}
		next = link
	}
	if fmt.Sprint(seen) != fmt.Sprint([]any{"red", "big", "red", one}) {
		t.Errorf("tags %v", seen)
	}

	n.send("GET", "/tags/red", nil).want(t, 200, doc{"next": nil, "data": []doc{
		pair("red", "consumers", ann), pair("red", "services", one),
	}})
	n.send("GET", "/tags/"+one, nil).want(t, 200, doc{"next": nil, "data": []doc{pair(one, "services", one)}})
	n.send("GET", "/tags/none", nil).want(t, 200, doc{"next": nil, "data": []doc{}})
	page := n.send("GET", "/tags/red?size=1", nil).object()
	if next, _ := page["next"].(string); next != "/tags/red?offset="+fmt.Sprint(page["offset"]) {
		t.Errorf("next %v", page["next"])
	}
	n.send("GET", "/tags?size=0", nil).want(t, 400, nil)
	n.send("GET", "/tags/red?offset=", nil).want(t, 400, nil)

	readOnly := doc{
		"code": 2, "name": "schema violation",
		"message": "schema violation (tags: does not support insert/upsert/update/delete operations)",
		"fields":  doc{"tags": "does not support insert/upsert/update/delete operations"},
	}
	n.send("POST", "/tags", nil).want(t, 400, readOnly)
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		n.send(method, "/tags/red", nil).want(t, 400, readOnly)
	}
}

func TestConsumersByCustomID(t *testing.T) { onEveryStore(t, testConsumersByCustomID) }

func testConsumersByCustomID(t *testing.T, start starter) {
	n := start(t)
	ann := n.must("POST", "/consumers", doc{"username": "ann", "custom_id": "c 1"})
	n.must("POST", "/consumers", doc{"username": "bob", "custom_id": "c2"})
	n.send("GET", "/consumers?custom_id=c%201&size=0", nil).want(t, 200, doc{"data": []doc{ann}, "next": nil})
	n.send("GET", "/consumers?custom_id=c9", nil).want(t, 200, doc{"data": []doc{}, "next": nil})
	for _, query := range []string{"custom_id=", "custom_id", "custom_id=c2&custom_id=c9"} {
		n.send("GET", "/consumers?"+query, nil).want(t, 400, said("custom_id must be an unempty string"))
	}
	if got := n.send("GET", "/consumers?username=ann", nil); len(got.names("id")) != 2 {
		t.Errorf("consumers %s", got.text)
	}
}

// TestTextNoStoreKeeps has text that databases fail over.
func TestTextNoStoreKeeps(t *testing.T) { onEveryStore(t, testTextNoStoreKeeps) }

func testTextNoStoreKeeps(t *testing.T, start starter) {
	n := start(t)
	reason := "must be valid UTF-8 without NUL characters"
	inPath := doc{"code": 10, "name": "invalid unique username", "message": reason}
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		n.send(method, "/consumers/a%00", nil).want(t, 400, nil)
		n.send(method, "/consumers/%ff", nil).want(t, 400, inPath)
	}
	n.send("GET", "/certificates/%ff", nil).want(t, 400, nil)
	n.must("PUT", "/consumers/ann", nil)
	n.send("GET", "/consumers/ann/acls/%ff", nil).want(t, 404, nil)
	n.send("PUT", "/consumers/ann/acls/%ff", nil).want(t, 400, doc{
		"code": 2, "name": "schema violation", "message": "schema violation (group: " + reason + ")", "fields": doc{"group": reason},
	})
	for _, id := range []string{"a%00", "%ff"} {
		n.send("GET", "/consumers?custom_id="+id, nil).want(t, 200, doc{"data": []doc{}, "next": nil})
	}
	for _, c := range []struct{ path, form, field, reason string }{
		{"/consumers", "username=a%00", "username", reason},
		{"/consumers", "username=%ff", "username", reason},
		{"/services", "host=h&name=ab%ff", "name", "invalid utf-8 character sequence detected at position 3"},
		{"/services", "host=h&path=/%ff", "path", "invalid path: '/\ufffd' (characters outside of the reserved list of RFC 3986 found)"},
	} {
		n.send("POST", c.path, c.form).want(t, 400, doc{
			"code": 2, "name": "schema violation", "message": "schema violation (" + c.field + ": " + c.reason + ")",
			"fields": doc{c.field: c.reason},
		})
	}
}

func TestPlugins(t *testing.T) { onEveryStore(t, testPlugins) }

func testPlugins(t *testing.T, start starter) {
	n := start(t)
	n.must("PUT", "/services/s", doc{"host": "h"})
	enabled, _ := n.must("GET", "/plugins/enabled", nil)["enabled_plugins"].([]any)
	if len(enabled) != 45 || !slices.Contains(enabled, any("cors")) {
		t.Errorf("%d plugins: %v", len(enabled), enabled)
	}
	n.send("GET", "/plugins/schema/request-size-limiting", nil).want(t, 200, doc{"fields": []doc{
		{"allowed_payload_size": doc{"type": "integer", "default": 128}},
		{"size_unit": doc{
			"type": "string", "required": true, "default": "megabytes", "one_of": []string{"megabytes", "kilobytes", "bytes"},
		}},
		{"require_content_length": doc{"type": "boolean", "required": true, "default": false}},
	}})
	n.send("GET", "/plugins/schema/nope", nil).want(t, 404, said("No plugin named 'nope'"))

	// The text of a form is converted by the description of the plugin, which a PATCH need not name.
	made := n.must("POST", "/services/s/plugins", "name=cors&instance_name=a&config.max_age=5&config.origins=x&config.credentials=true")
	config := func(plugin doc) string {
		c, _ := plugin["config"].(doc)
		return fmt.Sprint(c["max_age"], c["origins"], c["credentials"])
	}
	if got := config(made); got != "5 [x] true" {
		t.Errorf("config %s", got)
	}
	for _, path := range []string{"/plugins/a", "/services/s/plugins/a", "/plugins/" + made["id"].(string)} {
		if got := config(n.must("PATCH", path, "config.max_age=6.5&config.credentials=false")); got != "6.5 [x] false" {
			t.Errorf("%s: config %s", path, got)
		}
		n.must("PATCH", path, doc{"config": doc{"max_age": 5}})
	}
	n.send("PATCH", "/plugins/a", "config.max_age=x").want(t, 400, nil)
	n.send("PATCH", "/plugins/nope", doc{"nope": 1}).want(t, 404, said("Not found"))
	n.send("PATCH", "/plugins/"+ann, "enabled=false").want(t, 404, said("Not found"))
	n.send("PATCH", "/plugins/"+ann, doc{"name": "cors", "route": nil, "service": nil, "consumer": nil}).want(t, 404, doc{
		"code": 6, "name": "not found", "message": `could not find the entity with primary key '{id="` + ann + `"}'`,
		"fields": doc{"id": ann},
	})
	n.send("PATCH", "/plugins/a", doc{"id": ann}).want(t, 200, nil)
	n.send("POST", "/plugins", []any{1}).want(t, 400, doc{
		"code": 2, "name": "schema violation", "message": "schema violation (name: required field missing)",
		"fields": doc{"name": "required field missing"},
	})
}

func TestKeysByName(t *testing.T) { onEveryStore(t, testKeysByName) }

func testKeysByName(t *testing.T, start starter) {
	n := start(t)
	refused := doc{
		"code": 1, "name": "invalid primary key", "message": `invalid primary key: '{id="expected a valid UUID"}'`,
		"fields": doc{"id": "expected a valid UUID"},
	}
	n.must("PUT", "/key-sets/"+one, doc{"name": "set"})
	n.must("GET", "/key-sets/set", nil)
	n.send("PUT", "/key-sets/set", doc{}).want(t, 400, refused)
	n.send("PUT", "/keys/k", doc{"kid": "k"}).want(t, 400, refused)
	n.send("PUT", "/key-sets/set/keys/k", doc{"kid": "k"}).want(t, 400, refused)
	n.send("PATCH", "/key-sets/set", doc{"name": "other"}).want(t, 200, nil)
}

func TestSchemas(t *testing.T) {
	n := start(t)
	got := n.must("GET", "/schemas/snis", nil)
	fields, _ := got["fields"].([]any)
	want := doc{"certificate": doc{"type": "foreign", "reference": "certificates", "required": true}}
	if len(fields) == 0 || fmt.Sprint(fields[len(fields)-1]) != fmt.Sprint(want) {
		t.Errorf("schema %v", got)
	}
	n.send("GET", "/schemas/nope", nil).want(t, 404, said("No entity named 'nope'"))
	n.send("GET", "/schemas/tags", nil).want(t, 200, nil)
	n.send("GET", "/schemas/plugins", nil).want(t, 200, nil)
	n.send("GET", "/schemas/plugins/cors", nil).want(t, 200, nil)
	n.send("GET", "/schemas/plugins/nope", nil).want(t, 404, said("No plugin named 'nope'"))
	n.send("GET", "/schemas/vaults/env", nil).want(t, 200, nil)
	n.send("GET", "/schemas/vaults/nope", nil).want(t, 404, said("No vault named 'nope'"))
	n.send("GET", "/schemas/filters/nope", nil).want(t, 404, said("Filter 'nope' not found"))
	n.send("GET", "/schemas", nil).want(t, 404, said("Not found"))
	n.send("POST", "/schemas/services", doc{}).want(t, 405, said("Method not allowed"))
	n.send("GET", "/schemas/services/validate", nil).want(t, 405, said("Method not allowed"))
	n.send("GET", "/schemas/plugins/validate", nil).want(t, 405, said("Method not allowed"))
	n.send("POST", "/schemas/plugins/cors/validate", doc{}).want(t, 404, said("Not found"))

	valid := said("schema validation successful")
	for _, c := range []struct {
		name, path string
		body       any
		status     int
		want       any
	}{
		{"valid", "/schemas/services/validate", doc{"host": "h", "client_certificate": nil}, 200, valid},
		{"query", "/schemas/services/validate?host=h", nil, 200, valid},
		{"body before query", "/schemas/services/validate?host=h", doc{"host": 1}, 400, nil},
		{"text of a form stays text", "/schemas/services/validate", "host=h&port=80", 400, doc{
			"code": 2, "name": "schema violation", "message": "schema violation (port: expected an integer)",
			"fields": doc{"port": "expected an integer"},
		}},
		{"shorthand", "/schemas/services/validate", doc{"url": "http://h/p"}, 200, valid},
		{"no look at the store", "/schemas/routes/validate", doc{"paths": []string{"/"}, "service": doc{"id": one}}, 200, valid},
		{"unknown entity", "/schemas/nope/validate", doc{}, 404, said("No entity named 'nope'")},
		{"plugin", "/schemas/plugins/validate", doc{"name": "cors", "config": doc{"max_age": "x"}}, 400, doc{
			"code": 2, "name": "schema violation", "message": "schema violation (config.max_age: expected a number)",
			"fields": doc{"config": doc{"max_age": "expected a number"}},
		}},
		{"vault", "/schemas/vaults/validate", doc{"name": "env", "prefix": "my-env"}, 200, valid},
	} {
		t.Run(c.name, func(t *testing.T) { n.send("POST", c.path, c.body).want(t, c.status, c.want) })
	}
	if got := n.send("GET", "/services", nil); len(got.names("id")) != 0 {
		t.Errorf("validation made %s", got.text)
	}
}
