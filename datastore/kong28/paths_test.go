package kong28_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kongo-gateway/kongo/datastore/kong28"
)

func TestUpgradePath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/":               "/",
		"/plain.path-1_~": "/plain.path-1_~",
		"/a//b/../c":      "/a/c",
		"/%7Euser/%2f":    "/~user/%2F",
		"/v(1|2)":         "~/v(1|2)",
		"/d.t$":           "~/d.t$",
		"/pl+us":          "~/pl+us",
		"/x y":            "~/x y",
		"/über":           "~/über",
		`/a%2Eb%5e%7b$`:   `~/a\.b\^\{$`,
		"/a%28b%2f$":      "~/a%28b%2F$",
		"/%41+":           "~/A+",
		"/%C3%BC+":        "~/ü+",
		"/%FF+":           "~/%FF+",
		"/%ff":            "/%ff",
		"/%00":            "/%00",
		"~/v(1|2)":        "~/v(1|2)",
		"~/plain":         "~/plain",
		`/(?:a\(b)`:       "/a(b",
		`/(?:a\(b\\)`:     `/a(b\`,
		`/(?:a\.b)`:       `~/(?:a\.b)`,
		`/(?:a(b)`:        `~/(?:a(b)`,
		`/(?:a\(b)|(c)`:   `~/(?:a\(b)|(c)`,
		`/(?:a\(b)c`:      `~/(?:a\(b)c`,
		`/(?:a\(b//c)`:    `~/(?:a\(b//c)`,
		`/(?:a\(b%2e)`:    `~/(?:a\(b\.)`,
	} {
		if got := kong28.UpgradePath(path); got != want {
			t.Errorf("%s becomes %s, want %s", path, got, want)
		}
	}
}

func FuzzUpgradePath(f *testing.F) {
	for _, path := range []string{"/", "/v(1|2)", "/a%2Eb$", "/%ff%00", "~/x", "/a//..//%2e%2e"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if !utf8.ValidString(path) || strings.ContainsRune(path, 0) || !strings.HasPrefix(path, "/") {
			return // no path that Kong 2.8 takes
		}
		upgraded := kong28.UpgradePath(path)
		if !utf8.ValidString(upgraded) || strings.ContainsRune(upgraded, 0) {
			t.Errorf("%q becomes %q, which can't be stored", path, upgraded)
		}
		if again := kong28.UpgradePath(upgraded); strings.HasPrefix(upgraded, "~") && again != upgraded {
			t.Errorf("%q becomes %q, and then %q", path, upgraded, again)
		}
	})
}
