package router_test

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/proxy/router"
)

func TestMethods(t *testing.T) {
	for _, test := range []struct {
		methods, method string
		want            bool
	}{
		{"GET", "GET", true},
		{"GET POST", "POST", true},
		{"GET", "POST", false},
		{"GET", "get", false},
		{"get", "GET", true},
		{"GET", "GETS", false},
		{"PURGE", "PURGE", true},
	} {
		route := router.Route{Methods: strings.Fields(test.methods)}
		if got := matches(t, route, router.Request{Method: test.method, Path: "/"}); got != test.want {
			t.Errorf("methods %s, request %s: %v", test.methods, test.method, got)
		}
	}
}

func TestHeaders(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []string
		lines  string // name=value, separated by ;
		want   bool
	}{
		{"X-Version", []string{"beta"}, "X-Version=beta", true},
		{"X-Version", []string{"beta"}, "x-version=BETA", true},
		{"X-Version", []string{"BETA"}, "X-Version=beta", true},
		{"X-Version", []string{"beta"}, "X-Version=alpha", false},
		{"X-Version", []string{"beta"}, "X-Version=beta, alpha", false},
		{"X-Version", []string{"beta"}, "X-Version=betas", false},
		{"X-Version", []string{"beta"}, "X-Version=bet", false},
		{"X-Version", []string{"beta"}, "X-Version=", false},
		{"X-Version", []string{"beta"}, "", false},
		{"X-Version", []string{"beta"}, "X-Version=alpha;X-Version=beta", true},
		{"X-Version", []string{"beta", "alpha"}, "X-Version=alpha", true},
		{"X-Version", []string{"beta"}, "X_Version=beta", true},
		{"X_Version", []string{"beta"}, "X-Version=beta", true},
		{"X-Version", []string{"beta"}, "XVersion=beta", false},
		{"X-Version", []string{"É"}, "X-Version=é", true},
		{"X-Version", []string{"é"}, "X-Version=É", true},
		{"X-Version", []string{"k"}, "X-Version=\u212a", true}, // the Kelvin sign
		{"X-Version", []string{"kk"}, "X-Version=k\u212a", true},
		{"X-Version", []string{"beta"}, "X-Version=beta;X-Version=\xff", false},
		{"X-Version", []string{"beta"}, "X-Version=beta;X-Other=\xff", true},

		{"X-Version", []string{"~*^v[12]$"}, "X-Version=V2", true},
		{"X-Version", []string{"~*^v[12]$"}, "X-Version=v22", false},
		{"X-Version", []string{"~*2"}, "X-Version=v22", true},
		{"X-Version", []string{"~*^V"}, "X-Version=v22", true},
		{"X-Version", []string{`~*^\D$`}, "X-Version=1", true}, // the class is lower-cased too
		{"X-Version", []string{`~*^\D$`}, "X-Version=a", false},
		{"X-Version", []string{"beta", "~*^v"}, "X-Version=v1", true},
		{"X-Version", []string{"beta", "~*^v"}, "X-Version=beta", true},
		{"X-Version", []string{"~^v"}, "X-Version=v1", false},

		{"Host", []string{"a.test"}, "Host=a.test", false},
	} {
		var lines headerLines
		for _, line := range strings.Split(test.lines, ";") {
			name, value, _ := strings.Cut(line, "=")
			lines = append(lines, router.HeaderLine{Name: name, Value: value})
		}
		route := router.Route{Headers: map[string][]string{test.name: test.values}}
		if got := matches(t, route, router.Request{Path: "/", Headers: lines}); got != test.want {
			t.Errorf("header %s: %q, request %q: %v", test.name, test.values, test.lines, got)
		}
	}
}

func TestEveryHeaderIsNeeded(t *testing.T) {
	route := router.Route{Headers: map[string][]string{"A": {"1"}, "B": {"2"}}}
	if matches(t, route, router.Request{Headers: headerLines{{"A", "1"}}}) {
		t.Error("one of two headers is enough")
	}
	if !matches(t, route, router.Request{Headers: headerLines{{"B", "2"}, {"A", "1"}}}) {
		t.Error("two of two headers are not enough")
	}
	if matches(t, route, router.Request{}) {
		t.Error("no headers are enough")
	}
}

func TestMaxHeaders(t *testing.T) {
	route := router.Route{Headers: map[string][]string{"X": {"1"}}}
	withLinesBefore := func(count int) router.Request {
		var lines headerLines
		for range count {
			lines = append(lines, router.HeaderLine{Name: "Other", Value: "\xff"})
		}
		return router.Request{Headers: append(lines, router.HeaderLine{Name: "X", Value: "1"})}
	}
	for _, test := range []struct{ limit, before, wrongBefore int }{
		{0, 99, 100},
		{-1, 99, 100},
		{5, 4, 5},
		{1000, 999, 1000},
	} {
		r := newRouter(t, router.Options{MaxHeaders: test.limit}, route)
		var result router.Result
		seen, unseen := withLinesBefore(test.before), withLinesBefore(test.wrongBefore)
		if !r.Match(&seen, &result) {
			t.Errorf("limit %d: line %d is not seen", test.limit, test.before+1)
		}
		if r.Match(&unseen, &result) {
			t.Errorf("limit %d: line %d is seen", test.limit, test.wrongBefore+1)
		}
	}
}

func TestSNIs(t *testing.T) {
	for _, test := range []struct {
		entry string
		tls   bool
		sni   string
		want  bool
	}{
		{"a.test", true, "a.test", true},
		{"a.test", true, "A.test", false},
		{"a.test", true, "b.test", false},
		{"a.test", true, "", false},
		{"a.test", false, "", true},
		{"a.test", false, "b.test", true},
		{"a.test.", true, "a.test", true},
		{"a.test.", true, "a.test.", false},
		{"*.test", true, "a.b.test", true},
		{"*.test", true, "test", false},
		{"*.test.", true, "a.test", true},
		{"a.*", true, "a.org", true},
		{"a.*", true, "b.org", false},
	} {
		route := router.Route{SNIs: []string{"other.test", test.entry}}
		if got := matches(t, route, router.Request{Path: "/", TLS: test.tls, SNI: test.sni}); got != test.want {
			t.Errorf("SNI %q, request TLS %v %q: %v", test.entry, test.tls, test.sni, got)
		}
	}
}

// TestTextThatIsNotUTF8 shows that what some route looks at must be UTF-8, even if another route would match.
func TestTextThatIsNotUTF8(t *testing.T) {
	path := router.Route{ID: "path", Paths: []string{"/"}}
	host := router.Route{ID: "host", Hosts: []string{"*.test"}}
	method := router.Route{ID: "method", Methods: []string{"GET"}}
	header := router.Route{ID: "header", Headers: map[string][]string{"X-A": {"1"}}}
	for _, test := range []struct {
		name    string
		routes  []router.Route
		request router.Request
		want    bool
	}{
		{"path", []router.Route{path}, router.Request{Path: "/\xe4"}, false},
		{"path, matched by host", []router.Route{path, host}, router.Request{Host: "a.test", Path: "/\xe4"}, false},
		{"path, nobody looks", []router.Route{host}, router.Request{Host: "a.test", Path: "/\xe4"}, true},
		{"host", []router.Route{host}, router.Request{Host: "\xe4.test"}, false},
		{"host, matched by path", []router.Route{path, host}, router.Request{Host: "\xe4.test", Path: "/"}, false},
		{"host, nobody looks", []router.Route{path}, router.Request{Host: "\xe4.test", Path: "/"}, true},
		{"header", []router.Route{header, method}, router.Request{Method: "GET", Headers: headerLines{{"x_a", "\xe4"}}}, false},
		{"header, nobody looks", []router.Route{header, method}, router.Request{Method: "GET", Headers: headerLines{{"X-B", "\xe4"}}}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var result router.Result
			if got := newRouter(t, router.Options{}, test.routes...).Match(&test.request, &result); got != test.want {
				t.Errorf("Match = %v", got)
			}
		})
	}
}
