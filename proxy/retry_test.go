package proxy_test

import (
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// TestRetries counts how often requests are sent when upstream servers fail.
func TestRetries(t *testing.T) {
	closing := startBackend(t, func(received) string { return "" })
	garbage := startBackend(t, func(received) string { return "HTTP/1.1 200 OK\r\nContent-Length: none\r\n\r\n" })
	failing := startBackend(t, func(received) string { return "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n" })
	silent := startSilent(t)
	n := start(t, config{})
	add := func(path string, b *backend, service doc) {
		row := b.service()
		row["name"] = path[1:]
		for field, value := range service {
			row[field] = value
		}
		n.insert("routes", doc{"paths": list(path), "service": ref(n.insert("services", row))})
	}
	add("/closing", closing, doc{"retries": int64(2)})
	add("/once", closing, doc{"retries": int64(0)})
	add("/garbage", garbage, nil)
	add("/failing", failing, nil)
	add("/silent", silent, doc{"retries": int64(1), "read_timeout": int64(50)})
	add("/slow-once", silent, doc{"retries": int64(0), "read_timeout": int64(50)})
	streamed := closing.service()
	n.insert("routes", doc{
		"paths": list("/streamed"), "service": ref(n.insert("services", streamed)), "request_buffering": false,
	})
	chunked := func(method, path string, size int) string {
		return method + " " + path + " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n" +
			strconv.FormatInt(int64(size), 16) + "\r\n" + strings.Repeat("x", size) + "\r\n0\r\n\r\n"
	}
	put := func(path string, size int) string {
		return strings.Replace(post(path, strings.Repeat("x", size)), "POST", "PUT", 1)
	}
	for _, test := range []struct {
		name, request string
		b             *backend
		status, sent  int
	}{
		{"connection is closed", get("/closing"), closing, 502, 3},
		{"no retries", get("/once"), closing, 502, 1},
		{"POST was sent", post("/closing", "abc"), closing, 502, 1},
		{"PATCH was sent", strings.Replace(post("/closing", "abc"), "POST", "PATCH", 1), closing, 502, 1},
		{"PUT with a small body", put("/closing", 100), closing, 502, 3},
		{"chunked PUT with a small body", chunked("PUT", "/closing", 100), closing, 502, 3},
		{"chunked PUT with a body that is held in a file", chunked("PUT", "/closing", 100000), closing, 502, 3},
		{"PUT with a large body that streams", put("/closing", 1<<20), closing, 502, 1},
		{"chunked PUT that streams", chunked("PUT", "/streamed", 100000), closing, 502, 1},
		{"invalid answer", get("/garbage"), garbage, 502, 1},
		{"a status is an answer", get("/failing"), failing, 503, 1},
		{"no answer in time", get("/silent"), silent, 504, 2},
		{"no answer in time and no retries", get("/slow-once"), silent, 504, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := n.ask(test.request)
			if got.status != test.status {
				t.Errorf("got %s, want %d", got.line, test.status)
			}
			seen := test.b.requests()
			if len(seen) != test.sent {
				t.Fatalf("the upstream server got %d requests, want %d", len(seen), test.sent)
			}
			for _, r := range seen[1:] {
				if r.body != seen[0].body || r.line != seen[0].line {
					t.Errorf("a retry was %s with %d bytes, the first attempt %s with %d", r.line, len(r.body), seen[0].line, len(seen[0].body))
				}
			}
			if _, proxied := got.value("X-Kong-Upstream-Latency"); !proxied {
				t.Errorf("got %s, without the header lines of a proxied response", got.names())
			}
		})
	}
}

// startSilent starts an upstream server that never answers.
func startSilent(t testing.TB) *backend {
	ended := make(chan struct{})
	b := startBackend(t, func(received) string { <-ended; return "" })
	t.Cleanup(func() { close(ended) })
	return b
}

// TestFailover has targets that refuse connections passed over, also by requests that must not be sent twice.
func TestFailover(t *testing.T) {
	b := startBackend(t, nil)
	n := start(t, config{})
	upstream := ref(n.insert("upstreams", doc{"name": "group"}))
	n.insert("targets", doc{"upstream": upstream, "target": b.Addr().String()})
	n.insert("targets", doc{"upstream": upstream, "target": "127.0.0.1:" + strconv.FormatInt(dead(t)["port"].(int64), 10)})
	n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", doc{"host": "group"}))})
	for range 10 {
		for _, request := range []string{get("/"), post("/", "abc")} {
			if got := n.ask(request); got.status != 200 {
				t.Errorf("got %s", got.line)
			}
		}
	}
	for _, r := range b.requests() {
		if host, _ := r.value("Host"); host != b.Addr().String() {
			t.Errorf("got Host %q: it is not that of the attempt", host)
		}
	}
}

// passive are health checks that mark a target after a number of failures of one kind.
func passive(kind string, limit int64) doc {
	return doc{"passive": doc{"unhealthy": doc{kind: limit}}}
}

// TestPassiveHealth has servers fail until the requests avoid them.
func TestPassiveHealth(t *testing.T) {
	for _, test := range []struct {
		name     string
		checks   doc
		answer   string
		statuses []int // of the requests until the target is avoided
	}{
		{"statuses", passive("http_failures", 3), "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", []int{500, 500, 500}},
		// The last attempt of a request counts as status 502; the retry of the second one finds no target any more.
		{"connections that break", passive("tcp_failures", 2), "", []int{502, 503}},
		{"timeouts", passive("timeouts", 4), "never", []int{504, 504}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := startBackend(t, func(received) string { return test.answer })
			service := doc{"host": "group", "retries": int64(1)}
			if test.answer == "never" {
				b = startSilent(t)
				service["read_timeout"] = int64(30)
			}
			n := start(t, config{})
			upstream := ref(n.insert("upstreams", doc{"name": "group", "healthchecks": test.checks}))
			n.insert("targets", doc{"upstream": upstream, "target": b.Addr().String()})
			n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", service))})
			for i := range 10 {
				got := n.ask(get("/"))
				switch {
				case i < len(test.statuses) && got.status != test.statuses[i]:
					t.Fatalf("request %d: got %s, want %d", i+1, got.line, test.statuses[i])
				case i >= len(test.statuses) && !strings.Contains(got.body, "failure to get a peer from the ring-balancer"):
					t.Fatalf("request %d: got %s %s", i+1, got.line, got.body)
				}
			}
		})
	}
}

// TestServersDie kills one of two servers under load: nobody notices, and it is taken out and comes back by hand.
func TestServersDie(t *testing.T) {
	var first, second atomic.Int64
	count := func(to *atomic.Int64) func(received) string {
		return func(received) string { to.Add(1); return plainAnswer }
	}
	a, b := startBackend(t, count(&first)), startBackend(t, count(&second))
	n := start(t, config{})
	upstream := n.insert("upstreams", doc{"name": "group", "healthchecks": passive("tcp_failures", 1)})
	for _, server := range []*backend{a, b} {
		n.insert("targets", doc{"upstream": ref(upstream), "target": server.Addr().String()})
	}
	n.insert("routes", doc{"paths": list("/"), "service": ref(n.insert("services", doc{"host": "group"}))})
	s := connect(t, n.plain)
	burst := func() {
		t.Helper()
		for range 40 {
			if got := s.ask(t, get("/")); got.status != 200 {
				t.Fatalf("got %s", got.line)
			}
		}
	}
	burst()
	if first.Load() != 20 || second.Load() != 20 {
		t.Fatalf("the servers got %d and %d requests", first.Load(), second.Load())
	}
	a.stop()
	burst()
	if first.Load() != 20 || second.Load() != 60 {
		t.Fatalf("the servers got %d and %d requests", first.Load(), second.Load())
	}
	l, err := net.Listen("tcp", a.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	serveBackend(t, l, count(&first))
	burst()
	if first.Load() != 20 {
		t.Fatal("a target that is marked got requests")
	}
	if err := n.proxy.Balancer(upstream).SetHealth("127.0.0.1", a.address().Addr(), a.address().Port(), true); err != nil {
		t.Fatal(err)
	}
	burst()
	if first.Load() != 40 {
		t.Errorf("the server that is back got %d of 40 requests", first.Load()-20)
	}
}
