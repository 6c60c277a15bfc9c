package postgres

import (
	"slices"
	"testing"
)

// elements reads a list, with "NULL" in brackets for null.
func elements(text string) (list []string, err error) {
	err = parseArray(text, func(element string, null bool) error {
		if null {
			element = "(NULL)"
		}
		list = append(list, element)
		return nil
	})
	return list, err
}

func TestParseArray(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`{}`:                    nil,
		`{a}`:                   {"a"},
		`{a,b c,10.0.0.0/8}`:    {"a", "b c", "10.0.0.0/8"},
		`{"a,b","{c}",d}`:       {"a,b", "{c}", "d"},
		`{"a\"b","c\\d",""}`:    {`a"b`, `c\d`, ""},
		`{NULL,"NULL",null}`:    {"(NULL)", "NULL", "null"},
		`{"{\"ip\": \"::1\"}"}`: {`{"ip": "::1"}`},
		`{ünï,"ü\"ï"}`:          {"ünï", `ü"ï`},
	} {
		if got, err := elements(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "a", "{", "}", "{a", "{,}", "{a,}", "{,a}", `{"a}`, `{"a"b}`, `{a"b"}`, `{{a},{b}}`, `{a}b`, `{a}}`, `{"a\`, `{a\,b}`,
	} {
		if got, err := elements(text); err == nil {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func FuzzArray(f *testing.F) {
	f.Add("", `a"b`, `c\`)
	f.Add("NULL", "{", ",")
	f.Add(`{"a",NULL}`, `{\"`, "ü")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		// Whatever is no list is refused, and never more than that.
		_, _ = elements(a)
		want := []string{a, b, c}
		if got, err := elements(arrayOf(want)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q is read as %q: %v", want, got, err)
		}
	})
}
