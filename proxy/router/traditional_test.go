package router_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/proxy/router"
)

// TestTraditionalOrder pits two routes against each other that both take the request. The one that is to win is the younger
// one, so that it does not win by its age.
func TestTraditionalOrder(t *testing.T) {
	t.Parallel()
	var (
		hosts    = []string{"a.test"}
		wildcard = []string{"*.test"}
		methods  = []string{"GET"}
		snis     = []string{"a.test"}
		short    = []string{"/a"}
		long     = []string{"/a/b"}
		regex    = []string{"~/a"}
	)
	for name, c := range map[string]struct{ winner, loser router.Route }{
		"attributes beat plain hosts": {
			router.Route{Methods: methods, Paths: short}, router.Route{Hosts: hosts}},
		"attributes count beyond four": {
			router.Route{Methods: methods, SNIs: snis, Headers: headers("X-1"), Hosts: wildcard, Paths: short},
			router.Route{Methods: methods, SNIs: snis, Headers: headers("X-1"), Hosts: hosts}},
		"hosts beat headers": {
			router.Route{Hosts: wildcard}, router.Route{Headers: headers("X-1", "X-2")}},
		"headers beat paths": {
			router.Route{Headers: headers("X-1")}, router.Route{Paths: regex}},
		"paths beat methods": {
			router.Route{Paths: short}, router.Route{Methods: methods}},
		"methods beat SNIs": {
			router.Route{Methods: methods}, router.Route{SNIs: snis}},
		"hosts and SNIs beat headers and paths": {
			router.Route{Hosts: wildcard, SNIs: snis}, router.Route{Headers: headers("X-1"), Paths: regex}},
		"a wildcard with a port beats plain hosts": {
			router.Route{Hosts: []string{"*.test:443"}}, router.Route{Hosts: []string{"a.test"}}},
		"plain hosts beat wildcards": {
			router.Route{Hosts: hosts, Paths: short}, router.Route{Hosts: wildcard, Paths: regex}},
		"a regex beats a prefix": {
			router.Route{Paths: regex}, router.Route{Paths: long}},
		"a regex beats more headers": {
			router.Route{Paths: regex, Headers: headers("X-1")}, router.Route{Paths: long, Headers: headers("X-1", "X-2")}},
		"more headers beat a longer prefix": {
			router.Route{Paths: short, Headers: headers("X-1", "X-2")}, router.Route{Paths: long, Headers: headers("X-1")}},
		"more headers beat regex_priority": {
			router.Route{Paths: regex, Headers: headers("X-1", "X-2")},
			router.Route{Paths: regex, Headers: headers("X-1"), RegexPriority: 8192}},
		"regex_priority": {
			router.Route{Paths: regex, RegexPriority: 8192}, router.Route{Paths: regex, RegexPriority: 4096}},
		"regex_priority below zero": {
			router.Route{Paths: regex}, router.Route{Paths: regex, RegexPriority: -1}},
		"a longer prefix": {
			router.Route{Paths: long}, router.Route{Paths: short, RegexPriority: 100}},
		"the younger of two routes that are not equal": {
			router.Route{Paths: []string{"/x", "/a/b"}}, router.Route{Paths: short}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.winner.ID, c.winner.CreatedAt = "1 winner", 2
			c.loser.ID, c.loser.CreatedAt = "2 loser", 1
			request := everything
			request.Host = "a.test:443"
			if got := traditionalMatch(t, request, c.loser, c.winner); got != "1 winner" {
				t.Errorf("matched %v", got)
			}
		})
	}
}

// TestTraditionalTie shows that of equal routes the oldest wins, whatever their ids and the order in which they come.
func TestTraditionalTie(t *testing.T) {
	t.Parallel()
	routes := []router.Route{
		{ID: "2", CreatedAt: 30, Paths: []string{"/a"}},
		{ID: "1", CreatedAt: 10, Paths: []string{"/a"}},
		{ID: "3", CreatedAt: 20, Paths: []string{"/a", "/b", "~/c"}},
	}
	if got := traditionalMatch(t, router.Request{Path: "/a"}, routes...); got != "1" {
		t.Errorf("matched %v, want the oldest", got)
	}
	options := router.Options{Order: router.Traditional}
	r, _ := newRouter(t, options, routes...).With(nil, []string{"1"})
	var result router.Result
	if !r.Match(&router.Request{Path: "/a"}, &result) || result.Value != "3" {
		t.Errorf("matched %v, want the oldest that is left", result.Value)
	}
}

func TestTraditionalConditions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		route   router.Route
		request router.Request
		want    bool
	}{
		"a port is that of the Host": {
			router.Route{Hosts: []string{"a.test:8000"}}, router.Request{Host: "a.test:8000", Path: "/"}, true},
		"a port is not that of the connection": {
			router.Route{Hosts: []string{"a.test:8000"}}, router.Request{Host: "a.test", Port: 8000, Path: "/"}, false},
		"a lone value may be a pattern": {
			router.Route{Headers: map[string][]string{"X": {"~*^v\\D$"}}}, router.Request{Path: "/", Headers: headerLines{{"X", "VA"}}}, true},
		"one of several values is none": {
			router.Route{Headers: map[string][]string{"X": {"~*^v.$", "b"}}}, router.Request{Path: "/", Headers: headerLines{{"X", "va"}}}, false},
		"one of several values is literal": {
			router.Route{Headers: map[string][]string{"X": {"~*^V.$", "b"}}}, router.Request{Path: "/", Headers: headerLines{{"X", "~*^v.$"}}}, true},
		"paths need not be text": {
			router.Route{Paths: []string{"/r"}}, router.Request{Path: "/r/\xe4"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.route.ID = "it"
			if got := traditionalMatch(t, c.request, c.route); (got == "it") != c.want {
				t.Errorf("matched %v", got)
			}
		})
	}
}

// traditionalMatch is the value of the route that takes a request, nil if none does.
func traditionalMatch(t *testing.T, request router.Request, routes ...router.Route) any {
	t.Helper()
	var result router.Result
	newRouter(t, router.Options{Order: router.Traditional}, routes...).Match(&request, &result)
	return result.Value
}
