package proxy_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/listener"
	"github.com/kongo-gateway/kongo/proxy"
)

// TestRequestHead pins every line of the head that an upstream server gets, in order.
func TestRequestHead(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{options: func(o *proxy.Options) { o.PublishedPorts = map[int]int{} }})
	for _, fields := range []doc{
		{"name": "plain", "paths": list("/plain")},
		{"name": "whole", "paths": list("/whole"), "strip_path": false},
		{"name": "preserve", "paths": list("/preserve"), "preserve_host": true},
	} {
		service := b.service()
		service["name"] = fields["name"]
		fields["service"] = ref(n.insert("services", service))
		n.insert("routes", fields)
	}
	host := b.Addr().String()
	_, port, _ := strings.Cut(n.plain, ":")
	usual := func(path, prefix string) []string {
		lines := []string{
			"X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http", "X-Forwarded-Host: test", "X-Forwarded-Port: " + port,
			"X-Forwarded-Path: " + path,
		}
		if prefix != "" {
			lines = append(lines, "X-Forwarded-Prefix: "+prefix)
		}
		return append(lines, "X-Real-IP: 127.0.0.1", "X-Kong-Request-Id: ID")
	}
	via := "Via: 1.1 kongo/0.1.0-test"
	toService := []string{via, "Host: " + host, "Connection: keep-alive"}
	for _, test := range []struct {
		name, request string
		line          string
		fields        [][]string
	}{
		{"nothing but a Host", get("/plain/x?y=1"), "GET /x?y=1 HTTP/1.1", [][]string{toService, usual("/plain/x", "/plain")}},
		{"path is not stripped", get("/whole/x"), "GET /whole/x HTTP/1.1", [][]string{toService, usual("/whole/x", "")}},
		{
			"preserved host keeps case and port", strings.Replace(get("/preserve"), "Host: test", "Host: TEST:8000", 1),
			"GET / HTTP/1.1",
			[][]string{{via, "Host: TEST:8000", "Connection: keep-alive"}, usual("/preserve", "/preserve")},
		},
		{
			"order, case, repeats and underscores of other lines",
			get("/plain", "x-B: 1", "X-a: 2", "X_under: 3", "x-B: 4", "Empty:", "Accept-Encoding: gzip", "Cookie: a=1", "Cookie: b=2"),
			"GET / HTTP/1.1",
			[][]string{toService, usual("/plain", "/plain"), {
				"x-B: 1", "X-a: 2", "X_under: 3", "x-B: 4", "Empty: ", "Accept-Encoding: gzip", "Cookie: a=1", "Cookie: b=2",
			}},
		},
		{
			"lines that concern the connection",
			get("/plain", "Connection: X-Mine, keep-alive", "X-Mine: 1", "Keep-Alive: 5", "Proxy: p", "Proxy-Connection: close",
				"TE: gzip, trailers", "Upgrade: h2c", "Expect: 100-continue", "X-Other: 2"),
			"GET / HTTP/1.1",
			[][]string{{"TE: trailers"}, toService, usual("/plain", "/plain"), {"X-Other: 2"}},
		},
		{
			"Connection of only a persistence names nothing", get("/plain", "Connection: close", "close: 1"), "GET / HTTP/1.1",
			[][]string{toService, usual("/plain", "/plain"), {"close: 1"}},
		},
		{
			"TE without trailers", get("/plain", "TE: deflate"), "GET / HTTP/1.1",
			[][]string{toService, usual("/plain", "/plain")},
		},
		{
			"Via of the client", get("/plain", "Via: 1.0 first"), "GET / HTTP/1.1",
			[][]string{
				{"Via: 1.0 first, 1.1 kongo/0.1.0-test", "Host: " + host, "Connection: keep-alive"}, usual("/plain", "/plain"),
			},
		},
		{
			"HTTP/1.0 without a Host", "GET /plain HTTP/1.0\r\n\r\n", "GET / HTTP/1.1",
			[][]string{
				{"Via: 1.0 kongo/0.1.0-test", "Host: " + host, "Connection: keep-alive"},
				replaceLine(usual("/plain", "/plain"), "X-Forwarded-Host", "kong"),
			},
		},
		{
			"untrusted X-Forwarded headers",
			get("/plain", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 2.2.2.2", "X-Forwarded-Proto: https",
				"X-Forwarded-Host: fh", "X-Forwarded-Port: 1", "X-Forwarded-Path: /fp", "X-Forwarded-Prefix: /pre", "X-Real-IP: 3.3.3.3"),
			"GET / HTTP/1.1",
			[][]string{toService, replaceLine(usual("/plain", "/plain"), "X-Forwarded-For", "1.1.1.1, 127.0.0.1")},
		},
		{
			"body with a length", post("/plain", "abc", "Content-Type: text/plain"), "POST / HTTP/1.1",
			[][]string{toService, usual("/plain", "/plain"), {"Content-Length: 3", "Content-Type: text/plain"}},
		},
		{
			"empty body with a length", post("/plain", ""), "POST / HTTP/1.1",
			[][]string{toService, usual("/plain", "/plain"), {"Content-Length: 0"}},
		},
		{
			"chunked body that is small",
			"PUT /plain HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
			"PUT / HTTP/1.1", [][]string{toService, usual("/plain", "/plain"), {"Content-Length: 5"}},
		},
		{
			"absolute target", "GET http://Other.Test:81/plain/a?b HTTP/1.1\r\nHost: test\r\n\r\n", "GET /a?b HTTP/1.1",
			[][]string{toService, replaceLine(usual("/plain/a", "/plain"), "X-Forwarded-Host", "other.test")},
		},
		{
			"host in upper case with a port", "GET /plain HTTP/1.1\r\nHost: UP.Test:8000\r\n\r\n", "GET / HTTP/1.1",
			[][]string{toService, replaceLine(usual("/plain", "/plain"), "X-Forwarded-Host", "up.test")},
		},
		{
			"odd method", "PROPFIND /plain HTTP/1.1\r\nHost: test\r\n\r\n", "PROPFIND / HTTP/1.1",
			[][]string{toService, usual("/plain", "/plain")},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			response := n.ask(test.request)
			if response.status != 200 {
				t.Fatalf("got %s", response.line)
			}
			got := b.only(t)
			if id, _ := got.value("X-Kong-Request-Id"); len(id) != 32 {
				t.Errorf("request id %q", id)
			} else if told, _ := response.value("X-Kong-Request-Id"); told != id {
				t.Errorf("the client was told id %q, the upstream server %q", told, id)
			}
			got.fields = replaceLine(got.fields, "X-Kong-Request-Id", "ID")
			if want := slices.Concat(test.fields...); got.line != test.line || !slices.Equal(got.fields, want) {
				t.Errorf("got\n%s\n%s\nwant\n%s\n%s", got.line, strings.Join(got.fields, "\n"), test.line, strings.Join(want, "\n"))
			}
		})
	}
}

func replaceLine(lines []string, name, value string) []string {
	lines = slices.Clone(lines)
	for i, line := range lines {
		if strings.HasPrefix(line, name+": ") {
			lines[i] = name + ": " + value
		}
	}
	return lines
}

// TestHost follows the Host that upstream servers see, for every kind of service.
func TestHost(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{})
	port := b.port()
	colon := b.Addr().String()[len("127.0.0.1"):]
	target := func(upstream doc) {
		n.insert("targets", doc{"upstream": ref(n.insert("upstreams", upstream)), "target": "127.0.0.1" + colon})
	}
	target(doc{"name": "of-address"})
	target(doc{"name": "with-header", "host_header": "given.test"})
	n.insert("targets", doc{"upstream": ref(n.insert("upstreams", doc{"name": "of-name"})), "target": "localhost" + colon})
	for _, test := range []struct{ name, host, want string }{
		{"address", "127.0.0.1", "127.0.0.1" + colon},
		{"name", "localhost", "localhost" + colon},
		{"target that is an address", "of-address", "127.0.0.1" + colon},
		{"target that is a name", "of-name", "localhost" + colon},
		{"host_header of the upstream", "with-header", "given.test" + colon},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := "/" + test.host
			service := n.insert("services", doc{"host": test.host, "port": int64(port)})
			n.insert("routes", doc{"paths": list(path), "service": ref(service)})
			if response := n.ask(get(path)); response.status != 200 {
				t.Fatalf("got %s", response.line)
			}
			if host, _ := b.only(t).value("Host"); host != test.want {
				t.Errorf("got Host %q, want %q", host, test.want)
			}
		})
	}
}

// TestClientAddress follows trusted_ips and real_ip_header.
func TestClientAddress(t *testing.T) {
	all := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	for _, test := range []struct {
		name      string
		trusted   []netip.Prefix
		header    string
		recursive bool
		lines     []string
		want      map[string]string
	}{
		{
			"nobody is trusted", nil, "", false, []string{"X-Real-IP: 9.9.9.9"},
			map[string]string{"X-Real-IP": "127.0.0.1", "X-Forwarded-For": "127.0.0.1"},
		},
		{
			"X-Real-IP", all, "", false, []string{"X-Real-IP: 9.9.9.9"},
			map[string]string{"X-Real-IP": "9.9.9.9", "X-Forwarded-For": "9.9.9.9"},
		},
		{
			"no address in it", all, "", false, []string{"X-Real-IP: nobody"},
			map[string]string{"X-Real-IP": "127.0.0.1", "X-Forwarded-For": "127.0.0.1"},
		},
		{
			"IPv6 with a port", all, "", false, []string{"X-Real-IP: [2001:db8::1]:77"},
			map[string]string{"X-Real-IP": "2001:db8::1"},
		},
		{
			"last of X-Forwarded-For", all, "X-Forwarded-For", false, []string{"X-Forwarded-For: 9.9.9.9, 10.1.1.1"},
			map[string]string{"X-Real-IP": "10.1.1.1", "X-Forwarded-For": "9.9.9.9, 10.1.1.1, 127.0.0.1"},
		},
		{
			"last that is not trusted", all, "X-Forwarded-For", true, []string{"X-Forwarded-For: 8.8.8.8, 9.9.9.9, 10.1.1.1"},
			map[string]string{"X-Real-IP": "9.9.9.9"},
		},
		{
			"over several lines", all, "X-Forwarded-For", true,
			[]string{"X-Forwarded-For: 8.8.8.8, 9.9.9.9", "X-Forwarded-For: 10.1.1.1"}, map[string]string{"X-Real-IP": "9.9.9.9"},
		},
		{
			"all are trusted", all, "X-Forwarded-For", true, []string{"X-Forwarded-For: 10.2.2.2, 10.1.1.1"},
			map[string]string{"X-Real-IP": "10.2.2.2"},
		},
		{
			"a header of its own", all, "X-Client", false, []string{"X-Client: 7.7.7.7"},
			map[string]string{"X-Real-IP": "7.7.7.7", "X-Client": "7.7.7.7"},
		},
		{
			"word of a trusted peer", all, "", false,
			[]string{
				"X-Forwarded-Proto: https", "X-Forwarded-Host: FH:1", "X-Forwarded-Port: 99", "X-Forwarded-Path: /fp",
				"X-Forwarded-Prefix: /pre",
			},
			map[string]string{
				"X-Forwarded-Proto": "https", "X-Forwarded-Host": "FH:1", "X-Forwarded-Port": "99", "X-Forwarded-Path": "/fp",
				"X-Forwarded-Prefix": "/pre",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := startBackend(t, nil)
			n := start(t, config{options: func(o *proxy.Options) {
				o.Trusted, o.RealIPHeader, o.RealIPRecursive = test.trusted, test.header, test.recursive
			}})
			n.route(b, doc{"paths": list("/")})
			n.ask(get("/", test.lines...))
			got := b.only(t)
			for name, want := range test.want {
				if value, _ := got.value(name); value != want {
					t.Errorf("%s is %q, want %q", name, value, want)
				}
			}
		})
	}
}

// TestProxyProtocol takes the client's address from the header of the connection.
func TestProxyProtocol(t *testing.T) {
	for _, test := range []struct {
		name    string
		trusted bool
		source  string
		want    string
	}{
		{"trusted", true, "proxy_protocol", "9.9.9.9"},
		{"not trusted", false, "proxy_protocol", "127.0.0.1"},
		{"another source", true, "X-Real-IP", "127.0.0.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := startBackend(t, nil)
			n := start(t, config{
				sockets: []listener.Spec{{Name: "proxy", Address: "127.0.0.1:0", ProxyProtocol: true}},
				options: func(o *proxy.Options) {
					o.RealIPHeader = test.source
					if test.trusted {
						o.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
					}
				},
			})
			n.route(b, doc{"paths": list("/")})
			s := connect(t, n.further[0])
			s.send(t, "PROXY TCP4 9.9.9.9 8.8.8.8 1000 80\r\n")
			for range 2 {
				if got := s.ask(t, get("/")); got.status != 200 {
					t.Fatalf("got %s", got.line)
				}
				if address, _ := b.only(t).value("X-Real-IP"); address != test.want {
					t.Errorf("got %s, want %s", address, test.want)
				}
			}
			silent := connect(t, n.further[0])
			silent.send(t, get("/"))
			if !silent.closed() {
				t.Error("a connection without the header was answered")
			}
		})
	}
}
