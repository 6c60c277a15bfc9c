package urlpath_test

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/urlpath"
)

func TestSplitTarget(t *testing.T) {
	tests := []struct{ target, path, query string }{
		{"/", "/", ""},
		{"/a/b", "/a/b", ""},
		{"/a?b=c?d", "/a", "?b=c?d"},
		{"/a?", "/a", "?"},
		{"/?", "/", "?"},
		{"/a?%zz&/../..", "/a", "?%zz&/../.."},
		{"/a#frag", "/a#frag", ""},
		{"/a#%zz/../..", "/a#%zz/../..", ""},
		{"/a#b?c", "/a#b", "?c"},
		{"/%41/%2f", "/%41/%2f", ""},
		{"/\xc3\xa9\xff", "/\xc3\xa9\xff", ""},
		{"/a/../b/..", "/a/../b/..", ""},
		{"/a//../b", "/a//../b", ""},
		{"/a/b/%2e%2e/..", "/a/b/%2e%2e/..", ""},
		{"/a%2f..", "/a%2f..", ""},
		{"/..a/...", "/..a/...", ""},
		{"/a./..", "/a./..", ""},
		{"/%25%32%65%23/x", "/%25%32%65%23/x", ""},
		{"http://a.test/b?c", "/b", "?c"},
		{"HTTP://A.test:80/b", "/b", ""},
		{"http://[::1]:80/b", "/b", ""},
		{"x+1-y.z://a/b", "/b", ""},
		{"http://a.test", "/", ""},
		{"http://a.test?b", "/", "?b"},
	}
	for _, test := range tests {
		path, query, err := urlpath.SplitTarget(test.target)
		if err != nil || path != test.path || query != test.query {
			t.Errorf("SplitTarget(%q) = %q, %q, %v; want %q, %q", test.target, path, query, err, test.path, test.query)
		}
	}
}

func TestSplitTargetRefuses(t *testing.T) {
	for problem, targets := range map[string]string{
		"neither a path nor":        `* a a.test:443 ://a/b http:// http:///b 1http://a/b ht_tp://a/b http://a_b/c http://u@a/b http://a#b http:/a`,
		"bad escape":                `/% /a% /%4 /%zz /%4g /%00 /a/%00 /a%/b`,
		"above the root":            `/.. /../ /a/../.. /a/../../b /./.. //.. /%2e%2e /%2E. /..%2fa /a%2f../.. /..?q /..#f`,
		"a blank or a control byte": "/a\tb /a\x01 /a?b\x00 /\x7f /a\r",
	} {
		for _, target := range strings.Split(targets, " ") {
			_, _, err := urlpath.SplitTarget(target)
			if err == nil || !strings.Contains(err.Error(), problem) {
				t.Errorf("SplitTarget(%q): error %v, want one about %q", target, err, problem)
			}
		}
	}
	for _, target := range []string{"", " ", "/a b", "/a?b c"} {
		if _, _, err := urlpath.SplitTarget(target); err == nil {
			t.Errorf("SplitTarget(%q) finds nothing wrong", target)
		}
	}
}

func FuzzSplitTarget(f *testing.F) {
	for _, target := range []string{"/a/../b?c", "http://a:80", "/%2e%2e", "/a#/..", "*", "/%", "x://y?z"} {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, target string) {
		path, query, err := urlpath.SplitTarget(target)
		if err != nil {
			return
		}
		if !strings.HasPrefix(path, "/") || strings.Contains(path, "?") {
			t.Errorf("%q: path %q", target, path)
		}
		if query != "" && query[0] != '?' {
			t.Errorf("%q: query %q", target, query)
		}
		if !strings.HasSuffix(target, path+query) && path != "/" {
			t.Errorf("%q: %q and %q are not its end", target, path, query)
		}
		if leaves(path) {
			t.Errorf("%q leaves the root", target)
		}
	})
}

// leaves tells whether a path climbs above the root, escapes of dots and slashes being as good as the bytes.
func leaves(path string) bool {
	path, _, _ = strings.Cut(path, "#")
	path = strings.NewReplacer("%2e", ".", "%2E", ".", "%2f", "/", "%2F", "/").Replace(path)
	depth := 0
	for _, segment := range strings.Split(path, "/") {
		switch segment {
		case "", ".":
		case "..":
			depth--
		default:
			depth++
		}
		if depth < 0 {
			return true
		}
	}
	return false
}

func BenchmarkSplitTarget(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := urlpath.SplitTarget("/api/v1/things/12345/items?page=1&size=100"); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAuthority(t *testing.T) {
	for target, want := range map[string]string{
		"/path":                      "",
		"http://name":                "name",
		"http://name/path":           "name",
		"http://name:8080?q=http://": "name:8080",
		"https://[::1]:8443/":        "[::1]:8443",
		"*":                          "",
		"http:///path":               "",
	} {
		if got := urlpath.Authority(target); got != want {
			t.Errorf("Authority(%q) = %q, want %q", target, got, want)
		}
	}
}
