package datastore_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

func TestCacheKey(t *testing.T) {
	m, err := schema.NewModel(entity.Core(entity.Options{})...)
	if err != nil {
		t.Fatal(err)
	}
	ref := func(id string) datastore.Document { return datastore.Document{"id": id} }
	for _, c := range []struct {
		entity string
		row    datastore.Document
		want   string
	}{
		{"services", ref("S"), "services:S:::::W"},
		{"routes", ref("R"), "routes:R:::::W"},
		{"certificates", ref("C"), "certificates:C:::::W"},
		{"snis", datastore.Document{"id": "N", "name": "a.example"}, "snis:N:::::W"},
		{"ca_certificates", ref("A"), "ca_certificates:A:::::"},
		{"upstreams", datastore.Document{"id": "U", "name": "u"}, "upstreams:U:::::W"},
		{"targets", datastore.Document{"id": "T", "upstream": ref("U"), "target": "10.0.0.1:8080"}, "targets:U:10.0.0.1:8080::::W"},
		{"plugins", datastore.Document{"id": "P", "name": "key-auth"}, "plugins:key-auth:::::W"},
		{"plugins", datastore.Document{"id": "P", "name": "key-auth", "service": ref("S")}, "plugins:key-auth::S:::W"},
		{
			"plugins", datastore.Document{"id": "P", "name": "key-auth", "route": ref("R"), "consumer": ref("C")},
			"plugins:key-auth:R::C::W",
		},
		{"vaults", datastore.Document{"id": "V", "prefix": "my-env"}, "vaults:my-env:::::"},
		{"keys", datastore.Document{"id": "K", "kid": "k1"}, "keys:k1:"},
		{"keys", datastore.Document{"id": "K", "kid": "k1", "set": ref("KS")}, "keys:k1:KS"},
		{"key_sets", ref("KS"), "key_sets:KS:::::W"},
		{"filter_chains", datastore.Document{"id": "F", "service": ref("S"), "route": nil}, "filter_chains::S::::W"},
		{"filter_chains", ref("F"), "filter_chains:F:::::W"},
		{"consumers", datastore.Document{"id": "C", "username": "bob"}, "consumers:C:::::W"},
		{"workspaces", datastore.Document{"id": "W", "name": "default"}, "workspaces:default:::::"},
		{"parameters", datastore.Document{"key": "cluster_id"}, "parameters:cluster_id:::::"},
	} {
		if got := datastore.CacheKey(m.Entity(c.entity), c.row, "W"); got != c.want {
			t.Errorf("%s %v: %s, want %s", c.entity, c.row, got, c.want)
		}
	}
}
