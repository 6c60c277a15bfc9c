package proxy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/proxy"
)

// dead is a service where nobody listens.
func dead(t testing.TB) doc {
	b := startBackend(t, nil)
	b.stop()
	return b.service()
}

// TestErrorFormats asks for the two kinds of bodies that the gateway makes, in every form.
func TestErrorFormats(t *testing.T) {
	templates := t.TempDir()
	own := filepath.Join(templates, "own")
	if err := os.WriteFile(own, []byte("100%% %s of %s"), 0o600); err != nil {
		t.Fatal(err)
	}
	usual := start(t, config{})
	changed := start(t, config{options: func(o *proxy.Options) {
		o.ErrorDefaultType = "text/html"
		o.ErrorTemplates = proxy.ErrorTemplates{HTML: own, XML: filepath.Join(templates, "missing")}
	}})
	for _, n := range []*node{usual, changed} {
		n.insert("routes", doc{"paths": list("/dead"), "service": ref(n.insert("services", dead(t)))})
	}
	const (
		json  = "{\n  \"message\":\"M\",\n  \"request_id\":\"R\"\n}"
		plain = "M\nrequest_id: R\n"
		xml   = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error>\n  <message>M</message>\n  <requestid>R</requestid>\n</error>\n"
		html  = "<!doctype html>\n<html>\n  <head>\n    <meta charset=\"utf-8\">\n    <title>Error</title>\n  </head>\n  <body>\n" +
			"    <h1>Error</h1>\n    <p>M.</p>\n    <p>request_id: R</p>\n  </body>\n</html>\n"
	)
	types := map[string]string{
		json: "application/json; charset=utf-8", plain: "text/plain; charset=utf-8", xml: "application/xml; charset=utf-8",
		html: "text/html; charset=utf-8",
	}
	for _, test := range []struct {
		name         string
		node         *node
		lines        []string
		answer, page string // by the core, and for a failure of an upstream server
	}{
		{"neither Accept nor Content-Type", usual, nil, json, plain},
		{"Content-Type counts for pages", usual, []string{"Content-Type: application/xml"}, json, xml},
		{"any type", usual, []string{"Accept: */*"}, json, json},
		{"HTML", usual, []string{"Accept: text/html"}, html, html},
		{"XML", usual, []string{"Accept: application/xml"}, xml, xml},
		{"any text", usual, []string{"Accept: text/*"}, plain, plain},
		{"unknown type", usual, []string{"Accept: text/xml"}, json, json},
		{"best quality", usual, []string{"Accept: text/html;q=0.5, application/xml;q=0.8"}, xml, xml},
		{"tie", usual, []string{"Accept: text/html, application/xml"}, html, html},
		{"quality of zero", usual, []string{"Accept: text/html;q=0"}, json, json},
		{"error_default_type with a template", changed, nil, json, "100% M of R"},
		{"template", changed, []string{"Accept: text/html"}, "100% M of R", "100% M of R"},
		{"template that cannot be read", changed, []string{"Accept: application/xml"}, xml, xml},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, kind := range []struct{ path, message, body string }{
				{"/none", "no Route matched with those values", test.answer},
				{"/dead", "An invalid response was received from the upstream server", test.page},
			} {
				got := test.node.ask(get(kind.path, test.lines...))
				id, _ := got.value("X-Kong-Request-Id")
				if want := strings.NewReplacer("M", kind.message, "R", id).Replace(kind.body); got.body != want {
					t.Errorf("%s: got %q, want %q", kind.path, got.body, want)
				}
				if want, ok := types[kind.body]; ok {
					if contentType, _ := got.value("Content-Type"); contentType != want {
						t.Errorf("%s: got Content-Type %q, want %q", kind.path, contentType, want)
					}
				}
			}
		})
	}
}

// TestNoService has the gateway find no way to an upstream server.
func TestNoService(t *testing.T) {
	n := start(t, config{})
	n.insert("upstreams", doc{"name": "empty.upstream"})
	n.insert("routes", doc{"paths": list("/none")})
	for path, service := range map[string]doc{
		"/empty":    {"host": "empty.upstream"},
		"/unknown":  {"host": "does-not-exist.invalid"},
		"/disabled": {"host": "127.0.0.1", "enabled": false},
	} {
		n.insert("routes", doc{"paths": list(path), "service": ref(n.insert("services", service))})
	}
	for _, test := range []struct {
		path    string
		status  int
		message string
	}{
		{"/none", 503, "no Service found with those values"},
		{"/empty", 503, "failure to get a peer from the ring-balancer"},
		{"/unknown", 503, "name resolution failed"},
		{"/disabled", 404, "no Route matched with those values"},
		{"/", 404, "no Route matched with those values"},
	} {
		t.Run(test.path, func(t *testing.T) {
			got := n.ask(get(test.path))
			if got.status != test.status || !strings.Contains(got.body, `"message":"`+test.message+`"`) {
				t.Errorf("got %s: %s", got.line, got.body)
			}
			if names := got.names(); names != "Date Content-Type X-Kong-Response-Latency Server X-Kong-Request-Id Content-Length Connection" {
				t.Errorf("got header lines %s", names)
			}
		})
	}
}
