package admin_test

import (
	"fmt"
	"sync"
	"testing"
)

// TestConcurrentWrites lets many clients make the same service, change one and move routes about.
func TestConcurrentWrites(t *testing.T) { onEveryStore(t, testConcurrentWrites) }

func testConcurrentWrites(t *testing.T, start starter) {
	const writers = 20
	n := start(t)
	n.must("PUT", "/services/shared", doc{"host": "h"})
	var mu sync.Mutex
	made, refused := 0, 0
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			got := n.send("POST", "/services", doc{"name": "same", "host": fmt.Sprintf("h%d", i)})
			mu.Lock()
			switch got.status {
			case 201:
				made++
			case 409:
				refused++
			default:
				t.Errorf("POST: status %d, %s", got.status, got.text)
			}
			mu.Unlock()
			if got := n.send("PATCH", "/services/shared", doc{"retries": i}); got.status != 200 || got.object()["retries"] != float64(i) {
				t.Errorf("PATCH: status %d, %s", got.status, got.text)
			}
			route := fmt.Sprintf("/services/shared/routes/r%d", i)
			if got := n.send("PUT", route, doc{"paths": []string{"/"}}); got.status != 200 {
				t.Errorf("PUT: status %d, %s", got.status, got.text)
			}
			if got := n.send("PUT", "/routes/common", doc{"paths": []string{route}}); got.status != 200 {
				t.Errorf("PUT of one: status %d, %s", got.status, got.text)
			}
			if got := n.send("GET", "/services/shared/routes?size=3", nil); got.status != 200 {
				t.Errorf("GET: status %d, %s", got.status, got.text)
			}
			if got := n.send("DELETE", route, nil); got.status != 204 {
				t.Errorf("DELETE: status %d, %s", got.status, got.text)
			}
		})
	}
	all.Wait()
	if made != 1 || refused != writers-1 {
		t.Errorf("%d made, %d refused", made, refused)
	}
	if got := n.send("GET", "/routes", nil); fmt.Sprint(got.names("name")) != "[common]" {
		t.Errorf("routes %s", got.text)
	}
}
