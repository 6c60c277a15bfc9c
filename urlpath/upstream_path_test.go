package urlpath_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/urlpath"
)

// TestHandling has the table of the rules: how the paths of service and request are joined when the route's path
// is /pre.
func TestHandling(t *testing.T) {
	requests := []string{"/pre", "/pre/", "/pre/req", "/prereq"}
	tests := []struct {
		service string
		strip   bool
		v0, v1  string // upstream paths, one for each of requests
	}{
		{"", true, "/ / /req /req", "/ / /req /req"},
		{"/", true, "/ / /req /req", "/ / /req /req"},
		{"/base", true, "/base /base/ /base/req /base/req", "/base /base/ /base/req /basereq"},
		{"/base/", true, "/base /base/ /base/req /base/req", "/base/ /base/ /base/req /base/req"},
		{"/", false, "/pre /pre/ /pre/req /prereq", "/pre /pre/ /pre/req /prereq"},
		{"/base", false, "/base/pre /base/pre/ /base/pre/req /base/prereq", "/basepre /basepre/ /basepre/req /baseprereq"},
		{"/base/", false, "/base/pre /base/pre/ /base/pre/req /base/prereq", "/base/pre /base/pre/ /base/pre/req /base/prereq"},
	}
	for _, test := range tests {
		for handling, want := range map[urlpath.Handling]string{urlpath.V0: test.v0, urlpath.V1: test.v1} {
			for i, want := range strings.Fields(want) {
				got := string(urlpath.AppendUpstream(nil, test.service, requests[i], len("/pre"), test.strip, handling))
				if got != want {
					t.Errorf("service %q, request %q, strip %v, v%d: %q, want %q",
						test.service, requests[i], test.strip, handling, got, want)
				}
			}
		}
	}
}

func TestAppendUpstream(t *testing.T) {
	tests := []struct {
		name, service, path string
		matched             int
		strip               bool
		want                string
	}{
		{"root without strip", "/base", "/", 1, false, "/base"},
		{"root without strip, service path with slash", "/base/", "/", 1, false, "/base/"},
		{"root stripped", "/base", "/", 1, true, "/base"},
		{"root stripped, service path with slash", "/base/", "/", 1, true, "/base/"},
		{"no path matched", "/base", "/a/b", urlpath.NoPath, true, "/base/a/b"},
		{"no path matched, root", "/base", "/", urlpath.NoPath, true, "/base"},
		{"no path matched, service path with slash", "/base/", "/a/", urlpath.NoPath, true, "/base/a/"},
		{"empty text matched", "/base", "/a", 0, true, "/base/a"},
		{"everything matched", "", "/a/b", 4, true, "/"},
		{"prefix with slash", "/base", "/pre/req", 5, true, "/base/req"},
		{"prefix with slash, nothing after it", "/base", "/pre/", 5, true, "/base/"},
		{"dot left over", "", "/safe.", 5, true, "/"},
		{"dots left over", "/base", "/safe..", 5, true, "/base"},
		{"dot segment left over", "", "/safe./x", 5, true, "/x"},
		{"dots segment left over", "", "/safe../x", 5, true, "/x"},
		{"only the first dots segment is cut", "", "/safe../../x", 5, true, "/../x"},
		{"dots in a name stay", "", "/safe..x", 5, true, "/..x"},
		{"more matched than there is", "", "/a", 9, true, "/"},
		{"empty path", "/base", "", urlpath.NoPath, true, "/base"},
		{"empty path without strip", "/base/", "", urlpath.NoPath, false, "/base/"},
		{"escapes stay", "", "/a%2Fb%25", urlpath.NoPath, false, "/a%2Fb%25"},
		{"allowed bytes stay", "", "/!#$&'()*+,/:;=?@[]-._~%09azAZ", urlpath.NoPath, false, "/!#$&'()*+,/:;=?@[]-._~%09azAZ"},
		{"others are escaped", "", "/ \"<>\\^`{|}\x7f\x01\xffé", urlpath.NoPath, false, "/%20%22%3C%3E%5C%5E%60%7B%7C%7D%7F%01%FF%C3%A9"},
		{"the service path is escaped too", "/b {}", "/x", urlpath.NoPath, false, "/b%20%7B%7D/x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := urlpath.AppendUpstream([]byte("GET "), test.service, test.path, test.matched, test.strip, urlpath.V0)
			if string(got) != "GET "+test.want {
				t.Errorf("%q, want it to append %q", got, test.want)
			}
		})
	}
}

// FuzzAppendUpstream checks that whatever the paths are, the result is fit for a request line.
func FuzzAppendUpstream(f *testing.F) {
	f.Add("/base", "/a b", 1, true, true)
	f.Add("", "", -1, false, false)
	f.Add("/", "/..", 1, true, false)
	fit := regexp.MustCompile(`^/[!#$&'()*+,/:;=?@\[\]A-Za-z0-9._~%-]*$`)
	f.Fuzz(func(t *testing.T, service, path string, matched int, strip, v1 bool) {
		service, path = "/"+service, "/"+path
		handling := urlpath.V0
		if v1 {
			handling = urlpath.V1
		}
		got := urlpath.AppendUpstream(nil, service, path, matched, strip, handling)
		if !fit.Match(got) {
			t.Errorf("%s: %q", fmt.Sprint(service, path, matched, strip, handling), got)
		}
	})
}
