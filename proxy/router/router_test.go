package router_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/kongo-gateway/kongo/proxy/router"
)

// lookup returns the id of the route that a path takes, "" if there is none.
func lookup(r *router.Router, path string) string {
	var result router.Result
	if !r.Match(&router.Request{Method: "GET", Path: path}, &result) {
		return ""
	}
	return result.Value.(string)
}

func pathRoute(id, path string) router.Route {
	return router.Route{ID: id, Paths: []string{path}, Value: id}
}

func TestRoutesThatDoNotCompileAreLeftOut(t *testing.T) {
	routes := []router.Route{
		pathRoute("good", "/good"),
		pathRoute("bad-path", "~/bad(path"),
		{ID: "bad-header", Paths: []string{"/bad-header"}, Headers: map[string][]string{"X-Version": {"ok", "~*(v"}}},
		// Lower-casing makes an escape out of \Z that there is not.
		{ID: "bad-case", Headers: map[string][]string{"X": {`~*\A\Q`, `~*(?P<A>a)`}}},
		{ID: "half-bad", Paths: []string{"/half", "~/half(bad"}},
		{ID: "nothing", Value: "asks for nothing"},
		pathRoute("look-around", "~/a(?=b)"),
	}
	r, errs := router.New(routes, router.Options{})
	if r.Len() != 1 || lookup(r, "/good") != "good" || lookup(r, "/half") != "" || lookup(r, "/bad-header") != "" {
		t.Errorf("%d routes", r.Len())
	}
	for i, want := range []string{
		`route bad-path: path "~/bad(path": error parsing regexp`,
		`route bad-header: header X-Version: value "~*(v": error parsing regexp`,
		`route bad-case: header X: value`,
		`route half-bad: path "~/half(bad": error parsing regexp`,
		`route nothing: no methods, hosts, headers, paths or snis to match`,
		`route look-around: path`,
	} {
		if i >= len(errs) || !strings.HasPrefix(errs[i].Error(), want) {
			t.Errorf("errors %q, want number %d to begin with %q", errs, i+1, want)
		}
	}
}

func TestWith(t *testing.T) {
	first, _ := router.New([]router.Route{pathRoute("1", "/one"), pathRoute("2", "/two"), pathRoute("3", "/three")}, router.Options{})
	second, errs := first.With(
		[]router.Route{pathRoute("2", "/zwei"), pathRoute("4", "/four"), pathRoute("3", "~/bad(")},
		[]string{"1", "4", "unknown"})
	if len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), "route 3: ") {
		t.Errorf("errors %v", errs)
	}
	for _, test := range []struct{ path, first, second string }{
		{"/one", "1", ""}, // removed
		{"/two", "2", ""}, // changed
		{"/zwei", "", "2"},
		{"/three", "3", ""}, // changed to something that does not compile
		{"/four", "", "4"},  // removed, which comes first, and added
	} {
		if got := lookup(first, test.path); got != test.first {
			t.Errorf("%s: the first router has %q, want %q", test.path, got, test.first)
		}
		if got := lookup(second, test.path); got != test.second {
			t.Errorf("%s: the second router has %q, want %q", test.path, got, test.second)
		}
	}
	if first.Len() != 3 || second.Len() != 2 {
		t.Errorf("Len = %d and %d, want 3 and 2", first.Len(), second.Len())
	}
}

func TestTheLastRouteOfAnIDCounts(t *testing.T) {
	r, errs := router.New([]router.Route{
		pathRoute("1", "~/bad("), pathRoute("1", "/a"), pathRoute("2", "/x"), pathRoute("1", "/b"),
	}, router.Options{})
	if errs != nil || r.Len() != 2 || lookup(r, "/a") != "" || lookup(r, "/b") != "1" {
		t.Errorf("%d routes, errors %v", r.Len(), errs)
	}
}

func TestValuesNeedNotBeComparable(t *testing.T) {
	routes := []router.Route{
		{ID: "1", Paths: []string{"/a"}, Value: []string{"one"}},
		{ID: "2", Paths: []string{"/a"}, Value: map[string]int{"two": 2}},
	}
	r, _ := router.New(routes, router.Options{})
	r, _ = r.With(routes[:1], []string{"2"})
	var result router.Result
	if !r.Match(&router.Request{Path: "/a"}, &result) || result.Value.([]string)[0] != "one" {
		t.Errorf("result %+v", result)
	}
}

func TestNoRoutes(t *testing.T) {
	r, errs := router.New(nil, router.Options{})
	if errs != nil || r.Len() != 0 || lookup(r, "/") != "" || lookup(r, "") != "" {
		t.Errorf("%d routes, errors %v", r.Len(), errs)
	}
	r, _ = r.With([]router.Route{pathRoute("1", "/")}, nil)
	r, _ = r.With(nil, []string{"1"})
	if r.Len() != 0 || lookup(r, "/") != "" {
		t.Errorf("%d routes after the last was removed", r.Len())
	}
}

// TestManyRoutesInOnePlace has routes that only a header or only the method tells apart, more than are tried one by
// one, and some that neither does.
func TestManyRoutesInOnePlace(t *testing.T) {
	const count = 1000
	method := func(i int) string { return "M" + strings.Repeat("X", i%40) + string(rune('A'+i/40)) }
	var routes []router.Route
	for i := range count {
		id := fmt.Sprintf("%04d", i)
		routes = append(routes,
			router.Route{
				ID: "header-" + id, Value: "header-" + id, Paths: []string{"/a"},
				Headers: map[string][]string{"X-Same": {"same"}, "X-Tenant": {"T" + id}},
			},
			router.Route{ID: "method-" + id, Value: "method-" + id, Paths: []string{"/a"}, Methods: []string{method(i)}})
	}
	r, _ := router.New(routes, router.Options{})
	r, _ = r.With([]router.Route{pathRoute("plain", "/a")}, []string{"header-0500", "method-0500"})

	find := func(method, tenant string) (id any) {
		var result router.Result
		lines := headerLines{{"X-Same", "same"}, {"X-Tenant", tenant}}
		r.Match(&router.Request{Method: method, Path: "/a/b", Headers: lines}, &result)
		return result.Value
	}
	for i := range count {
		id := fmt.Sprintf("%04d", i)
		wantHeader, wantMethod := "header-"+id, "method-"+id
		if i == 500 {
			wantHeader, wantMethod = "plain", "plain"
		}
		if got := find("GET", "t"+id); got != wantHeader {
			t.Errorf("by header: %v, want %s", got, wantHeader)
		}
		if got := find(method(i), "none"); got != wantMethod {
			t.Errorf("by method: %v, want %s", got, wantMethod)
		}
		if got := find(method(i), "t"+id); got != wantHeader {
			t.Errorf("by both: %v, want %s", got, wantHeader)
		}
	}
}

// TestAChangeCostsTheSameAmongMany counts allocations, since time depends on the machine.
func TestAChangeCostsTheSameAmongMany(t *testing.T) {
	s := shapes[0]
	cost := func(count int) float64 {
		routes := s.routes(count)
		r, _ := router.New(routes, router.Options{})
		return testing.AllocsPerRun(10, func() { r.With(routes[count/2:count/2+1], nil) })
	}
	few, many := cost(10), cost(20_000)
	if many > 4*few {
		t.Errorf("a change takes %v allocations among 10 routes, %v among 20,000", few, many)
	}
}

// TestReadersDuringChanges matches while other goroutines derive routers from the same one. The race detector watches.
func TestReadersDuringChanges(t *testing.T) {
	var routes []router.Route
	for i := range 200 {
		routes = append(routes, pathRoute(fmt.Sprint(i), fmt.Sprintf("/%d/", i)))
	}
	r, _ := router.New(routes, router.Options{})
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			derived := r
			for i := range 100 {
				changed := pathRoute(fmt.Sprint(i), fmt.Sprintf("/%d/%d/", worker, i))
				derived, _ = derived.With([]router.Route{changed}, []string{fmt.Sprint(199 - i)})
				if got := lookup(derived, changed.Paths[0]); got != changed.ID {
					t.Errorf("worker %d: %s leads to %q", worker, changed.Paths[0], got)
				}
				if path := fmt.Sprintf("/%d/", i); lookup(r, path) != fmt.Sprint(i) {
					t.Errorf("worker %d: %s has changed in the first router", worker, path)
				}
			}
		})
	}
	group.Wait()
}
