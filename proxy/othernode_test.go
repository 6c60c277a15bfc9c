package proxy_test

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// TestOtherNode has one node follow what another one, which shares its database, is told.
func TestOtherNode(t *testing.T) {
	a := startBackend(t, nil)
	b := startBackend(t, func(received) string { return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother" })
	shared := filepath.Join(t.TempDir(), "shared.db")
	n := start(t, config{path: shared, plugins: described("first")})
	other := start(t, config{path: shared, plugins: described("first"), frequency: 10 * time.Millisecond})
	follows := func(what, path string, status int, body string) {
		t.Helper()
		waitFor(t, what, func() bool {
			got := other.ask(get(path))
			return got.status == status && (body == "" || got.body == body)
		})
	}
	service := n.insert("services", a.service())
	route := n.insert("routes", doc{"paths": list("/one"), "service": ref(service)})
	follows("a service with a route", "/one", 200, "ok")
	n.update("routes", route, doc{"paths": list("/two")})
	follows("another path", "/two", 200, "ok")
	follows("the former path to go", "/one", 404, "")
	n.update("services", service, doc{"port": int64(b.port())})
	follows("another port", "/two", 200, "other")

	upstream := n.insert("upstreams", doc{"name": "group", "healthchecks": passive("tcp_failures", 1)})
	target := n.insert("targets", doc{"upstream": ref(upstream), "target": a.Addr().String()})
	n.update("services", service, doc{"host": "group"})
	follows("an upstream", "/two", 200, "ok")
	for _, mark := range []struct {
		state  string
		status int
	}{{"unhealthy", 503}, {"healthy", 200}} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut,
			"http://"+n.admin+"/upstreams/group/targets/"+target+"/"+mark.state, http.NoBody)
		n.must(err)
		response, err := http.DefaultClient.Do(request)
		n.must(err)
		_ = response.Body.Close()
		if response.StatusCode != 204 {
			t.Fatalf("PUT …/%s: %s", mark.state, response.Status)
		}
		follows(mark.state, "/two", mark.status, "")
	}
	n.update("targets", target, doc{"weight": int64(0)})
	follows("a target without weight", "/two", 503, "")
	n.insert("targets", doc{"upstream": ref(upstream), "target": b.Addr().String()})
	follows("another target", "/two", 200, "other")
	n.delete("upstreams", upstream)
	follows("the upstream to go, whose name nobody knows", "/two", 503, "")
	n.update("services", service, doc{"host": "127.0.0.1"})
	follows("the service to have an address again", "/two", 200, "other")

	row := n.insert("plugins", doc{"name": "first", "service": ref(service)})
	follows("a plugin", "/two", 501, "")
	n.delete("plugins", row)
	follows("the plugin to go", "/two", 200, "")

	certificate := n.insert("certificates", issue(t, nil, false, "shown").row())
	sni := n.insert("snis", doc{"name": "shown.test", "certificate": ref(certificate)})
	waitFor(t, "a certificate", func() bool { return other.shown("shown.test") == "shown" })
	n.update("certificates", certificate, issue(t, nil, false, "renewed").row())
	waitFor(t, "a renewed certificate", func() bool { return other.shown("shown.test") == "renewed" })
	n.delete("snis", sni)
	waitFor(t, "the name to go", func() bool { return other.shown("shown.test") != "renewed" })

	n.update("services", service, doc{"enabled": false})
	follows("a disabled service", "/two", 404, "")
	n.delete("routes", route)
	n.delete("services", service)
	follows("everything to go", "/two", 404, "")
}

// TestVersionAlone has a node told that the routes have another version, but not of which: it reads everything.
func TestVersionAlone(t *testing.T) {
	b := startBackend(t, nil)
	shared := filepath.Join(t.TempDir(), "shared.db")
	silent := start(t, config{path: shared})
	n := start(t, config{path: shared})
	silent.route(b, doc{"paths": list("/")})
	if got := n.ask(get("/")); got.status != 404 {
		t.Fatalf("got %s before anything was told", got.line)
	}
	n.tellAll("router:version")
	if got := n.ask(get("/")); got.status != 200 {
		t.Errorf("got %s", got.line)
	}
}
