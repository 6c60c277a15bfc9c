package proxy_test

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/proxy"
)

// TestUnsupportedPlugins answers 501 to requests to which a plugin applies that cannot be run, and to no others.
func TestUnsupportedPlugins(t *testing.T) {
	const path = "/path"
	type ids struct{ route, service, consumer string }
	for _, test := range []struct {
		name    string
		rows    func(ids) []doc
		ignore  bool
		request string
		status  int
		message string
	}{
		{"none", func(ids) []doc { return nil }, false, get(path), 200, ""},
		{"global", func(ids) []doc { return []doc{{}} }, false, get(path), 501, "plugin 'first' is not supported"},
		{"of the route", func(i ids) []doc { return []doc{{"route": ref(i.route)}} }, false, get(path), 501, "plugin 'first' is not supported"},
		{"of the service", func(i ids) []doc { return []doc{{"service": ref(i.service)}} }, false, get(path), 501, "plugin 'first' is not supported"},
		{
			"of the route and the service", func(i ids) []doc { return []doc{{"route": ref(i.route), "service": ref(i.service)}} },
			false, get(path), 501, "plugin 'first' is not supported",
		},
		{"of another route", func(i ids) []doc { return []doc{{"route": ref(i.route)}} }, false, get("/other"), 200, ""},
		{"of the service, on another of its routes", func(i ids) []doc { return []doc{{"service": ref(i.service)}} }, false, get("/other"), 501, "plugin 'first' is not supported"},
		// Without a plugin that could have authenticated anybody there is no consumer.
		{"of a consumer", func(i ids) []doc { return []doc{{"consumer": ref(i.consumer)}} }, false, get(path), 200, ""},
		{"disabled", func(ids) []doc { return []doc{{"enabled": false}} }, false, get(path), 200, ""},
		{"ignored", func(ids) []doc { return []doc{{}} }, true, get(path), 200, ""},
		{
			"a guard is not ignored", func(i ids) []doc { return []doc{{}, {"name": "guard", "route": ref(i.route)}} },
			true, get(path), 501, "plugin 'guard' is not supported",
		},
		{
			"the first of two in the order of execution", func(i ids) []doc { return []doc{{"name": "second"}, {"route": ref(i.route)}} },
			false, get(path), 501, "plugin 'first' is not supported",
		},
		{"no route", func(ids) []doc { return []doc{{}} }, false, get("/none"), 404, "no Route matched with those values"},
		{"wrong protocol", func(ids) []doc { return []doc{{}} }, false, get("/tls"), 426, "Please use HTTPS protocol"},
		{"route without a service", func(ids) []doc { return []doc{{}} }, false, get("/alone"), 501, "plugin 'first' is not supported"},
	} {
		t.Run(test.name, func(t *testing.T) {
			guard := described("guard")[0]
			guard.Guards = true
			b := startBackend(t, nil)
			n := start(t, config{
				plugins: append(described("first", "second"), guard),
				options: func(o *proxy.Options) { o.IgnoreUnsupported = test.ignore },
			})
			service := n.insert("services", b.service())
			i := ids{service: service, consumer: n.insert("consumers", doc{"username": "somebody"})}
			i.route = n.insert("routes", doc{"paths": list(path), "service": ref(service)})
			n.insert("routes", doc{"paths": list("/other"), "service": ref(service)})
			n.insert("routes", doc{"paths": list("/tls"), "service": ref(service), "protocols": list("https")})
			n.insert("routes", doc{"paths": list("/alone")})
			var made []string
			for _, row := range test.rows(i) {
				if row["name"] == nil {
					row["name"] = "first"
				}
				made = append(made, n.insert("plugins", row))
			}
			got := n.ask(test.request)
			id, _ := got.value("X-Kong-Request-Id")
			want := "ok"
			if test.message != "" {
				want = "{\n  \"message\":\"" + test.message + "\",\n  \"request_id\":\"" + id + "\"\n}"
			}
			if got.status != test.status || got.body != want {
				t.Errorf("got %s %q, want %d %q", got.line, got.body, test.status, want)
			}
			for _, id := range made {
				n.delete("plugins", id)
			}
			if got := n.ask(test.request); got.status == 501 {
				t.Error("still refused after the plugins are gone")
			}
		})
	}
}

// TestPluginComesAndGoes follows a row through its changes.
func TestPluginComesAndGoes(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{plugins: described("first")})
	route := n.route(b, doc{"paths": list("/")})
	expect := func(what string, refused bool) {
		t.Helper()
		got := n.ask(get("/"))
		if strings.Contains(got.body, "not supported") != refused {
			t.Errorf("%s: got %s %s", what, got.line, got.body)
		}
	}
	expect("before", false)
	id := n.insert("plugins", doc{"name": "first"})
	expect("made", true)
	n.update("plugins", id, doc{"enabled": false})
	expect("disabled", false)
	n.update("plugins", id, doc{"enabled": true, "route": ref(route)})
	expect("enabled and moved to the route", true)
	other := n.insert("routes", doc{"paths": list("/other")})
	n.update("plugins", id, doc{"route": ref(other)})
	expect("moved to another route", false)
	n.update("plugins", id, doc{"route": nil})
	expect("global again", true)
	n.delete("plugins", id)
	expect("deleted", false)
}
