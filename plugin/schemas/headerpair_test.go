package schemas_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/plugin/schemas"
)

func TestSplitPair(t *testing.T) {
	for _, c := range []struct{ pair, name, value string }{
		{"a:b", "a", "b"},
		{"a", "a", ""},
		{"a:", "a", ""},
		{"a::b:c", "a", "b:c"},
		{":b", "", ""},
		{"", "", ""},
	} {
		if name, value := schemas.SplitPair(c.pair); name != c.name || value != c.value {
			t.Errorf("%q: %q, %q", c.pair, name, value)
		}
	}
}

func TestHeaderPairs(t *testing.T) {
	for _, c := range []struct{ pair, alone, both string }{
		{"x-a:x-b", "", ""},
		{"x-a:b c", "", "'b c' is not a valid header"},
		{"x-a", "", "'' is not a valid header"},
		{"x a:b", "'x a' is not a valid header", "'x a' is not a valid header"},
		{":b", "'nil' is not a valid header", "'nil' is not a valid header"},
	} {
		if said := text(schemas.ValidateHeaderPair(c.pair)); said != c.alone {
			t.Errorf("%q alone: %s, want %s", c.pair, said, c.alone)
		}
		if said := text(schemas.ValidateHeaderNames(c.pair)); said != c.both {
			t.Errorf("%q: %s, want %s", c.pair, said, c.both)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
