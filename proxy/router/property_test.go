package router_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/kongo-gateway/kongo/proxy/router"
)

// headerLines are header lines as the router wants them.
type headerLines []router.HeaderLine

func (h headerLines) HeaderLines() []router.HeaderLine { return h }

// The values to draw from are few and alike, so that routes overlap and requests hit them.
var (
	someMethods     = []string{"GET", "POST", "get", "PURGE"}
	someRouteHosts  = []string{"a.test", "b.test", "b.a.test", "A.test", "*.a.test", "*.test", "a.*", "b.*", "a.test:80", "*.test:81", "b.*:80", "[::1]", "[::1]:80"}
	someHosts       = []string{"", "a.test", "A.test", "b.test", ".a.test", "b.a.test", "c.b.a.test", "a.", "a.org", "b.org:80", "a.test:80", "a.test:080", "a.test:81", "a.test:", "a.test:x", "b.test:99999999999999999999", "[::1]", "[::1]:80", "b.\xff", "*"}
	someRoutePaths  = []string{"/", "/a", "/ab", "/a/", "/a/b", "/abc", "/b", "/é", "/b/aaaaaaaaaaaaaaaaaaa"}
	someRegexPaths  = []string{"~/a", "~/a|/b", "~/b|c", "~/a/(?<n>\\d+)", "~/(a|b)?(c)?", "~/a$", "~(?i)/A", "~/[ab]+/", "~/a(?:b)+c", "~/.*b", "~", "~/é", "~/(bad", "~/a+"}
	somePaths       = []string{"", "/", "/a", "/ab", "/abc", "/abbc", "/a/", "/a/b", "/a/1", "/a/12/b", "/b", "/b/aaaaaaaaaaaaaaaaaaaa", "/c", "/A", "/é", "/\xe9", "/aa/b"}
	someHeaders     = []string{"X-One", "x_one", "X-Two", "Host", "x"}
	someRouteValues = []string{"v1", "V1", "v2", "~*^v\\D", "~*V[12]", "~*(", "é", "~*É", "v1, v2"}
	someValues      = []string{"v1", "V1", "v2", "vx", "x v1", "v1, v2", "É", "\xff", ""}
	someSNIs        = []string{"a.test", "a.test.", "*.test", "a.*"}
	someServerNames = []string{"", "a.test", "b.test", "a.org"}
)

// some draws a few of the values, often none.
func some(values ...[]string) *rapid.Generator[[]string] {
	several := rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Concat(values...)), 1, 4, rapid.ID)
	return rapid.OneOf(rapid.Just[[]string](nil), several)
}

// someIDs are few, so that routes are replaced, and in no order.
var someIDs = func() (ids []string) {
	for i := range 60 {
		ids = append(ids, uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)).String())
	}
	return ids
}()

// drawRoute draws a route; crowded ones share their host and path.
func drawRoute(t *rapid.T, crowded bool) router.Route {
	route := router.Route{
		ID:            rapid.SampledFrom(someIDs).Draw(t, "id"),
		RegexPriority: rapid.SampledFrom([]int64{0, 0, 0, 1, 2, 1024, 4096, 8191, -1}).Draw(t, "regex priority"),
	}
	route.Value = route.ID
	if crowded {
		route.Paths = []string{"/a"}
	} else {
		route.Paths = some(someRoutePaths, someRegexPaths).Draw(t, "paths")
		route.Hosts = some(someRouteHosts).Draw(t, "hosts")
	}
	route.Methods = some(someMethods).Draw(t, "methods")
	route.SNIs = some(someSNIs).Draw(t, "snis")
	for _, name := range some(someHeaders).Draw(t, "headers") {
		if route.Headers == nil {
			route.Headers = map[string][]string{}
		}
		route.Headers[name] = rapid.SliceOfN(rapid.SampledFrom(someRouteValues), 1, 3).Draw(t, "values")
	}
	return route
}

func drawRequest(t *rapid.T) *router.Request {
	request := &router.Request{
		Method: rapid.SampledFrom(someMethods).Draw(t, "method"),
		Host:   rapid.SampledFrom(someHosts).Draw(t, "host"),
		Path:   rapid.SampledFrom(somePaths).Draw(t, "path"),
		TLS:    rapid.Bool().Draw(t, "TLS"),
		SNI:    rapid.SampledFrom(someServerNames).Draw(t, "SNI"),
		Port:   rapid.SampledFrom([]int{80, 81}).Draw(t, "port"),
	}
	var lines headerLines
	for range rapid.IntRange(0, 4).Draw(t, "lines") {
		lines = append(lines, router.HeaderLine{
			Name:  rapid.SampledFrom(someHeaders).Draw(t, "name"),
			Value: rapid.SampledFrom(someValues).Draw(t, "value"),
		})
	}
	if lines != nil {
		request.Headers = lines
	}
	return request
}

// compare checks that a router answers as the rules say.
func compare(t *rapid.T, r *router.Router, slow slowRouter, request *router.Request) {
	t.Helper()
	var result router.Result
	matched := r.Match(request, &result)
	want, ok := slow.match(request)
	if matched != ok {
		t.Fatalf("%+v: Match = %v, want %v (%+v)", request, matched, ok, want)
	}
	if !matched {
		return
	}
	got := slowMatch{routeID: result.Value.(string), pathLength: result.PathLength}
	for i := range result.Captures.Len() {
		text, took := result.Captures.Group(i)
		if !took {
			text = "-"
		}
		got.captures = append(got.captures, text)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v: got %+v, want %+v", request, got, want)
	}
}

// agreesWithRules derives routers from each other and compares each with the rules, the early ones again at the end.
func agreesWithRules(t *rapid.T) {
	options := router.Options{
		Order:      rapid.SampledFrom([]router.Order{router.Released, router.Documented}).Draw(t, "order"),
		MaxHeaders: rapid.SampledFrom([]int{0, 2}).Draw(t, "header limit"),
	}
	type generation struct {
		router *router.Router
		slow   slowRouter
	}
	var generations []generation
	known := map[string]router.Route{}
	r, _ := router.New(nil, options)

	for range rapid.IntRange(1, 4).Draw(t, "generations") {
		count := rapid.SampledFrom([]int{1, 3, 10, 100}).Draw(t, "routes")
		crowded := rapid.Bool().Draw(t, "crowded")
		draw := func(t *rapid.T) router.Route { return drawRoute(t, crowded) }
		changed := rapid.SliceOfN(rapid.Custom(draw), count/2, count).Draw(t, "changed")
		removed := rapid.SliceOfN(rapid.SampledFrom(someIDs), 0, count/2).Draw(t, "removed")
		for _, id := range removed {
			delete(known, id)
		}
		for _, route := range changed {
			known[route.ID] = route
		}
		r, _ = r.With(changed, removed)
		generations = append(generations, generation{r, newSlowRouter(slices.Collect(maps.Values(known)), options)})
	}
	requests := rapid.SliceOfN(rapid.Custom(drawRequest), 1, 10).Draw(t, "requests")
	for _, g := range generations {
		for _, request := range requests {
			compare(t, g.router, g.slow, request)
		}
	}

	// A router that came about step by step is as good as one made at once.
	atOnce, _ := router.New(slices.Collect(maps.Values(known)), options)
	if atOnce.Len() != r.Len() {
		t.Fatalf("Len = %d after steps, %d at once", r.Len(), atOnce.Len())
	}
	for _, request := range requests {
		compare(t, atOnce, generations[len(generations)-1].slow, request)
	}
}

func TestMatchAgreesWithRules(t *testing.T) {
	for range 5 {
		rapid.Check(t, agreesWithRules)
	}
}

func FuzzMatch(f *testing.F) {
	for seed := range byte(8) {
		enough := make([]byte, 1<<16) // to draw from
		rand.NewChaCha8([32]byte{seed}).Read(enough)
		f.Add(enough)
	}
	f.Fuzz(rapid.MakeFuzz(agreesWithRules))
}
