package router_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/kongo-gateway/kongo/proxy/router"
	"github.com/kongo-gateway/kongo/urlpath"
)

// recordedService is what the proxy would know of a route besides what the router knows.
type recordedService struct {
	path  string
	strip bool
}

// TestRecordedPaths sends the requests that were put to a running Kong 3.9.1, and compares the path that its upstream
// saw, or the status of the answer. path_handling, v0 or v1, made no difference to any of them.
func TestRecordedPaths(t *testing.T) {
	text, err := os.ReadFile("testdata/path_handling.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct {
		Routes []struct {
			ID, Service  string
			Hosts, Paths []string
			Strip        bool
		}
		Requests []struct {
			Host, Target, Upstream string
			Status                 int
		}
	}
	if err := json.Unmarshal(text, &recorded); err != nil {
		t.Fatal(err)
	}
	var routes []router.Route
	for _, r := range recorded.Routes {
		service := recordedService{r.Service, r.Strip}
		routes = append(routes, router.Route{ID: r.ID, Hosts: r.Hosts, Paths: r.Paths, Value: service})
	}
	r, errs := router.New(routes, router.Options{})
	if errs != nil {
		t.Fatal(errs)
	}
	if len(recorded.Requests) == 0 {
		t.Fatal("no recorded requests")
	}
	for _, request := range recorded.Requests {
		upstream, status := forward(r, request.Host, request.Target)
		if upstream != request.Upstream || status != request.Status {
			t.Errorf("%s%s: upstream path %q, status %d; want %q, %d",
				request.Host, request.Target, upstream, status, request.Upstream, request.Status)
		}
	}
}

// forward takes a request target through everything that this package does with it.
func forward(r *router.Router, host, target string) (upstream string, status int) {
	path, query, err := urlpath.SplitTarget(target)
	if err != nil {
		return "", 400
	}
	request := router.Request{Method: "GET", Host: host, Path: urlpath.Normalize(path, nil), Port: 8000}
	var result router.Result
	if !r.Match(&request, &result) {
		return "", 404
	}
	service := result.Value.(recordedService)
	joined := urlpath.AppendUpstream(nil, service.path, request.Path, result.PathLength, service.strip, urlpath.V0)
	return string(joined) + query, 0
}
