package router

import (
	"fmt"
	"testing"
)

// TestCrowdsAreFiledByWhatTellsThemApart looks for long lists in a place where one header is the same for all.
func TestCrowdsAreFiledByWhatTellsThemApart(t *testing.T) {
	var routes []Route
	for i := range 1000 {
		routes = append(routes, Route{
			ID: fmt.Sprint(i), Methods: []string{"GET"},
			Headers: map[string][]string{"A-Same": {"same"}, "B-Tenant": {fmt.Sprint(i)}, "C-Pattern": {"~*a"}},
		})
	}
	r, errs := New(routes, Options{})
	if errs != nil {
		t.Fatal(errs)
	}
	place := &r.index.anyHost.value
	longest := len(place.more.list)
	for i := range place.more.selectors {
		for _, c := range place.more.selectors[i].values.chunks {
			for _, filed := range c.slots {
				longest = max(longest, len(filed.value.list))
			}
		}
	}
	if longest > 2*maxUnselected {
		t.Errorf("a list of %d candidates", longest)
	}
}

// TestNothingIsLeftBehind removes all routes of a router.
func TestNothingIsLeftBehind(t *testing.T) {
	var routes []Route
	var ids []string
	for i := range 200 {
		id := fmt.Sprint(i)
		ids = append(ids, id)
		routes = append(routes,
			Route{
				ID:      id,
				Hosts:   [][]string{nil, {"a.test", "*.test:80"}, {"a.*"}, {"a.test:80", "a.test:81"}}[i%4],
				Paths:   [][]string{{"/a"}, nil, {"/a", "/b", "/a/b"}, {"~/a", "~/b|c", "/x"}}[i/4%4],
				Methods: [][]string{{"GET"}, {"GET", "POST", "M" + id}}[i/16%2],
				Headers: []map[string][]string{nil, {"X": {id, "1"}, "Y": {"1"}}}[i/32%2],
			})
	}
	r, errs := New(routes, Options{})
	if errs != nil {
		t.Fatal(errs)
	}
	r, _ = r.With(routes[50:100], ids[:20])
	r, _ = r.With(nil, ids)
	x := &r.index
	if !x.exact.empty() || !x.ends.empty() || !x.starts.empty() || !x.anyHost.empty() || !r.routes.empty() {
		t.Error("a tree still holds something")
	}
	if r.count != 0 || r.fields.hosts != 0 || r.fields.paths != 0 || len(r.fields.headers) != 0 {
		t.Errorf("%d routes, fields %+v", r.count, r.fields)
	}
}
