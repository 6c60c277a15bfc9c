package admin_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// deckLists are the lists that decK 1.62.1 reads.
var deckLists = strings.Fields("services routes plugins consumers upstreams certificates snis ca_certificates vaults keys " +
	"key-sets key-auths basic-auths hmac-auths jwts oauth2 acls")

// TestDeckValidates makes the calls of `deck gateway validate`.
func TestDeckValidates(t *testing.T) { onEveryStore(t, testDeckValidates) }

func testDeckValidates(t *testing.T, start starter) {
	n := start(t)
	rows := n.occupy()
	calls := []call{
		{"GET", "/", nil, 200, "version configuration.database"},
		{"GET", "/schemas/consumer_group_plugins", nil, 404, "message"},
		{"POST", "/schemas/routes/validate", doc{"paths": []string{"x"}}, 400, "message fields.paths"},
	}
	for _, name := range strings.Fields("services routes upstreams targets") {
		calls = append(calls, call{"GET", "/schemas/" + name, nil, 200, "fields"})
	}
	entities := map[string]string{
		"key-auth": "keyauth_credentials", "basic-auth": "basicauth_credentials", "hmac-auth": "hmacauth_credentials",
		"jwt": "jwt_secrets", "oauth2": "oauth2_credentials", "key-sets": "key_sets",
	}
	for _, row := range rows {
		name := row.kind()
		if entity, ok := entities[name]; ok {
			name = entity
		}
		calls = append(calls, call{"POST", "/schemas/" + name + "/validate", row.body, 200, "message"})
	}
	n.make(t, calls, nil)
}

// TestDeckDumps makes the calls of `deck gateway dump` and those with which `diff` fills in defaults.
func TestDeckDumps(t *testing.T) { onEveryStore(t, testDeckDumps) }

func testDeckDumps(t *testing.T, start starter) {
	n := start(t)
	n.occupy()
	var calls []call
	for _, list := range deckLists {
		calls = append(calls,
			call{"GET", "/" + list + "?size=1000", nil, 200, "data.id next"},
			call{"GET", "/" + list + "?size=1000&tags=team-a,none", nil, 200, "next"},
		)
	}
	for _, list := range strings.Fields("services routes certificates consumers acls") {
		calls = append(calls, call{"GET", "/" + list + "?size=1000&tags=team-a", nil, 200, "data.tags"})
	}
	for _, name := range strings.Fields("rate-limiting cors key-auth request-transformer") {
		calls = append(calls, call{"GET", "/schemas/plugins/" + name, nil, 200, "fields"})
	}
	for _, path := range strings.Fields("/consumer_groups /partials /mtls-auths /degraphql_routes " +
		"/graphql-rate-limiting-advanced/costs /workspaces /workspaces/default /rbac/roles /licenses") {
		calls = append(calls, call{"GET", path + "?size=1000", nil, 404, "message"})
	}
	calls = append(calls,
		call{"GET", "/filter-chains?size=1000", nil, 400, "message"},
		call{"GET", "/upstreams/" + numbered(30) + "/targets?size=1000", nil, 200, "data.id data.target data.weight"},
	)
	n.make(t, calls, nil)
}

// dump reads all that decK reads, but for the times of changes and hashed passwords.
func (n *node) dump() map[string]any {
	n.t.Helper()
	all := map[string]any{}
	lists := slices.Clone(deckLists)
	for _, id := range n.send("GET", "/upstreams?size=1000", nil).names("id") {
		lists = append(lists, fmt.Sprintf("upstreams/%s/targets", id))
	}
	for _, list := range lists {
		got := n.send("GET", "/"+list+"?size=1000", nil)
		got.want(n.t, 200, nil)
		rows, _ := got.object()["data"].([]any)
		for _, row := range rows {
			row := row.(doc)
			delete(row, "updated_at")
			delete(row, "password")
			all[list+"/"+fmt.Sprint(row["id"])] = row
		}
	}
	return all
}

// TestDeckSyncs brings the 500 entities of one gateway to another, the way of `deck gateway sync`: a PUT by id with everything
// filled in. What it reads afterwards has to be what it sent, and the same sent again changes nothing.
func TestDeckSyncs(t *testing.T) {
	from, to := start(t), start(t)
	rows := from.settle(largeEstate(newPKI(t), 500))
	want := from.dump()
	for _, sni := range from.send("GET", "/snis?size=1000", nil).object()["data"].([]any) {
		rows = append(rows, kept{"/snis", sni.(doc)})
	}
	for _, row := range rows {
		if row.list == "/certificates" {
			delete(row.body, "snis") // rows of their own, to decK
		}
	}
	for range 2 {
		for _, row := range rows {
			got := to.send("PUT", row.path(), row.body)
			if got.status == 404 && row.kind() == "targets" {
				to.send("POST", row.list, row.body).want(t, 201, nil)
				continue
			}
			got.want(t, 200, nil)
		}
		for name, got := range to.dump() {
			if !reflect.DeepEqual(got, want[name]) {
				t.Errorf("%s: got %v, want %v", name, got, want[name])
			}
		}
	}
	if len(to.dump()) != len(want) {
		t.Errorf("%d rows, want %d", len(to.dump()), len(want))
	}
	to.vacate(rows)
	for _, list := range deckLists {
		to.send("GET", "/"+list, nil).want(t, 200, doc{"data": []any{}, "next": nil})
	}
}
