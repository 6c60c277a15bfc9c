package proxy_test

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/proxy"
	"github.com/kongo-gateway/kongo/telemetry"
)

// TestAccessLog writes a line for every request, whatever became of it.
func TestAccessLog(t *testing.T) {
	var files telemetry.Files
	path := filepath.Join(t.TempDir(), "access.log")
	access, err := files.OpenAccessLog(telemetry.Target{Path: path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	silent := startRaw(t, func(s *session) { _, _ = io.Copy(io.Discard, s.in) })
	b := startBackend(t, nil)
	n := start(t, config{options: func(o *proxy.Options) { o.AccessLog = access }})
	n.route(b, doc{"paths": list("/")})
	service := silent.service()
	service["read_timeout"] = int64(100)
	service["retries"] = int64(0)
	n.insert("routes", doc{"paths": list("/silent"), "service": ref(n.insert("services", service))})
	n.insert("routes", doc{"paths": list("/alone")})

	for _, request := range []string{
		get("/a?b=1", "Referer: from", "User-Agent: agent/1", "Authorization: Basic YWxpY2U6c2VjcmV0"),
		post("/a", "x", "Authorization: Bearer YWxpY2U6c2VjcmV0"),
		"HEAD /alone HTTP/1.0\r\n\r\n",
		get("/silent"),
		"nonsense\r\n\r\n",
	} {
		s := connect(t, n.plain)
		s.ask(t, request)
		_ = s.Close()
	}
	leaving := connect(t, n.plain)
	leaving.send(t, "POST /silent HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\nabc")
	_ = leaving.Close()
	waitFor(t, "all requests to end", func() bool {
		clients := n.proxy.Stats().Clients
		return clients.Requests == 6 && clients.Active == 0
	})
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`127.0.0.1 - alice [T] "GET /a?b=1 HTTP/1.1" 200 2 "from" "agent/1" kong_request_id: "R"`,
		`127.0.0.1 - - [T] "POST /a HTTP/1.1" 200 2 "-" "-" kong_request_id: "R"`,
		`127.0.0.1 - - [T] "HEAD /alone HTTP/1.0" 503 0 "-" "-" kong_request_id: "R"`,
		`127.0.0.1 - - [T] "GET /silent HTTP/1.1" 504 N "-" "-" kong_request_id: "R"`,
		`127.0.0.1 - - [T] "-" 400 N "-" "-" kong_request_id: "R"`,
		`127.0.0.1 - - [T] "POST /silent HTTP/1.1" 499 0 "-" "-" kong_request_id: "R"`,
	}
	slices.Sort(want) // the line of a request may come after the first of the next one
	got := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for i, line := range got {
		line = regexp.MustCompile(`\[[^]]*\]`).ReplaceAllString(line, "[T]")
		line = regexp.MustCompile(`"[0-9a-f]{32}"`).ReplaceAllString(line, `"R"`)
		got[i] = regexp.MustCompile(` (400|504) [0-9]+ `).ReplaceAllString(line, " $1 N ")
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
