package typedef_test

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

func TestSplitURL(t *testing.T) {
	for url, want := range map[string]typedef.URLParts{
		"http://example.com":                 {Scheme: "http", Host: "example.com"},
		"https://example.com:8443/a/b?c=d#e": {Scheme: "https", Host: "example.com", Port: "8443", Path: "/a/b"},
		"http://user:pw@example.com:80/":     {Scheme: "http", Host: "example.com", Port: "80", Path: "/"},
		"http://[::1]:80/a":                  {Scheme: "http", Host: "::1", Port: "80", Path: "/a"},
		"http://[::1]/a":                     {Scheme: "http", Host: "::1", Path: "/a"},
		"//example.com/a;b":                  {Host: "example.com", Path: "/a"},
		"notaurl":                            {Path: "notaurl"},
		"example.com:80":                     {Scheme: "example.com", Path: "80"},
		"http:/a":                            {Scheme: "http", Path: "/a"},
		"http://example.com:abc":             {Scheme: "http", Host: "example.com", Port: "abc"},
		"http://":                            {Scheme: "http"},
		"http://?q":                          {Scheme: "http"},
		"":                                   {},
		"a+b-c.1://h":                        {Scheme: "a+b-c.1", Host: "h"},
		"https://example.com:/p":             {Scheme: "https", Host: "example.com", Path: "/p"},
	} {
		if got := typedef.SplitURL(url); got != want {
			t.Errorf("%s: %+v, want %+v", url, got, want)
		}
	}
}

func FuzzSplitURL(f *testing.F) {
	for _, seed := range []string{"http://a:1/b?c#d", "//[::1]:2", "a:b:c", "://", "http://@:", "[", "http://[]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts := typedef.SplitURL(s)
		for name, part := range map[string]string{
			"scheme": parts.Scheme, "host": parts.Host, "port": parts.Port, "path": parts.Path,
		} {
			if !strings.Contains(s, part) {
				t.Errorf("the %s of %q is %q", name, s, part)
			}
		}
		if strings.ContainsAny(parts.Path, "#?;") || strings.ContainsAny(parts.Host+parts.Port, "/?#") {
			t.Errorf("%q falls into %+v", s, parts)
		}
	})
}
