package node_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestMetrics(t *testing.T) {
	n := start(t, configure(t, map[string]string{"NODE_ID": "0e64a28c-bc4d-4b1f-94b7-a8c1b5a0a001"}))
	if status, _ := get(t, "http://"+n.Addresses("proxy")[0]+"/"); status != http.StatusNotFound {
		t.Fatalf("the proxy answered %d", status)
	}
	for _, service := range []string{"admin", "status"} {
		status, text := get(t, "http://"+n.Addresses(service)[0]+"/metrics")
		if status != http.StatusOK {
			t.Fatalf("%s: %d %s", service, status, text)
		}
		for _, want := range []string{
			"kong_datastore_reachable 1",
			`kong_nginx_requests_total{node_id="0e64a28c-bc4d-4b1f-94b7-a8c1b5a0a001",subsystem="http"} 1`,
			`kong_nginx_connections_total{node_id="0e64a28c-bc4d-4b1f-94b7-a8c1b5a0a001",subsystem="http",state="accepted"} 1`,
			`kong_node_info{node_id="0e64a28c-bc4d-4b1f-94b7-a8c1b5a0a001",version="3.9.1"} 1`,
			`kong_memory_lua_shared_dict_total_bytes{node_id="0e64a28c-bc4d-4b1f-94b7-a8c1b5a0a001",shared_dict="kong_db_cache",kong_subsystem="http"} 134217728`,
			`kongo_body_bytes_total{direction="request",path="copy"} 0`,
		} {
			if !strings.Contains(text, "\n"+want+"\n") {
				t.Errorf("%s: no line %s in\n%s", service, want, text)
			}
		}
	}
}
