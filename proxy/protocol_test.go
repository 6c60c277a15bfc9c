package proxy_test

import (
	"net/netip"
	"strconv"
	"testing"

	"github.com/kongo-gateway/kongo/proxy"
)

// TestProtocols has requests come over protocols that their routes do not have.
func TestProtocols(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{options: func(o *proxy.Options) {
		o.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	}})
	service := ref(n.insert("services", b.service()))
	add := func(path string, fields doc) {
		fields["paths"], fields["service"] = list(path), service
		n.insert("routes", fields)
	}
	add("/tls", doc{"protocols": list("https")})
	for _, status := range []int64{301, 302, 307, 308} {
		add("/to"+strconv.FormatInt(status, 10), doc{"protocols": list("https"), "https_redirect_status_code": status})
	}
	add("/clear", doc{"protocols": list("http")})
	add("/grpc", doc{"protocols": list("grpc"), "strip_path": false})
	add("/grpcs", doc{"protocols": list("grpcs"), "strip_path": false})
	for _, test := range []struct {
		name, request string
		status        int
		message       string
		fields        map[string]string
	}{
		{
			"https only", get("/tls"), 426, "Please use HTTPS protocol",
			map[string]string{"Upgrade": "TLS/1.2, HTTP/1.1"},
		},
		{"301", get("/to301/a%20b?c=d"), 301, "", map[string]string{"Location": "https://test/to301/a%20b?c=d", "Content-Length": "0"}},
		{"302 by the host without its port", "GET /to302 HTTP/1.1\r\nHost: UP:8000\r\n\r\n", 302, "", map[string]string{"Location": "https://up/to302"}},
		{"307", get("/to307"), 307, "", map[string]string{"Location": "https://test/to307"}},
		{
			"308 by the host that a trusted peer names", get("/to308", "X-Forwarded-Host: fh:88"), 308, "",
			map[string]string{"Location": "https://fh:88/to308"},
		},
		{"a trusted peer says https", get("/tls", "X-Forwarded-Proto: https"), 200, "", nil},
		{"a trusted peer says http", get("/tls", "X-Forwarded-Proto: http"), 426, "Please use HTTPS protocol", nil},
		{"clear", get("/clear"), 200, "", nil},
		{"gRPC route, other content", get("/grpc"), 415, "Non-gRPC request matched gRPC route", nil},
		{
			"gRPC over HTTP/1", post("/grpc", "", "Content-Type: application/grpc"), 426, "Please use HTTP2 protocol",
			map[string]string{"Upgrade": "HTTP/2"},
		},
		{"https before gRPC", post("/grpcs", "", "Content-Type: application/grpc+proto"), 426, "Please use HTTP2 protocol", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := n.ask(test.request)
			if got.status != test.status {
				t.Errorf("got %s, want %d", got.line, test.status)
			}
			id, _ := got.value("X-Kong-Request-Id")
			want := ""
			switch {
			case test.message != "":
				want = "{\n  \"message\":\"" + test.message + "\",\n  \"request_id\":\"" + id + "\"\n}"
			case test.status == 200:
				want = "ok"
			}
			if got.body != want {
				t.Errorf("got body %q, want %q", got.body, want)
			}
			for name, want := range test.fields {
				if value, _ := got.value(name); value != want {
					t.Errorf("%s is %q, want %q", name, value, want)
				}
			}
		})
	}
}
