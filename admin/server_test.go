package admin_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/admin"
)

func TestMethodsAndPaths(t *testing.T) {
	n := start(t)
	n.must("PUT", "/services/s", doc{"host": "h"})
	notFound, notAllowed := said("Not found"), said("Method not allowed")
	for _, c := range []struct {
		method, path string
		status       int
		want         any
	}{
		{"GET", "/nope", 404, notFound},
		{"OPTIONS", "/nope", 404, notFound},
		{"FOO", "/nope", 404, notFound},
		{"GET", "/services/", 200, nil},
		{"GET", "/services/s/", 200, nil},
		{"GET", "//services", 404, notFound},
		{"GET", "/services//", 404, notFound},
		{"GET", "//", 404, notFound},
		{"GET", "/services//routes", 404, notFound},
		{"GET", "/SERVICES", 404, notFound},
		{"GET", "/%73ervices", 404, notFound},
		{"GET", "/%73ervices/%7b", 404, notFound},
		{"GET", "/services/%73", 200, nil},
		{"GET", "/services/s/nope", 404, notFound},
		{"GET", "/consumers/a/b/c/d", 404, notFound},
		{"GET", "/services/a%2Fb", 400, doc{
			"code": 10, "name": "invalid unique name",
			"message": "invalid value 'a/b': the only accepted ascii characters are alphanumerics or ., -, _, and ~",
		}},
		{"PUT", "/services", 405, notAllowed},
		{"POST", "/services/s", 405, notAllowed},
		{"FOO", "/services", 405, notAllowed},
		{"HEAD", "/services", 200, nil},
		{"HEAD", "/services/nope", 404, nil},
		{"HEAD", "/cache", 405, nil},
		{"GET", "/parameters", 404, notFound},
		{"GET", "/workspaces", 404, notFound},
		{"GET", "/targets", 404, notFound},
		{"OPTIONS", "/targets/x/upstream", 404, notFound},
		{"DELETE", "/snis/x/certificate", 404, notFound},
		{"GET", "/filter-chains", 400, said("this endpoint is only available when wasm is enabled")},
		{"PUT", "/routes/r/filters/all", 400, said("this endpoint is only available when wasm is enabled")},
		{"GET", "/config", 400, said("this endpoint is only available when Kong is configured to not use a database")},
		{"DELETE", "/config", 405, notAllowed},
		{"GET", "/clustering/status", 400,
			said("this endpoint is only available when Kong is configured to run as Control Plane for the cluster")},
		{"GET", "/status/dns", 501, said("not implemented with the legacy DNS client")},
		{"GET", "/status/ready", 404, notFound},
		{"GET", "/metrics", 404, notFound},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			got := n.send(c.method, c.path, nil)
			got.want(t, c.status, c.want)
			if c.method == "HEAD" && (got.text != "" || got.header.Get("Content-Length") == "") {
				t.Errorf("body %q, header %v", got.text, got.header)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	n := start(t)
	for _, c := range []struct{ path, want string }{
		{"/", "GET, HEAD, OPTIONS"},
		{"/services", "GET, HEAD, OPTIONS, POST"},
		{"/services/nope", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"},
		{"/services/nope/routes", "GET, HEAD, OPTIONS, POST"},
		{"/routes/nope/service", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"},
		{"/schemas/services/validate", "OPTIONS, POST"},
	} {
		for asked, allowed := range map[string]string{"": "Content-Type", "x-a, x-b": "x-a, x-b"} {
			header := http.Header{}
			if asked != "" {
				header.Set("Access-Control-Request-Headers", asked)
			}
			got := n.exchange(n.admin.URL, "OPTIONS", c.path, header, "")
			got.want(t, 204, nil)
			for name, want := range map[string]string{
				"Allow": c.want, "Access-Control-Allow-Methods": c.want, "Access-Control-Allow-Headers": allowed,
				"Content-Type": "",
			} {
				if value := got.header.Get(name); value != want {
					t.Errorf("OPTIONS %s: %s %q, want %q", c.path, name, value, want)
				}
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	plain, off := start(t), start(t, func(o *admin.Options) { o.Server, o.Latency = "", false })
	gui := start(t, func(o *admin.Options) { o.Origins = []string{"http://gui:8002", "https://gui:8445"} })
	for _, c := range []struct {
		name, base, origin       string
		allowed, cookies, server string
	}{
		{"no origin", plain.admin.URL, "", "*", "true", "kongo/1.2.3"},
		{"any origin", plain.admin.URL, "http://a", "http://a", "true", "kongo/1.2.3"},
		{"status API", plain.status.URL, "", "*", "", "kongo/1.2.3"},
		{"no headers", off.admin.URL, "", "*", "true", ""},
		{"interface", gui.admin.URL, "https://gui:8445", "https://gui:8445", "true", "kongo/1.2.3"},
		{"not the interface", gui.admin.URL, "http://a", "http://gui:8002", "true", "kongo/1.2.3"},
		{"interface, no origin", gui.admin.URL, "", "http://gui:8002", "true", "kongo/1.2.3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := http.Header{}
			if c.origin != "" {
				header.Set("Origin", c.origin)
			}
			for _, path := range []string{"/status", "/nope"} {
				got := plain.exchange(c.base, "GET", path, header, "").header
				for name, want := range map[string]string{
					"Access-Control-Allow-Origin": c.allowed, "Access-Control-Allow-Credentials": c.cookies, "Server": c.server,
				} {
					if value := got.Get(name); value != want {
						t.Errorf("%s: %s %q, want %q", path, name, value, want)
					}
				}
				if (got.Get("X-Kong-Admin-Latency") == "") != (c.server == "") {
					t.Errorf("%s: latency %q", path, got.Get("X-Kong-Admin-Latency"))
				}
				if value := got.Get("Content-Type"); value != "application/json; charset=utf-8" {
					t.Errorf("%s: content type %q", path, value)
				}
			}
		})
	}
}

// TestWebServer is about what is no part of the API.
func TestWebServer(t *testing.T) {
	n := start(t)
	for _, c := range []struct {
		request     string
		status      int
		contentType string
		text        string
	}{
		{"TRACE /services", 405, "text/html; charset=UTF-8", "405 Not Allowed"},
		{"TRACE /nope", 405, "text/html; charset=UTF-8", "405 Not Allowed"},
		{"GET /services/%00", 400, "text/html; charset=UTF-8", "400 Bad Request"},
		{"GET /robots.txt", 200, "text/plain; charset=UTF-8", "User-agent: *\nDisallow: /"},
	} {
		status, header, text := n.raw(t, c.request+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if status != c.status || header.Get("Content-Type") != c.contentType || !strings.Contains(text, c.text) {
			t.Errorf("%s: status %d, header %v, body %q", c.request, status, header, text)
		}
		if header.Get("Server") != "" || header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: header %v", c.request, header)
		}
	}
	for _, request := range []string{"GET /services?tags=a b HTTP/1.1", "GET /services/%zz HTTP/1.1"} {
		if status, _, _ := n.raw(t, request+"\r\nHost: x\r\nConnection: close\r\n\r\n"); status != 400 {
			t.Errorf("%s: status %d", request, status)
		}
	}
}

// raw sends bytes to the Admin API.
func (n *node) raw(t *testing.T, request string) (int, http.Header, string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(n.admin.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(text)
}

// TestClientHangsUp is about clients that do not wait for the answer to a write.
func TestClientHangsUp(t *testing.T) {
	const writes = 20
	n := start(t)
	for i := range writes {
		conn, err := net.Dial("tcp", strings.TrimPrefix(n.admin.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		body := fmt.Sprintf(`{"username":"u%d"}`, i)
		_, err = fmt.Fprintf(conn, "POST /consumers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			len(body), body)
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
	deadline := time.Now().Add(time.Minute)
	for got := 0; got != writes; time.Sleep(10 * time.Millisecond) {
		if got = len(n.send("GET", "/consumers", nil).names("id")); time.Now().After(deadline) {
			t.Fatalf("%d of %d writes were done", got, writes)
		}
	}
}

func TestTimeout(t *testing.T) {
	n := start(t, func(o *admin.Options) { o.Timeout = time.Nanosecond })
	for _, method := range []string{"GET", "POST"} {
		n.send(method, "/consumers", "username=u").want(t, 500, said("An unexpected error occurred"))
	}
}

func TestStoreDown(t *testing.T) {
	n := start(t)
	n.must("POST", "/plugins", doc{"name": "cors"})
	n.must("GET", "/", nil)
	n.closeStore()
	unexpected := said("An unexpected error occurred")
	n.send("GET", "/services", nil).want(t, 500, unexpected)
	n.send("GET", "/services/s", nil).want(t, 500, unexpected)
	n.send("POST", "/services", doc{"host": "h"}).want(t, 500, unexpected)
	n.send("PUT", "/services/s", doc{"host": "h"}).want(t, 500, unexpected)
	n.send("PATCH", "/services/s", doc{"host": "h"}).want(t, 500, unexpected)
	n.send("DELETE", "/services/s", nil).want(t, 500, unexpected)
	n.send("GET", "/tags", nil).want(t, 500, unexpected)
	n.send("POST", "/services", doc{}).want(t, 400, nil)
	n.send("GET", "/endpoints", nil).want(t, 200, nil)

	root := n.send("GET", "/", nil)
	root.want(t, 200, nil)
	if plugins := root.object()["plugins"].(doc)["enabled_in_cluster"]; fmt.Sprint(plugins) != "[cors]" {
		t.Errorf("plugins %v", plugins)
	}
	status := n.send("GET", "/status", nil)
	status.want(t, 200, nil)
	if got := fmt.Sprint(status.object()["database"]); got != "map[reachable:false]" {
		t.Errorf("database %v", got)
	}
	if got := fmt.Sprint(status.object()["kongo"]); got != "map[unsupported_plugins:[cors]]" {
		t.Errorf("kongo %v", got)
	}
	n.sendAs(n.status.URL, "GET", "/status/ready", "", "").want(t, 503, said("failed to connect to database"))
}
