package admin_test

import (
	"crypto/x509/pkix"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/internal/testenv/selfsigned"
)

// badges is an entity that no code knows. It has what can make generated endpoints differ.
var badges = schema.Entity{
	Name: "badges", EndpointKey: "number", Workspaceable: true, TTL: true,
	AdminName: "all-badges", AdminNestedName: "badge",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		{Name: "number", Type: schema.String, Required: schema.Required, Unique: true},
		{Name: "level", Type: schema.Integer, Default: 1, Between: []float64{1, 9}},
		{Name: "places", Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
		{Name: "rights", Type: schema.Map, Keys: &schema.Field{Type: schema.String}, Values: &schema.Field{Type: schema.Number}},
		{Name: "style", Type: schema.Record, Fields: []schema.Field{
			{Name: "color", Type: schema.String, Default: "red"},
			{Name: "big", Type: schema.Boolean, Default: false},
		}},
		{Name: "owner", Type: schema.Foreign, Reference: "consumers", OnDelete: schema.Cascade},
		typedef.Tags,
	},
}

const (
	ann = "11111111-1111-4111-8111-00000000000a"
	bob = "11111111-1111-4111-8111-00000000000b"
	one = "22222222-2222-4222-8222-000000000001"
	two = "22222222-2222-4222-8222-000000000002"
)

// startWithBadges starts a node with two consumers, of which ann has badge one.
func startWithBadges(t *testing.T, start starter) *node {
	n := start(t)
	n.must("PUT", "/consumers/"+ann, doc{"username": "ann"})
	n.must("PUT", "/consumers/"+bob, doc{"username": "bob"})
	n.must("PUT", "/all-badges/"+one, doc{"number": "n1", "owner": doc{"id": ann}})
	return n
}

// badge is badge one as it is shown, with changes.
func badge(t *testing.T, n *node, changes doc) doc {
	t.Helper()
	shown := doc{
		"id": one, "created_at": n.must("GET", "/all-badges/"+one, nil)["created_at"], "number": "n1", "level": 1, "places": nil,
		"rights": nil, "style": doc{"color": "red", "big": false}, "owner": doc{"id": ann}, "tags": nil, "ttl": nil,
	}
	for k, v := range changes {
		shown[k] = v
	}
	return shown
}

func TestGeneratedEntity(t *testing.T) {
	n := startWithBadges(t, start)
	missing := doc{
		"code": 6, "name": "not found", "message": `could not find the entity with '{number="n9"}'`, "fields": doc{"number": "n9"},
	}
	n.send("GET", "/all-badges/n1", nil).want(t, 200, badge(t, n, nil))
	n.send("GET", "/all-badges/"+strings.ToUpper(one), nil).want(t, 200, badge(t, n, nil))
	n.send("GET", "/all-badges/n9", nil).want(t, 404, said("Not found"))
	n.send("POST", "/all-badges?number=n9", doc{}).want(t, 400, nil) // the query makes no entity
	n.send("POST", "/all-badges", doc{"number": "n2", "id": two}).want(t, 201, nil)
	n.send("POST", "/all-badges", doc{"number": "n2"}).want(t, 409, doc{
		"code": 5, "name": "unique constraint violation", "message": `UNIQUE violation detected on '{number="n2"}'`,
		"fields": doc{"number": "n2"},
	})
	n.send("PATCH", "/all-badges/n1", doc{"style": doc{"big": true}, "level": nil}).want(t, 200,
		badge(t, n, doc{"style": doc{"color": "red", "big": true}, "level": nil}))
	n.send("PUT", "/all-badges/n1", doc{"number": "n3", "owner": doc{"username": "ann"}}).want(t, 200, badge(t, n, nil))
	n.send("PATCH", "/all-badges/n9", doc{"nope": 1}).want(t, 404, missing)
	n.send("PATCH", "/all-badges/n9", "nope=1").want(t, 404, missing)
	n.send("PATCH", "/all-badges/n1", doc{"nope": 1}).want(t, 400, nil)
	n.send("PATCH", "/all-badges/n1", []any{1}).want(t, 400, doc{
		"code": 2, "name": "schema violation", "message": "schema violation (1: unknown field)", "fields": []any{"unknown field"},
	})
	n.send("POST", "/all-badges", []any{1}).want(t, 400, doc{
		"code": 2, "name": "schema violation",
		"message": "2 schema violations (1: unknown field; number: required field missing)",
		"fields":  doc{"1": "unknown field", "number": "required field missing"},
	})
	n.send("DELETE", "/all-badges/n2", nil).want(t, 204, nil)
	n.send("DELETE", "/all-badges/n2", nil).want(t, 204, nil)
	if got := n.send("GET", "/all-badges", nil); fmt.Sprint(got.names("number")) != "[n1]" {
		t.Errorf("badges %v", got.names("number"))
	}
	n.send("GET", "/schemas/badges", nil).want(t, 200, nil)
}

func TestGeneratedForm(t *testing.T) { onEveryStore(t, testGeneratedForm) }

func testGeneratedForm(t *testing.T, start starter) {
	n := startWithBadges(t, start)
	form := url.Values{
		"level": {"0x2"}, "places[2]": {"b"}, "places[1]": {"a"}, "rights.a": {"1.5"}, "rights[b.c]": {"2"},
		"style.big": {"true"}, "style.color": {""}, "owner.username": {"bob"}, "tags": {"t1"}, "ttl": {"1000"},
	}
	got := n.send("PATCH", "/all-badges/n1", form.Encode())
	ttl, _ := got.object()["ttl"].(float64)
	if ttl < 900 || ttl > 1000 {
		t.Errorf("ttl %v", ttl)
	}
	got.want(t, 200, badge(t, n, doc{
		"level": 2, "places": []string{"a", "b"}, "rights": doc{"a": 1.5, "b.c": 2}, "style": doc{"color": nil, "big": true},
		"owner": doc{"id": bob}, "tags": []string{"t1"}, "ttl": ttl,
	}))
	n.send("PATCH", "/all-badges/n1", "level=two&ttl=soon").want(t, 400, doc{
		"code": 11, "name": "invalid options", "message": "invalid option (ttl: must be an integer between 0 and 100000000)",
		"options": doc{"ttl": "must be an integer between 0 and 100000000"},
	})
	n.send("PATCH", "/all-badges/n1", "level=two").want(t, 400, doc{
		"code": 2, "name": "schema violation", "message": "schema violation (level: expected an integer)",
		"fields": doc{"level": "expected an integer"},
	})
	n.send("PATCH", "/all-badges/n1", doc{"level": "2"}).want(t, 400, nil)
}

func TestGeneratedChildren(t *testing.T) {
	n := startWithBadges(t, start)
	notFound := said("Not found")
	n.send("GET", "/consumers/ann/badge/n1", nil).want(t, 200, badge(t, n, nil))
	n.send("GET", "/consumers/bob/badge/n1", nil).want(t, 404, notFound)
	n.send("GET", "/consumers/eve/badge/n1", nil).want(t, 404, notFound)
	n.send("GET", "/consumers/ann/badge/n9", nil).want(t, 404, notFound)
	n.send("GET", "/consumers/eve/badge", nil).want(t, 404, notFound)
	n.send("POST", "/consumers/eve/badge", doc{"number": "n9"}).want(t, 404, notFound)
	n.send("PUT", "/consumers/eve/badge/n9", doc{}).want(t, 404, notFound)
	n.send("GET", "/consumers/ann/badges", nil).want(t, 404, notFound)

	n.send("POST", "/consumers/bob/badge", doc{"id": two, "number": "n2", "owner": doc{"id": ann}}).want(t, 201, nil)
	if got := n.must("GET", "/all-badges/n2", nil)["owner"]; fmt.Sprint(got) != fmt.Sprint(doc{"id": bob}) {
		t.Errorf("owner %v", got)
	}
	n.send("PATCH", "/consumers/ann/badge/n1", doc{"level": 5}).want(t, 200, badge(t, n, doc{"level": 5}))
	n.send("PATCH", "/consumers/bob/badge/n1", doc{"level": 6}).want(t, 404, notFound)
	n.send("PATCH", "/consumers/ann/badge/n1", doc{"owner": nil}).want(t, 200, badge(t, n, doc{"level": 5, "owner": nil}))
	n.send("PUT", "/consumers/bob/badge/n1", doc{"level": 7}).want(t, 200, badge(t, n, doc{"level": 7, "owner": doc{"id": bob}}))
	n.send("PUT", "/consumers/ann/badge/n5", "level=3").want(t, 200, nil)

	n.send("DELETE", "/consumers/ann/badge/n1", nil).want(t, 404, notFound)
	n.send("DELETE", "/consumers/bob/badge/n1", nil).want(t, 204, nil)
	n.send("DELETE", "/consumers/bob/badge/n1", nil).want(t, 404, notFound)
	n.must("DELETE", "/consumers/bob", nil) // and what he has
	if got := n.send("GET", "/all-badges", nil); fmt.Sprint(got.names("number")) != "[n5]" {
		t.Errorf("badges %v", got.names("number"))
	}
}

func TestGeneratedParent(t *testing.T) { onEveryStore(t, testGeneratedParent) }

func testGeneratedParent(t *testing.T, start starter) {
	n := startWithBadges(t, start)
	notFound := said("Not found")
	n.must("PUT", "/all-badges/free", doc{})
	n.send("GET", "/all-badges/n1/owner", nil).want(t, 200, n.must("GET", "/consumers/ann", nil))
	n.send("GET", "/all-badges/n9/owner", nil).want(t, 404, notFound)
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		n.send(method, "/all-badges/free/owner", nil).want(t, 404, notFound)
	}
	n.send("DELETE", "/all-badges/n1/owner", nil).want(t, 405, said("Method not allowed"))
	n.send("POST", "/all-badges/n1/owner", doc{}).want(t, 405, said("Method not allowed"))

	n.must("PATCH", "/all-badges/n1/owner", "custom_id=7")
	n.must("PUT", "/all-badges/n1/owner", doc{"username": "anna"})
	if got := n.must("GET", "/consumers/"+ann, nil); got["username"] != "anna" || got["custom_id"] != nil {
		t.Errorf("consumer %v", got)
	}
	made := n.must("PUT", "/all-badges/free/owner", doc{"username": "fred"})
	if got := n.must("GET", "/all-badges/free", nil)["owner"]; fmt.Sprint(got) != fmt.Sprint(doc{"id": made["id"]}) {
		t.Errorf("owner %v, made %v", got, made)
	}
	n.send("PUT", "/all-badges/free/owner", doc{}).want(t, 400, nil)
}

// TestParentIsTakenBack is about a child that can't have the parent that was made for it.
func TestParentIsTakenBack(t *testing.T) { onEveryStore(t, testParentIsTakenBack) }

func testParentIsTakenBack(t *testing.T, start starter) {
	n := start(t)
	cert, key, err := selfsigned.New(pkix.Name{CommonName: "client"})
	if err != nil {
		t.Fatal(err)
	}
	certificate := doc{"cert": string(cert), "key": string(key)}
	n.must("PUT", "/services/plain", doc{"host": "h", "protocol": "http"})
	n.send("PUT", "/services/plain/client_certificate", certificate).want(t, 400, nil)
	if got := n.send("GET", "/certificates", nil); len(got.names("id")) != 0 {
		t.Errorf("a certificate is left: %s", got.text)
	}
	n.must("PATCH", "/services/plain", doc{"protocol": "https"})
	made := n.must("PUT", "/services/plain/client_certificate", certificate)
	if got := n.must("GET", "/services/plain", nil)["client_certificate"]; fmt.Sprint(got) != fmt.Sprint(doc{"id": made["id"]}) {
		t.Errorf("certificate %v", got)
	}
}

func TestEndpoints(t *testing.T) {
	n := start(t)
	data, _ := n.must("GET", "/endpoints", nil)["data"].([]any)
	var endpoints []string
	for _, e := range data {
		endpoints = append(endpoints, e.(string))
	}
	want := []string{
		"/", "/all-badges", "/all-badges/{badges}", "/all-badges/{badges}/owner", "/ca_certificates", "/cache", "/cache/{key}",
		"/consumers/{consumers}/badge/{badges}", "/endpoints", "/plugins/enabled", "/plugins/schema/{name}", "/plugins/{plugins}",
		"/schemas/{db_entity_name}/validate", "/schemas/{name}", "/upstreams/{upstreams}/targets/{targets}/unhealthy",
		"/upstreams/{upstreams}/targets/{targets}/{address}/healthy", "/vaults",
	}
	for _, e := range endpoints {
		if len(want) > 0 && e == want[0] {
			want = want[1:]
		}
	}
	if len(want) > 0 {
		t.Errorf("%s is missing, or in another place: %v", want[0], endpoints)
	}
	for _, gone := range []string{"/badges", "/workspaces", "/parameters"} {
		if slices.Contains(endpoints, gone) {
			t.Errorf("%s is there", gone)
		}
	}
}
