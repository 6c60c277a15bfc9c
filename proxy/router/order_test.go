package router_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/proxy/router"
)

// everything is a request that each of the routes of TestOrder takes.
var everything = router.Request{
	Method: "GET", Host: "a.test", Path: "/a/b", TLS: true, SNI: "a.test", Port: 443,
	Headers: headerLines{{"X-1", "1"}, {"X-2", "2"}, {"X-3", "3"}},
}

func headers(names ...string) map[string][]string {
	h := map[string][]string{}
	for _, name := range names {
		h[name] = []string{name[len(name)-1:]}
	}
	return h
}

// TestOrder pits two routes against each other that both take the request. The id of the one that is to win is the
// smaller one, so that it does not win by its id.
func TestOrder(t *testing.T) {
	var (
		hosts    = []string{"a.test"}
		wildcard = []string{"*.test"}
		methods  = []string{"GET"}
		snis     = []string{"a.test"}
		short    = []string{"/a"}
		long     = []string{"/a/b"}
		regex    = []string{"~/a"}
	)
	const both, released, documented = "both", "released", "documented"
	tests := []struct {
		name          string
		order         string
		winner, loser router.Route
	}{
		{"four attributes beat plain hosts", both,
			router.Route{Methods: methods, SNIs: snis, Headers: headers("X-1"), Paths: short},
			router.Route{Hosts: hosts, Methods: methods, Paths: regex}},
		{"beyond four the number of attributes is the same", released,
			router.Route{Methods: methods, SNIs: snis, Headers: headers("X-1"), Paths: long},
			router.Route{Methods: methods, SNIs: snis, Headers: headers("X-1"), Hosts: wildcard, Paths: short}},
		{"beyond four the number of attributes still counts", documented,
			router.Route{Methods: methods, SNIs: snis, Headers: headers("X-1"), Hosts: wildcard, Paths: short},
			router.Route{Methods: methods, SNIs: snis, Headers: headers("X-1"), Paths: long}},
		{"plain hosts beat more attributes without", released,
			router.Route{Hosts: hosts},
			router.Route{Methods: methods, Paths: long}},
		{"more attributes beat plain hosts", documented,
			router.Route{Methods: methods, Paths: long},
			router.Route{Hosts: hosts}},
		{"plain hosts beat wildcard hosts", both,
			router.Route{Hosts: hosts, Paths: short},
			router.Route{Hosts: wildcard, Paths: long}},
		{"a wildcard among the hosts makes them all wildcards", both,
			router.Route{Hosts: wildcard, Paths: long},
			router.Route{Hosts: []string{"a.test", "*.b.test"}, Paths: short}},
		{"a regex beats more attributes without", released,
			router.Route{Paths: regex},
			router.Route{Methods: methods, Paths: long}},
		{"more attributes beat a regex", documented,
			router.Route{Methods: methods, Paths: long},
			router.Route{Paths: regex}},
		{"a regex beats a longer prefix", both,
			router.Route{Paths: regex},
			router.Route{Paths: long}},
		{"a regex beats more headers", released,
			router.Route{Paths: regex, Headers: headers("X-1")},
			router.Route{Paths: long, Headers: headers("X-1", "X-2")}},
		{"more headers beat a regex", documented,
			router.Route{Paths: long, Headers: headers("X-1", "X-2")},
			router.Route{Paths: regex, Headers: headers("X-1")}},
		{"more headers", both,
			router.Route{Headers: headers("X-1", "X-2", "X-3")},
			router.Route{Headers: headers("X-1", "X-2")}},
		{"more headers beat a longer prefix", both,
			router.Route{Headers: headers("X-1", "X-2"), Paths: short},
			router.Route{Headers: headers("X-1"), Paths: long}},
		{"regex_priority", both,
			router.Route{Paths: regex, RegexPriority: 3},
			router.Route{Paths: regex, RegexPriority: 2}},
		{"regex_priority against headers, in separate fields", documented,
			router.Route{Paths: regex, Headers: headers("X-1", "X-2")},
			router.Route{Paths: regex, Headers: headers("X-1"), RegexPriority: 100}},
		{"regex_priority 4 is worth two headers", released,
			router.Route{Paths: regex, Headers: headers("X-1"), RegexPriority: 4},
			router.Route{Paths: regex, Headers: headers("X-1", "X-2")}},
		{"regex_priority 2 is lost in one header", released,
			router.Route{Paths: regex, Headers: headers("X-1"), RegexPriority: 1},
			router.Route{Paths: regex, Headers: headers("X-1"), RegexPriority: 2}},
		{"regex_priority 2048 is worth two attributes", released,
			router.Route{Paths: regex, RegexPriority: 2048},
			router.Route{Paths: regex, Methods: methods, RegexPriority: 1023}},
		{"regex_priority 4096 overflows to the top", released,
			router.Route{Paths: regex, RegexPriority: 4096},
			router.Route{Paths: regex, Hosts: hosts, Methods: methods}},
		{"regex_priority 8192 overflows to nothing", released,
			router.Route{Paths: regex, RegexPriority: 1},
			router.Route{Paths: regex, RegexPriority: 8192}},
		{"regex_priority 8192 is just a number", documented,
			router.Route{Paths: regex, RegexPriority: 8192},
			router.Route{Paths: regex, RegexPriority: 1}},
		{"a negative regex_priority is at the top", released,
			router.Route{Paths: regex, RegexPriority: -1},
			router.Route{Paths: regex, Hosts: hosts, Methods: methods, RegexPriority: 1}},
		{"a negative regex_priority is below zero", documented,
			router.Route{Paths: regex, RegexPriority: 0},
			router.Route{Paths: regex, RegexPriority: -1}},
		{"regex_priority far below zero", documented,
			router.Route{Paths: regex, RegexPriority: 0},
			router.Route{Paths: regex, RegexPriority: -1 << 40}},
		{"regex_priority means nothing to a prefix", both,
			router.Route{Paths: long},
			router.Route{Paths: short, RegexPriority: 100}},
		{"a longer prefix", both,
			router.Route{Paths: long},
			router.Route{Paths: short}},
		{"a longer prefix does not make up for an attribute", both,
			router.Route{Paths: short, Methods: methods},
			router.Route{Paths: long}},
		{"a short prefix beats none", both,
			router.Route{Paths: short, Methods: methods},
			router.Route{Methods: methods, SNIs: snis}},
	}
	for _, test := range tests {
		for order, name := range map[router.Order]string{router.Released: released, router.Documented: documented} {
			if test.order != both && test.order != name {
				continue
			}
			t.Run(test.name+", "+name, func(t *testing.T) {
				test.winner.ID, test.loser.ID = "1 winner", "2 loser"
				r := newRouter(t, router.Options{Order: order}, test.loser, test.winner)
				var result router.Result
				if request := everything; !r.Match(&request, &result) || result.Value != "1 winner" {
					t.Errorf("matched %v", result.Value)
				}
			})
		}
	}
}

// TestFieldsAreBounded has routes whose headers or prefix are beyond what the priority can tell apart.
func TestFieldsAreBounded(t *testing.T) {
	manyHeaders := func(count int) (h map[string][]string) {
		h = map[string][]string{}
		for i := range count {
			h[fmt.Sprint("X-", i)] = []string{"1"}
		}
		return h
	}
	request := router.Request{Path: "/" + strings.Repeat("a", 1<<20)}
	var lines headerLines
	for name := range manyHeaders(300) {
		lines = append(lines, router.HeaderLine{Name: name, Value: "1"})
	}
	request.Headers = lines

	for name, routes := range map[string][]router.Route{
		"headers beyond 255 do not count": {
			{ID: "1", Headers: manyHeaders(300)},
			{ID: "2", Headers: manyHeaders(256)},
		},
		"a prefix of 2^19 bytes is as good as an empty one": {
			{ID: "1", Paths: []string{request.Path[:1<<19]}},
			{ID: "2", Paths: []string{"/"}},
		},
	} {
		for _, order := range []router.Order{router.Released, router.Documented} {
			r := newRouter(t, router.Options{Order: order, MaxHeaders: 1000}, routes...)
			var result router.Result
			if !r.Match(&request, &result) || result.Value != "2" {
				t.Errorf("%s: order %d: matched %v", name, order, result.Value)
			}
		}
	}
}

// TestEqualPriority shows that the larger id wins, whatever the order in which the routes come.
func TestEqualPriority(t *testing.T) {
	ids := []string{
		"4bf1fe19-f5cd-409c-868c-c3a9a9240e98", "f9feb8ca-2eaa-4a00-8a85-c924fd3c384b", "0b23dfe6-35ed-4799-b540-6337808b6d23",
	}
	var routes []router.Route
	for _, id := range ids {
		routes = append(routes, router.Route{ID: id, Paths: []string{"/a"}})
	}
	r := newRouter(t, router.Options{}, routes...)
	var result router.Result
	if !r.Match(&router.Request{Path: "/a"}, &result) || result.Value != ids[1] {
		t.Errorf("matched %v, want the largest id", result.Value)
	}
}

// TestSplitRoutesTieByDerivedID lets the parts of a split route tie with a whole route. The parts go by ids derived from
// that of their route.
func TestSplitRoutesTieByDerivedID(t *testing.T) {
	const (
		split        = "00000000-0000-4000-8000-000000000001"
		beforeSplit  = "00000000-0000-4000-8000-000000000000"
		afterSplit   = "00000000-0000-4000-8000-000000000002"
		beforeFirst  = "4c27e75c-320f-5c7d-8070-fbf84b203a9d" // the first part's is …9e
		afterFirst   = "4c27e75c-320f-5c7d-8070-fbf84b203a9f"
		beforeSecond = "88c08b1f-2356-5fee-847d-a5eb1652c82c" // the second part's is …2d
		afterSecond  = "88c08b1f-2356-5fee-847d-a5eb1652c82e"
	)
	for _, test := range []struct {
		name  string
		paths []string
		other string // id of a route with the path /a
		want  string
	}{
		{"no split, before", []string{"/a", "/b"}, beforeSplit, split},
		{"no split, after", []string{"/a", "/b"}, afterSplit, afterSplit},
		{"first group, before", []string{"/a", "/long"}, beforeFirst, split},
		{"first group, after", []string{"/a", "/long"}, afterFirst, afterFirst},
		{"second group, before", []string{"/long", "/a"}, beforeSecond, split},
		{"second group, after", []string{"/long", "/a"}, afterSecond, afterSecond},
		{"regexes are one group, before", []string{"~/x", "~/longer", "/a"}, beforeSecond, split},
		{"regexes are one group, after", []string{"~/x", "~/longer", "/a"}, afterSecond, afterSecond},
		{"groups count where they first appear", []string{"/b", "/long", "/a"}, afterFirst, afterFirst},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRouter(t, router.Options{},
				router.Route{ID: split, Paths: test.paths}, router.Route{ID: test.other, Paths: []string{"/a"}})
			var result router.Result
			if !r.Match(&router.Request{Path: "/a"}, &result) || result.Value != test.want {
				t.Errorf("matched %v, want %v", result.Value, test.want)
			}
		})
	}
}

func TestSplitRouteRanksEachPath(t *testing.T) {
	r := newRouter(t, router.Options{},
		router.Route{ID: "1 split", Paths: []string{"/a", "/a/long/prefix", "~/regex"}},
		router.Route{ID: "2 whole", Paths: []string{"/a/long"}})
	for path, want := range map[string]string{
		"/a/x":             "1 split /a",
		"/a/long":          "2 whole /a/long",
		"/a/long/prefix/x": "1 split /a/long/prefix",
		"/regex":           "1 split /regex",
	} {
		var result router.Result
		if !r.Match(&router.Request{Path: path}, &result) {
			t.Errorf("%s: no match", path)
			continue
		}
		if got := strings.Join([]string{result.Value.(string), path[:result.PathLength]}, " "); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
