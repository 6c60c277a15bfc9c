package admin_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
)

// TestGoKong does with every row what the suite of go-kong 0.77.0 does with one of its kind: it makes it under its id, looks
// it up, changes it with the id in the body, lists it page by page and by tag, and deletes it.
func TestGoKong(t *testing.T) { onEveryStore(t, testGoKong) }

func testGoKong(t *testing.T, start starter) {
	n := start(t)
	rows := n.occupy()
	for _, row := range rows {
		t.Run(row.path(), func(t *testing.T) {
			id := row.body["id"]
			if key, ok := row.body[endpointKeys[row.kind()]].(string); ok {
				if got := n.must("GET", row.list+"/"+url.PathEscape(key), nil); got["id"] != id {
					t.Errorf("%s is row %v", key, got["id"])
				}
			}
			if _, ok := row.body["tags"]; ok {
				n.must("PATCH", row.path(), doc{"id": id, "tags": []string{"go", "kong"}})
				got := n.send("GET", row.list+"?tags=go,kong", nil)
				if !slices.Contains(got.names("id"), id) {
					t.Errorf("tagged: %s", got.text)
				}
				pairs := n.send("GET", "/tags/go?size=1000", nil)
				if !slices.Contains(pairs.names("entity_id"), id) {
					t.Errorf("pairs %s", pairs.text)
				}
				n.must("PATCH", row.path(), doc{"id": id, "tags": []string{}})
			}
			n.send("PATCH", row.list+"/"+two, doc{"id": two}).want(t, 404, nil)
			n.send("GET", row.list+"/"+two, nil).want(t, 404, nil)
			var seen []any
			for next := row.list + "?size=2"; next != ""; {
				page := n.send("GET", next, nil)
				page.want(t, 200, nil)
				seen = append(seen, page.names("id")...)
				offset, more := page.object()["offset"]
				if next = ""; more {
					next = fmt.Sprint(row.list, "?size=2&offset=", offset)
				}
			}
			if !slices.Contains(seen, id) {
				t.Errorf("pages %v", seen)
			}
		})
	}
	n.vacate(rows)
	for _, row := range rows {
		n.send("GET", row.path(), nil).want(t, 404, nil)
	}
}

// endpointKeys are the members that stand for rows in paths, by the last segment of the list.
var endpointKeys = map[string]string{
	"services": "name", "routes": "name", "upstreams": "name", "targets": "target", "plugins": "instance_name", "snis": "name",
	"consumers": "username", "key-auth": "key", "basic-auth": "username", "hmac-auth": "username", "jwt": "key",
	"oauth2": "client_id", "acls": "group", "vaults": "prefix", "key-sets": "name", "keys": "name",
}

// TestGoKongCalls makes those calls that only some kinds of rows have.
func TestGoKongCalls(t *testing.T) { onEveryStore(t, testGoKongCalls) }

func testGoKongCalls(t *testing.T, start starter) {
	n := startBalancer(t, passiveChecks)
	n.occupy()
	service, route, consumer := numbered(2), numbered(4), numbered(10)
	n.make(t, []call{
		{"GET", "/", nil, 200, "version configuration.database plugins.available_on_server"},
		{"GET", "/status", nil, 200, "database.reachable server memory"},
		{"POST", "/services/" + service + "/routes", doc{"paths": []string{"/g"}}, 201, "id service.id"},
		{"GET", "/routes/" + route + "/service", nil, 200, "id"},
		{"POST", "/services/" + service + "/plugins", doc{"name": "jwt"}, 201, "id service.id"},
		{"POST", "/routes/" + route + "/plugins", doc{"name": "jwt", "protocols": []string{"https"}}, 201, "id route.id"},
		{"PATCH", "/routes/" + route + "/plugins/edge-cors", doc{"enabled": false}, 200, "enabled"},
		{"DELETE", "/routes/" + route + "/plugins/edge-cors", nil, 204, ""},
		{"GET", "/services/" + service + "/plugins", nil, 200, "data.id"},
		{"GET", "/consumers/" + consumer + "/plugins", nil, 200, "data.id"},
		{"POST", "/schemas/plugins/validate", doc{"name": "acl", "config": doc{"allow": []string{"a"}}}, 200, "message"},
		{"POST", "/schemas/plugins/validate", doc{"name": "acl", "config": doc{"nope": 1}}, 400, "message"},
		{"GET", "/plugins/schema/key-auth", nil, 200, "fields"},
		{"GET", "/schemas/plugins/key-auth", nil, 200, "fields"},
		{"GET", "/schemas/plugins/noexist", nil, 404, "message"},
		{"GET", "/schemas/keyauth_credentials", nil, 200, "fields"},
		{"GET", "/schemas/vaults/env", nil, 200, "fields"},
		{"GET", "/consumers?custom_id=m1", nil, 200, "data.id"},
		{"GET", "/consumers?custom_id=none", nil, 200, "data"},
		{"GET", "/certificates/a.example", nil, 200, "id snis"},
		{"POST", "/certificates/" + numbered(0) + "/snis", doc{"name": "g.example"}, 201, "id"},
		{"GET", "/certificates/" + numbered(0) + "/snis", nil, 200, "data.name"},
		{"GET", "/upstreams/up/health", nil, 200, "data.health node_id"},
		{"PUT", "/upstreams/up/targets/10.0.0.1:80/unhealthy", nil, 204, ""},
		{"PUT", "/upstreams/up/targets/10.0.0.1:80/healthy", nil, 204, ""},
		{"GET", "/consumers/" + consumer + "/key-auth/key-one", nil, 200, "key"},
		{"GET", "/consumers/" + consumer + "/acls/guild", nil, 200, "group"},
		{"GET", "/consumers/" + consumer + "/oauth2/client", nil, 200, "client_id"},
		{"GET", "/key-sets/signing/keys", nil, 200, "data.kid"},
		{"GET", "/keys/k1/set", nil, 200, "name"},
		{"GET", "/tags?size=1000", nil, 200, "data.tag data.entity_name data.entity_id"},
		{"GET", "/config", nil, 400, "message"},
	}, nil)
}
