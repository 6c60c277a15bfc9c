package e2e_test

import (
	"net/http"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

// serves reports whether a node answers a path with 200.
func serves(t *testing.T, n *testenv.Node, path string) bool {
	t.Helper()
	status, _ := send(t, "GET", "http://"+n.Proxy+path, "")
	return status == http.StatusOK
}

// serveRoute has the first of two nodes make a service called s with a route of the path /r, and waits until both serve it.
func serveRoute(t *testing.T, nodes []*testenv.Node, upstream *testenv.HTTPBinServer) {
	t.Helper()
	must(t, "PUT", "http://"+nodes[0].Admin+"/services/s", `{"url":"http://`+upstream.Addr+`"}`)
	must(t, "PUT", "http://"+nodes[0].Admin+"/services/s/routes/r", `{"paths":["/r"]}`)
	eventually(t, "both nodes serve the route", func() bool { return serves(t, nodes[0], "/r/get") && serves(t, nodes[1], "/r/get") })
}
