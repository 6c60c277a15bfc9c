package router

import (
	"strings"
	"testing"
)

func TestLiteralStart(t *testing.T) {
	for pattern, want := range map[string]string{
		`/a/b`:           "/a/b",
		`/a/\d+`:         "/a/",
		`/a\.b\/c`:       "/a.b/c",
		`/a/(?<n>b)c`:    "/a/bc",
		`/a/(b\d)c`:      "/a/b",
		`/a/(?:b|c)`:     "/a/",
		`/a/(?:bx|by)`:   "/a/b",
		`/ab*c`:          "/a",
		`/ab?c`:          "/a",
		`/ab+c`:          "/ab",
		`/a(bc)+d`:       "/abc",
		`/ab{2}c`:        "/a",
		`/a$`:            "/a",
		`/a[b]c`:         "/abc",
		`/a()b`:          "/ab",
		`/é.`:            "/é",
		`/a.*`:           "/a",
		`/a|/b`:          "", // only the first branch is anchored
		`/a|^/b`:         "",
		`(?:/ab|/ac)`:    "/a",
		`(?i)/a`:         "",
		`/a(?i)b`:        "/a",
		`(?m)/a`:         "/a",
		`(?m)/a|(?m)^/b`: "",
		`.*`:             "",
		``:               "",
	} {
		regex, err := compilePath(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if regex.literal != want {
			t.Errorf("%s: %q, want %q", pattern, regex.literal, want)
		}
	}
}

// FuzzLiteralStart checks that no match is missed: whatever matches begins with the literal.
func FuzzLiteralStart(f *testing.F) {
	f.Add(`/a|/b`, "/b")
	f.Add(`/(?i)ab+(c|d)`, "/ABBC")
	f.Add(`(?m)/a$`, "/a\n/a")
	f.Add(`(?:^/ab|^/ac)d*`, "/acd")
	f.Fuzz(func(t *testing.T, pattern, path string) {
		regex, err := compilePath(pattern)
		if err != nil {
			return
		}
		path = strings.ToValidUTF8(path, "")
		for _, text := range []string{path, regex.literal + path, regex.literal} {
			if regex.MatchString(text) && !strings.HasPrefix(text, regex.literal) {
				t.Errorf("%q matches %q, which does not begin with %q", pattern, text, regex.literal)
			}
		}
	})
}
