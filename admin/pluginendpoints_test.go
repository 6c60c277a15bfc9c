package admin_test

import (
	"context"
	"slices"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
)

func TestACME(t *testing.T) {
	n := start(t)
	notSupported := said("plugin 'acme' is not supported")
	requests := []struct{ method, path string }{
		{"POST", "/acme"}, {"PATCH", "/acme"}, {"GET", "/acme/certificates"}, {"GET", "/acme/certificates/a.example"},
	}
	for _, r := range requests {
		n.send(r.method, r.path, doc{}).want(t, 404, said("Not found"))
	}
	n.send("GET", "/acme", nil).want(t, 405, said("Method not allowed"))
	n.must("POST", "/plugins", doc{"name": "acme", "config": doc{
		"account_email": "a@example.com", "storage_config": doc{"kong": doc{}}, "tos_accepted": true,
	}})
	n.send("POST", "/acme", doc{}).want(t, 400, said("host must be provided and containing a single domain"))
	n.send("POST", "/acme", "host=a.example:80").want(t, 400, said("port is not allowed in host"))
	n.send("POST", "/acme?host=a.example", nil).want(t, 501, notSupported)
	for _, r := range requests[1:] {
		n.send(r.method, r.path, nil).want(t, 501, notSupported)
	}
}

func TestProxyCache(t *testing.T) {
	n := start(t)
	var events []datastore.Event
	n.feed.Subscribe(func(_ context.Context, batch []datastore.Event) { events = append(events, batch...) },
		datastore.ChannelCachePurge)
	n.send("DELETE", "/proxy-cache", nil).want(t, 204, nil)
	if len(events) != 0 {
		t.Errorf("events %v", events)
	}
	n.must("PUT", "/plugins/"+one, doc{"name": "proxy-cache", "config": doc{"strategy": "memory"}})
	n.must("POST", "/plugins", doc{"name": "cors"})
	n.send("DELETE", "/proxy-cache", nil).want(t, 204, nil)
	if want := (datastore.Event{Channel: datastore.ChannelCachePurge, Data: one + ":nil"}); !slices.Equal(events, []datastore.Event{want}) {
		t.Errorf("events %v, want %v", events, want)
	}
	for _, path := range []string{"/proxy-cache/key", "/proxy-cache/" + one + "/caches/key"} {
		for _, method := range []string{"GET", "DELETE"} {
			n.send(method, path, nil).want(t, 404, said("Not found"))
		}
	}
}
