package router_test

import (
	"fmt"
	"testing"

	"github.com/kongo-gateway/kongo/proxy/router"
)

func TestCaptures(t *testing.T) {
	r := newRouter(t, router.Options{},
		router.Route{ID: "1", Paths: []string{`~/users/(?<id>\d+)(/x)?/(\w+)`}},
		router.Route{ID: "2", Paths: []string{`~/plain/\d+`}},
		router.Route{ID: "3", Paths: []string{"/prefix"}},
	)
	var result router.Result
	if !r.Match(&router.Request{Path: "/users/42/posts/7"}, &result) || result.PathLength != len("/users/42/posts") {
		t.Fatalf("result %+v", result)
	}
	captures := result.Captures
	if captures.Len() != 4 {
		t.Errorf("Len = %d, want 4", captures.Len())
	}
	for number, want := range []string{"/users/42/posts", "42", "", "posts"} {
		if text, ok := captures.Group(number); text != want || ok != (want != "") {
			t.Errorf("Group(%d) = %q, %v", number, text, ok)
		}
	}
	if text, ok := captures.Named("id"); text != "42" || !ok {
		t.Errorf("Named(id) = %q, %v", text, ok)
	}
	for _, number := range []int{-1, 4} {
		if text, ok := captures.Group(number); ok {
			t.Errorf("Group(%d) = %q", number, text)
		}
	}
	for _, name := range []string{"", "other"} {
		if text, ok := captures.Named(name); ok {
			t.Errorf("Named(%q) = %q", name, text)
		}
	}
	if names := fmt.Sprint(captures.Name(0), captures.Name(1), captures.Name(2), captures.Name(9)); names != "id" {
		t.Errorf("names %q", names)
	}
	for _, path := range []string{"/plain/1", "/prefix"} {
		if !r.Match(&router.Request{Path: path}, &result) || result.Captures.Len() != 0 {
			t.Errorf("%s: captures %+v", path, result.Captures)
		}
		if text, ok := result.Captures.Named("id"); ok {
			t.Errorf("%s: Named(id) = %q", path, text)
		}
	}
}

func TestNoMatchLeavesTheResultEmpty(t *testing.T) {
	r := newRouter(t, router.Options{}, router.Route{ID: "1", Paths: []string{"~/(a)"}})
	var result router.Result
	r.Match(&router.Request{Path: "/a"}, &result)
	if r.Match(&router.Request{Path: "/b"}, &result) || result.Value != nil || result.Captures.Len() != 0 {
		t.Errorf("result %+v", result)
	}
}
