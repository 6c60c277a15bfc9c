package datastore_test

import (
	"testing"
)

// TestProtocolsOfPlugins has what is not refused; the rest stands in testdata/refusals.jsonl.
func TestProtocolsOfPlugins(t *testing.T) {
	g := newGateway(t)
	g.must("upsert", "services", "empty", `{"host":"h"}`)
	g.must("upsert", "services", "mixed", `{"host":"h"}`)
	g.must("insert", "routes", "", `{"paths":["/"],"service":{"name":"mixed"}}`)
	g.must("insert", "routes", "", `{"name":"g","protocols":["grpc"],"paths":["/"],"service":{"name":"mixed"}}`)
	g.must("insert", "routes", "", `{"name":"t","protocols":["tcp"],"destinations":[{"port":1}]}`)
	for _, c := range []struct{ name, op, key, body string }{
		{"a service without routes", "insert", "", `{"name":"cors","protocols":["grpc"],"service":{"name":"empty"}}`},
		{"one of the routes of a service", "insert", "", `{"name":"cors","protocols":["grpc","tcp"],"service":{"name":"mixed"}}`},
		{"a route", "insert", "", `{"name":"cors","protocols":["grpc","http"],"route":{"name":"g"}}`},
		{"not chosen", "upsert", id1, `{"name":"cors","route":{"name":"t"}}`},
		{"not touched", "update", id1, `{"enabled":false}`},
		{"everywhere", "upsert", id2, `{"name":"cors","protocols":["tcp"]}`},
		{"a route before its service", "upsert", id2, `{"name":"jwt","protocols":["tcp"],"route":{"name":"t"},"service":{"name":"mixed"}}`},
		{"no scope any more", "update", id2, `{"protocols":["grpc"],"route":null,"service":null}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := g.do(c.op, "plugins", c.key, parse(t, c.body)); err != nil {
				t.Error(err)
			}
		})
	}
}
