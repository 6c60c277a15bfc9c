package urlpath_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unsafe"

	"github.com/kongo-gateway/kongo/urlpath"
)

func TestNormalize(t *testing.T) {
	tests := []struct{ path, want string }{
		{"", ""},
		{"/", "/"},
		{"/a/b.c/..d/.e/f.", "/a/b.c/..d/.e/f."},
		{"/pub/", "/pub/"},
		{"/pub/.", "/pub/"},
		{"/pub/./", "/pub/"},
		{"/pub/..", "/"},
		{"/pub/../", "/"},
		{"/pub/../x", "/x"},
		{"/a/b/../../c", "/c"},
		{"/a/./b", "/a/b"},
		{"/..", "/"},
		{"/../../a", "/a"},
		{"/...", "/..."},
		{"//", "/"},
		{"//a///b//", "/a/b/"},
		{"/a//../b", "/b"},
		{"/a/.//b", "/a/b"},
		{"/a/..//", "/"},
		{"./a", "a"},
		{"../a", "a"},
		{"././../a", "a"},
		{".", ""},
		{"..", ""},
		{"a/../b", "/b"},
		{"a/..", "/"},
		{"%41%7a", "Az"},
		{"/%7Euser", "/~user"},
		{"/a%20b%22%7c%5C%C3%a9", "/a b\"|\\é"},
		{"/%21%23%24%25%26%27%28%29%2a%2b%2c%2f%3a%3b%3d%3f%40%5b%5d", "/%21%23%24%25%26%27%28%29%2A%2B%2C%2F%3A%3B%3D%3F%40%5B%5D"},
		{"/a%2fb%2F", "/a%2Fb%2F"},
		{"/%252e", "/%252e"},
		{"/a/%2e%2e/b", "/b"},
		{"/a/%2E/b", "/a/b"},
		{"/a%2f..%2fb", "/a%2F..%2Fb"},
		{"/%", "/%"},
		{"/%4", "/%4"},
		{"/%zz%41", "/%zzA"},
		{"/%%341", "/%41"},
	}
	buf := []byte("left over")
	for _, test := range tests {
		if got := urlpath.Normalize(test.path, nil); got != test.want {
			t.Errorf("Normalize(%q) = %q, want %q", test.path, got, test.want)
		}
		if got := urlpath.Normalize(test.path, &buf); got != test.want {
			t.Errorf("Normalize(%q, buf) = %q, want %q", test.path, got, test.want)
		}
	}
}

func TestNormalizeReturnsNormalPathsAsTheyAre(t *testing.T) {
	for _, path := range []string{"/a/b", "/a.b/.c/..d/", "/a%2Fb", "/é", "/%zz"} {
		if got := urlpath.Normalize(path, nil); unsafe.StringData(got) != unsafe.StringData(path) {
			t.Errorf("Normalize(%q) is a copy", path)
		}
	}
}

func TestNormalizeAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 64)
	for _, path := range []string{"/a/b", "/a//b", "/a/../%41"} {
		if n := testing.AllocsPerRun(100, func() { urlpath.Normalize(path, &buf) }); n != 0 {
			t.Errorf("Normalize(%q) allocates %v times", path, n)
		}
	}
}

var escape = regexp.MustCompile("%[0-9A-Fa-f]{2}")

// slowNormalize follows the rules with no regard to cost. path begins with a slash.
func slowNormalize(path string) string {
	path = escape.ReplaceAllStringFunc(path, func(escape string) string {
		plain, _ := url.PathUnescape(escape)
		if strings.Contains("!#$%&'()*+,/:;=?@[]", plain) {
			return strings.ToUpper(escape)
		}
		return plain
	})
	var kept []string
	segments := strings.Split(path, "/")
	for _, segment := range segments {
		switch segment {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, segment)
		}
	}
	normal := "/" + strings.Join(kept, "/")
	if last := segments[len(segments)-1]; len(kept) > 0 && (last == "" || last == "." || last == "..") {
		normal += "/"
	}
	return normal
}

func FuzzNormalize(f *testing.F) {
	for _, path := range []string{"a/../b", "%2e%2E/", "a%2fb", "//./x/..", "%C3%a9%00", "...", "a/.%2e//.", "%%34%31"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		path = "/" + path
		before := strings.Clone(path)
		buf := []byte("left over")
		got := urlpath.Normalize(path, &buf)
		if want := slowNormalize(path); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", path, got, want)
		}
		if path != before {
			t.Errorf("the path %q was changed to %q", before, path)
		}
	})
}

func BenchmarkNormalize(b *testing.B) {
	for _, path := range []string{"/api/v1/things/12345/items", "/api/v1/.hidden/a%2Fb/items", "/api//v1/../v2/%41/items"} {
		b.Run(fmt.Sprintf("%q", path), func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				urlpath.Normalize(path, &buf)
			}
		})
	}
}
