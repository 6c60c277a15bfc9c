package e2e_test

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// Two nodes that share a database file learn of each other's changes within db_update_frequency and a second.
func TestTwoNodesOnOneFile(t *testing.T) {
	t.Parallel()
	const frequency = time.Second
	env := map[string]string{"KONG_SQLITE_PATH": filepath.Join(t.TempDir(), "kongo.db"), "KONG_DB_UPDATE_FREQUENCY": "1"}
	upstream := testenv.HTTPBin(t)
	first := testenv.Kongo(t, testenv.NodeConfig{Env: env})
	second := testenv.Kongo(t, testenv.NodeConfig{Env: env})

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
	must(t, "PUT", "http://"+first.Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
	best := time.Duration(1<<63 - 1)
	// A busy machine may make any of the rounds late, but not all of them.
	for range 3 {
		appears := change("PUT", "/services/s/routes/r", `{"paths":["/first"]}`, "/first/get", http.StatusOK)
		moves := change("PATCH", "/routes/r", `{"paths":["/second"]}`, "/second/get", http.StatusOK)
		goes := change("DELETE", "/routes/r", "", "/second/get", http.StatusNotFound)
		best = min(best, max(appears, moves, goes))
	}
	if best > frequency+time.Second {
		t.Errorf("the other node follows after %v", best)
	}
	t.Logf("the other node follows within %v", best.Round(time.Millisecond))
}
