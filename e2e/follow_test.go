package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// follow changes things on one node and fails the test unless another one, which polls every frequency, follows in time.
func follow(t *testing.T, first, second *testenv.Node, upstream *testenv.HTTPBinServer) {
	t.Helper()
	// change makes a change on one node and returns how long it took the other to act on it.
	change := func(method, url, body, path string, want int) time.Duration {
		t.Helper()
		must(t, method, "http://"+first.Admin+url, body)
		start := time.Now()
		if status, answer := send(t, "GET", "http://"+first.Proxy+path, ""); status != want {
			t.Errorf("on the node that made the change %s is %d %s", path, status, answer)
		}
		eventually(t, path+" is as it should be on the other node", func() bool {
			status, _ := send(t, "GET", "http://"+second.Proxy+path, "")
			return status == want
		})
		return time.Since(start)
	}
	best := time.Duration(1<<63 - 1)
	// A busy machine may make any of the rounds late, but not all of them.
	for range 3 {
		must(t, "PUT", "http://"+first.Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
		appears := change("PUT", "/services/s/routes/r", `{"paths":["/first"]}`, "/first/get", http.StatusOK)
		moves := change("PATCH", "/routes/r", `{"paths":["/second"]}`, "/second/get", http.StatusOK)
		goes := change("DELETE", "/routes/r", "", "/second/get", http.StatusNotFound)
		must(t, "DELETE", "http://"+first.Admin+"/services/s", "")
		best = min(best, max(appears, moves, goes))
	}
	if best > frequency+time.Second {
		t.Errorf("the other node follows after %v", best)
	}
	t.Logf("the other node follows within %v", best.Round(time.Millisecond))
}
