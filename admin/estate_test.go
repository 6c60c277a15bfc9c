package admin_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// A kept row is an entity of a gateway that is in use, with the list it is made in.
type kept struct {
	list string
	body doc
}

func (k kept) path() string { return k.list + "/" + fmt.Sprint(k.body["id"]) }

// kind is the last segment of the list, which tells what it is a list of.
func (k kept) kind() string { return k.list[strings.LastIndexByte(k.list, '/')+1:] }

// numbered is an id that says which one it is.
func numbered(n int) string { return fmt.Sprintf("aaaaaaaa-0000-4000-8000-%012d", n) }

// estate is what a gateway in use has: something of every entity that clients keep, parents before children.
func estate(p pki) []kept {
	ref := func(n int) doc { return doc{"id": numbered(n)} }
	consumer, upstream := "/consumers/"+numbered(10), "/upstreams/"+numbered(30)
	jwk := `{"kid":"k1","kty":"oct","k":"c2VjcmV0"}`
	rows := []kept{
		{"/certificates", p.certificate(doc{"snis": []string{"a.example", "b.example"}, "tags": []string{"team-a"}})},
		{"/ca_certificates", doc{"cert": p["authority"]}},
		{"/services", doc{
			"name": "billing", "url": "https://billing.example:8443/v1", "client_certificate": ref(0),
			"ca_certificates": []string{numbered(1)}, "tls_verify": true, "tags": []string{"team-a"},
		}},
		{"/services", doc{"name": "grpc", "protocol": "grpc", "host": "grpc.example", "port": 9000, "retries": 0}},
		{"/routes", doc{
			"name": "billing", "service": ref(2), "paths": []string{"/billing", `~/b/\d+$`}, "hosts": []string{"*.example"},
			"methods": []string{"GET", "POST"}, "headers": doc{"x-team": []string{"a", "b"}}, "snis": []string{"a.example"},
			"protocols": []string{"https"}, "strip_path": false, "tags": []string{"team-a", "edge"},
		}},
		{"/routes", doc{"name": "grpc", "service": ref(3), "protocols": []string{"grpc"}, "paths": []string{"/pkg.Service"}}},
		{"/routes", doc{
			"protocols": []string{"tcp"}, "sources": []doc{{"ip": "10.0.0.0/8"}}, "destinations": []doc{{"port": 5432}},
		}},
		{"/plugins", doc{"name": "rate-limiting", "service": ref(2), "config": doc{
			"minute": 5, "hour": 100, "policy": "redis", "redis": doc{"host": "redis.example"},
		}}},
		{"/plugins", doc{"name": "cors", "route": ref(4), "instance_name": "edge-cors", "config": doc{"origins": []string{"*"}}}},
		{"/plugins", doc{"name": "key-auth", "protocols": []string{"http", "https"}, "tags": []string{"edge"}}},
		{"/consumers", doc{"username": "mason", "custom_id": "m1", "tags": []string{"team-a"}}},
		{consumer + "/key-auth", doc{"key": "key-one"}},
		{consumer + "/basic-auth", doc{"username": "mason", "password": "secret"}},
		{consumer + "/hmac-auth", doc{"username": "mason", "secret": "secret"}},
		{consumer + "/jwt", doc{"key": "issuer", "secret": "secret", "algorithm": "HS384"}},
		{consumer + "/oauth2", doc{
			"name": "app", "client_id": "client", "client_secret": "secret", "redirect_uris": []string{"https://cb.example/x"},
		}},
		{consumer + "/acls", doc{"group": "guild", "tags": []string{"team-a"}}},
		{"/plugins", doc{"name": "request-transformer", "consumer": ref(10), "enabled": false, "config": doc{
			"add": doc{"headers": []string{"x-who:mason"}},
		}}},
		{"/snis", doc{"name": "*.c.example", "certificate": ref(0)}},
		{"/vaults", doc{"name": "env", "prefix": "my-env", "config": doc{"prefix": "SECRET_"}, "description": "d"}},
		{"/key-sets", doc{"name": "signing"}},
		{"/keys", doc{"name": "k1", "kid": "k1", "jwk": jwk, "set": ref(20)}},
		{"/keys", doc{"kid": "k2", "pem": doc{"private_key": p["key"]}}},
	}
	for len(rows) < 30 {
		rows = append(rows, kept{"/consumers", doc{"username": fmt.Sprintf("u%d", len(rows))}})
	}
	rows = append(rows,
		kept{"/upstreams", doc{"name": "pool", "hash_on": "header", "hash_on_header": "x-user", "healthchecks": doc{
			"active": doc{"healthy": doc{"interval": 5}, "headers": doc{"x-probe": []string{"1"}}}, "threshold": 25.5,
		}}},
		kept{upstream + "/targets", doc{"target": "10.0.0.1:80", "weight": 10}},
		kept{upstream + "/targets", doc{"target": "[::1]"}},
	)
	for i := range rows {
		rows[i].body["id"] = numbered(i)
	}
	return rows
}

// largeEstate is the estate with more of what gateways have most of, until there are so many rows.
func largeEstate(p pki, size int) []kept {
	rows := estate(p)
	for len(rows) < size {
		n := len(rows)
		name := fmt.Sprintf("many-%d", n)
		ref := func(offset int) doc { return doc{"id": numbered(n + offset)} }
		consumer, upstream := "/consumers/"+numbered(n+4), "/upstreams/"+numbered(n+8)
		rows = append(rows,
			kept{"/services", doc{"name": name, "host": name + ".example", "path": "/" + name, "tags": []string{"many"}}},
			kept{"/routes", doc{"name": name, "service": ref(0), "paths": []string{"/" + name}, "headers": doc{"x": []string{name}}}},
			kept{"/plugins", doc{"name": "rate-limiting", "route": ref(1), "config": doc{"second": n}}},
			kept{"/plugins", doc{"name": "acl", "service": ref(0), "config": doc{"allow": []string{name}}}},
			kept{"/consumers", doc{"username": name, "custom_id": name}},
			kept{consumer + "/key-auth", doc{"key": name}},
			kept{consumer + "/acls", doc{"group": name}},
			kept{consumer + "/jwt", doc{"key": name, "secret": name}},
			kept{"/upstreams", doc{"name": name, "healthchecks": doc{"passive": doc{"unhealthy": doc{"timeouts": n % 255}}}}},
			kept{upstream + "/targets", doc{"target": "10.0.0.1:80", "weight": n}},
			kept{"/snis", doc{"name": name + ".example", "certificate": doc{"id": numbered(0)}}},
		)
	}
	for i := range rows {
		rows[i].body["id"] = numbered(i)
	}
	return rows
}

// occupy makes the estate and returns the rows as they are shown.
func (n *node) occupy() []kept {
	n.t.Helper()
	return n.settle(estate(newPKI(n.t)))
}

// settle makes rows and returns them as they are shown.
func (n *node) settle(rows []kept) []kept {
	n.t.Helper()
	for _, row := range rows {
		n.send("POST", row.list, row.body).want(n.t, 201, nil)
	}
	// What comes later may show in what was there before, as server names do in a certificate.
	for i, row := range rows {
		rows[i].body = n.must("GET", row.path(), nil)
	}
	return rows
}

// vacate removes rows, children before parents.
func (n *node) vacate(rows []kept) {
	n.t.Helper()
	for _, row := range slices.Backward(rows) {
		// Children may be gone with their parents.
		if status := n.send("DELETE", row.path(), nil).status; status != 204 && status != 404 {
			n.t.Errorf("DELETE %s: status %d", row.path(), status)
		}
	}
}

// same compares a row as it was and as it is, but for members that change when it is written.
func same(t *testing.T, path string, was, is doc, changing ...string) {
	t.Helper()
	for name, want := range was {
		if name != "updated_at" && !slices.Contains(changing, name) && !reflect.DeepEqual(is[name], want) {
			t.Errorf("%s: %s is %v, was %v", path, name, is[name], want)
		}
	}
	if len(was) != len(is) {
		t.Errorf("%s: is %v, was %v", path, is, was)
	}
}

// hashed names the members of a row that become something else when they are sent back: what is stored of a password is
// taken for a new one.
func (k kept) hashed() []string {
	if k.kind() == "basic-auth" {
		return []string{"password"}
	}
	return nil
}
