package router_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/proxy/router"
	"github.com/kongo-gateway/kongo/urlpath"
)

// newRouter returns a router of routes whose Value is their ID. All of them must compile.
func newRouter(t testing.TB, options router.Options, routes ...router.Route) *router.Router {
	t.Helper()
	for i := range routes {
		routes[i].Value = routes[i].ID
	}
	r, errs := router.New(routes, options)
	if errs != nil {
		t.Fatal(errs)
	}
	return r
}

// matches tells whether a route, alone in its router, takes a request.
func matches(t testing.TB, route router.Route, request router.Request) bool {
	t.Helper()
	var result router.Result
	return newRouter(t, router.Options{}, route).Match(&request, &result)
}

func TestHosts(t *testing.T) {
	const connectionPort = 8000
	for _, test := range []struct {
		entry, host string
		want        bool
	}{
		{"a.test", "a.test", true},
		{"a.test", "A.test", false},
		{"A.test", "a.test", false},
		{"a.test", "b.a.test", false},
		{"a.test", "", false},
		{"a.test", "a.test:80", true},
		{"a.test", "a.test:8000", true},
		{"a.test", "a.test:99999", true},
		{"a.test", "a.test:", false},
		{"a.test", "a.test:http", false},
		{"a.test", "a.test:80x", false},
		{"a.test", "a.test:80:80", false},
		{"a.test", ":80", false},
		{"a.test", "a.te\xff", false},

		{"*.zoo.test", "a.zoo.test", true},
		{"*.zoo.test", "a.b.zoo.test", true},
		{"*.zoo.test", ".zoo.test", true},
		{"*.zoo.test", "zoo.test", false},
		{"*.zoo.test", "azoo.test", false},
		{"*.zoo.test", "a.zoo.test:80", true},
		{"south.*", "south.org.uk", true},
		{"south.*", "south.", true},
		{"south.*", "south", false},
		{"south.*", "southern.test", false},
		{"south.*", "north.south.test", false},
		{"*", "a.test", true},
		{"*", "", false},

		{"a.test:80", "a.test:80", true},
		{"a.test:80", "a.test:080", true},
		{"a.test:80", "a.test:81", false},
		{"a.test:80", "a.test", false},
		{"a.test:8000", "a.test", true},
		{"a.test:80", "a.test:18446744073709551696", false}, // 2^64+80
		{"*.test:80", "a.test:80", true},
		{"*.test:80", "a.test", false},
		{"*.test:8000", "a.test", true},
		{"a.*:8000", "a.test", true},
		{"a.*:8000", "a.test:80", false},

		{"[::1]", "[::1]", true},
		{"[::1]", "[::1]:8000", false},
		{"[::1]:8000", "[::1]:8000", true},
		{"[::1]:8000", "[::1]", false},
		{"::1", "[::1]", false},
		{"127.0.0.1", "127.0.0.1:8000", true},
	} {
		route := router.Route{Hosts: []string{"other.test", test.entry}}
		request := router.Request{Host: test.host, Path: "/", Port: connectionPort}
		if got := matches(t, route, request); got != test.want {
			t.Errorf("hosts entry %q, Host %q: %v", test.entry, test.host, got)
		}
	}
}

func TestPaths(t *testing.T) {
	for _, test := range []struct {
		entry, path string
		length      int // PathLength, or noMatch
	}{
		{"/foo", "/foo", 4},
		{"/foo", "/foo/bar", 4},
		{"/foo", "/foobar", 4},
		{"/foo", "/fo", noMatch},
		{"/foo", "/Foo", noMatch},
		{"/foo", "/x/foo", noMatch},
		{"/foo/", "/foo", noMatch},
		{"/foo/", "/foo/bar", 5},
		{"/", "/anything", 1},
		{"/v(1)", "/v(1)", 5},
		{"/é", "/é/x", 3},

		{`~/v\d`, "/v1/x", 3},
		{`~/v\d`, "/v/1", noMatch},
		{`~/v\d`, "/x/v1", noMatch},
		{`~/v\d$`, "/v1/x", noMatch},
		{`~/v\d+`, "/v123/x", 5},
		{`~/V\d`, "/v1", noMatch},
		{`~(?i)/V\d`, "/v1", 3},
		{`~/a|/b`, "/b/x", 2},
		{`~/a|/b`, "/x/b", 2}, // only the first branch is anchored
		{`~/a|/b`, "/x/a", noMatch},
		{`~/(a|b)`, "/x/b", noMatch},
		{`~/a|b$`, "/xyzb", 1},
		{`~/a*`, "/aab", 3},
		{`~/(?<name>a)`, "/a", 2},
		{`~/(?P<name>a)`, "/a", 2},
		{`~/\p{Greek}`, "/αx", 3},
	} {
		var result router.Result
		r := newRouter(t, router.Options{}, router.Route{ID: "1", Paths: []string{test.entry}})
		length := noMatch
		if r.Match(&router.Request{Path: test.path}, &result) {
			length = result.PathLength
		}
		if length != test.length {
			t.Errorf("path entry %q, request %q: length %d, want %d", test.entry, test.path, length, test.length)
		}
	}
}

const noMatch = -2

func TestPathLengthWithoutPaths(t *testing.T) {
	r := newRouter(t, router.Options{}, router.Route{Hosts: []string{"a.test"}})
	var result router.Result
	if !r.Match(&router.Request{Host: "a.test", Path: "/a"}, &result) || result.PathLength != urlpath.NoPath {
		t.Errorf("PathLength = %d, want NoPath", result.PathLength)
	}
}

// TestRegexesAreTriedAsListed shows that within a route the order of the list counts, not the length of a match.
func TestRegexesAreTriedAsListed(t *testing.T) {
	r := newRouter(t, router.Options{}, router.Route{ID: "1", Paths: []string{"~/a", "~/a/b", "~/a/b/c"}})
	var result router.Result
	if !r.Match(&router.Request{Path: "/a/b/c"}, &result) || result.PathLength != len("/a") {
		t.Errorf("PathLength = %d, want that of the first", result.PathLength)
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	lines := headerLines{{"Accept", "*/*"}, {"X-Version", "V1"}}
	r := newRouter(t, router.Options{},
		router.Route{ID: "1", Hosts: []string{"a.test:80"}, Paths: []string{"/a", "/a/b"}},
		router.Route{ID: "2", Hosts: []string{"*.b.test", "c.*"}, Methods: []string{"GET"}},
		router.Route{ID: "3", Paths: []string{"/c"}, Headers: map[string][]string{"X-Version": {"v1"}}, SNIs: []string{"*.test"}},
	)
	var result router.Result
	for _, request := range []router.Request{
		{Method: "GET", Host: "a.test:80", Path: "/a/b/c", Headers: &lines},
		{Method: "GET", Host: "a.b.test", Path: "/", Headers: &lines},
		{Method: "GET", Host: "d.test", Path: "/c", TLS: true, SNI: "d.test", Headers: &lines},
		{Method: "GET", Host: "none.test", Path: "/none", Headers: &lines},
	} {
		if n := testing.AllocsPerRun(100, func() { r.Match(&request, &result) }); n != 0 {
			t.Errorf("%+v: %v allocations", request, n)
		}
	}
}
