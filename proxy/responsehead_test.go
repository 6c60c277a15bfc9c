package proxy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/proxy"
)

// TestResponseHead pins the lines that clients get of a proxied response, in order.
func TestResponseHead(t *testing.T) {
	for _, test := range []struct {
		name     string
		options  func(*proxy.Options)
		request  []string // further lines
		upstream []string
		want     []string // without values that vary
	}{
		{
			"usual", nil, nil, []string{"Date: d", "X-a: 1", "x-A: 2", "Content-Type: application/json"},
			[]string{
				"Date: d", "X-a: 1", "x-A: 2", "Content-Type: application/json", "Server: kongo/0.1.0-test", "X-Kong-Upstream-Latency",
				"X-Kong-Proxy-Latency", "Via: 1.1 kongo/0.1.0-test", "X-Kong-Request-Id", "Content-Length: 2", "Connection: keep-alive",
			},
		},
		{
			"Server and Via of the upstream", nil, nil, []string{"Date: d", "Server: mine/1", "Via: 1.0 a", "Via: 1.1 b"},
			[]string{
				"Date: d", "Server: mine/1", "X-Kong-Upstream-Latency", "X-Kong-Proxy-Latency",
				"Via: 1.0 a, 1.1 b, 1.1 kongo/0.1.0-test", "X-Kong-Request-Id", "Content-Length: 2", "Connection: keep-alive",
			},
		},
		{
			"lines that concern the connection", nil, nil,
			[]string{
				"Date: d", "Server: s", "Connection: keep-alive, X-Hop", "Keep-Alive: timeout=5", "X-Hop: 1", "Upgrade: h2c", "Trailer: T",
				"X-Accel-Redirect: /x", "X-Accel-Buffering: no", "X-Stays: 1",
			},
			[]string{
				"Date: d", "Server: s", "X-Stays: 1", "X-Kong-Upstream-Latency", "X-Kong-Proxy-Latency", "Via: 1.1 kongo/0.1.0-test",
				"X-Kong-Request-Id", "Content-Length: 2", "Connection: keep-alive",
			},
		},
		{
			"names in a second Connection", func(o *proxy.Options) { o.Headers = nil }, nil,
			[]string{"Date: d", "Connection: keep-alive", "Connection: X-Hop", "X-Hop: 1", "X-Stays: 1"},
			[]string{"Date: d", "X-Stays: 1", "Content-Length: 2", "Connection: keep-alive"},
		},
		{
			"Trailer for a client that takes trailers", nil, []string{"TE: trailers"}, []string{"Date: d", "Server: s", "Trailer: T"},
			[]string{
				"Date: d", "Server: s", "Trailer: T", "X-Kong-Upstream-Latency", "X-Kong-Proxy-Latency", "Via: 1.1 kongo/0.1.0-test",
				"X-Kong-Request-Id", "Content-Length: 2", "Connection: keep-alive",
			},
		},
		{
			"charset is added to text only", nil, nil, []string{"Date: d", "Server: s", "Content-Type: text/html"},
			[]string{
				"Date: d", "Server: s", "Content-Type: text/html; charset=UTF-8", "X-Kong-Upstream-Latency", "X-Kong-Proxy-Latency",
				"Via: 1.1 kongo/0.1.0-test", "X-Kong-Request-Id", "Content-Length: 2", "Connection: keep-alive",
			},
		},
		{
			"charset of the upstream stays", nil, nil, []string{"Date: d", "Server: s", "Content-Type: text/html; charset=latin1"},
			[]string{
				"Date: d", "Server: s", "Content-Type: text/html; charset=latin1", "X-Kong-Upstream-Latency", "X-Kong-Proxy-Latency",
				"Via: 1.1 kongo/0.1.0-test", "X-Kong-Request-Id", "Content-Length: 2", "Connection: keep-alive",
			},
		},
		{
			"headers = off", func(o *proxy.Options) { o.Headers = nil }, nil,
			[]string{"Date: d", "Via: 1.1 up", "X-Kong-Upstream-Latency: 7"},
			[]string{"Date: d", "Via: 1.1 up", "X-Kong-Upstream-Latency: 7", "Content-Length: 2", "Connection: keep-alive"},
		},
		{
			"headers = X-Kong-Upstream-Status",
			func(o *proxy.Options) { o.Headers = map[string]bool{"X-Kong-Upstream-Status": true} }, nil, []string{"Date: d"},
			[]string{"Date: d", "X-Kong-Upstream-Status: 200", "Content-Length: 2", "Connection: keep-alive"},
		},
		{
			"debug header that is not allowed", func(o *proxy.Options) { o.Headers = nil }, []string{"Kong-Debug: 1"}, []string{"Date: d"},
			[]string{"Date: d", "Content-Length: 2", "Connection: keep-alive"},
		},
		{
			"debug header", func(o *proxy.Options) { o.Headers, o.AllowDebugHeader = nil, true }, []string{"Kong-Debug: 1"},
			[]string{"Date: d"},
			[]string{
				"Date: d", "Kong-Route-Id", "Kong-Route-Name: named", "Kong-Service-Id", "Kong-Service-Name: serving",
				"Content-Length: 2", "Connection: keep-alive",
			},
		},
		{
			"client wants to close", func(o *proxy.Options) { o.Headers = nil }, []string{"Connection: close"},
			[]string{"Date: d", "Connection: close"},
			[]string{"Date: d", "Content-Length: 2", "Connection: close"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := startBackend(t, func(received) string {
				return "HTTP/1.1 200 OK\r\n" + header(test.upstream...) + "Content-Length: 2\r\n\r\nok"
			})
			n := start(t, config{options: test.options})
			service := b.service()
			service["name"] = "serving"
			n.insert("routes", doc{"name": "named", "paths": list("/"), "service": ref(n.insert("services", service))})
			got := n.ask(get("/", test.request...))
			for i, line := range got.fields {
				name, _, _ := strings.Cut(line, ": ")
				if slices.Contains(test.want, name) {
					got.fields[i] = name
				}
			}
			if !slices.Equal(got.fields, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got.fields, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestStatusLines has upstream servers answer with odd statuses, which go to the client as they are.
func TestStatusLines(t *testing.T) {
	var answer string
	b := startBackend(t, func(received) string { return answer })
	n := start(t, config{})
	n.route(b, doc{"paths": list("/")})
	for _, test := range []struct{ upstream, client string }{
		{"HTTP/1.1 200 Fine Indeed", "HTTP/1.1 200 Fine Indeed"},
		{"HTTP/1.1 599", "HTTP/1.1 599 "},
		{"HTTP/1.0 201 Created", "HTTP/1.1 201 Created"},
		{"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK", "HTTP/1.1 200 OK"},
		{"HTTP/1.1 503 No", "HTTP/1.1 503 No"},
	} {
		answer = test.upstream + "\r\nContent-Length: 0\r\n\r\n"
		if got := n.ask(get("/")); got.line != test.client {
			t.Errorf("%q became %q, want %q", test.upstream, got.line, test.client)
		}
	}
}
