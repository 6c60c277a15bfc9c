package schema

import (
	"strings"
	"testing"
	"time"

	"github.com/yuin/gopher-lua/pm"
	"pgregory.net/rapid"
)

// TestMatchPatternAgreesWithLua compares the translation with a matcher that backtracks as Lua does.
func TestMatchPatternAgreesWithLua(t *testing.T) {
	described := []string{
		"//", "%.%.", "^[Hh][Oo][Ss][Tt]$", "^%*%.", "%.%*$", "^[^*]*$", "^[^*]*%*?[^*]*$", "^/", "^~/", "^%u+$",
		"^%d+[%.%d]*$", "^%d+[%.%d]*%-?.*$", "^[^:]+:.*$", "^[a-z][a-z%d-]-[a-z%d]+$", "%w*%p*@+%w*%.?%w*", "^.*[^:]$",
		"^[^*&%%\\`]+$", "^[0-9]+-[0-9]+$", "^[%a_-][%a%d_-]*$", "^%S+$",
	}
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SampledFrom(described).Draw(t, "pattern")
		s := rapid.StringOfN(rapid.RuneFrom([]rune("aZ09_-.:*/~%@&\\`Hhost \n")), 0, 12, -1).Draw(t, "text")
		found, err := pm.Find(pattern, []byte(s), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := matchPattern(s, pattern), len(found) > 0; got != want {
			t.Errorf("matchPattern(%q, %q) = %t, want %t", s, pattern, got, want)
		}
	})
}

// TestMatchPatternIsLinear would run for hours if a long value made the matcher backtrack.
func TestMatchPatternIsLinear(t *testing.T) {
	done := make(chan bool, 1)
	go func() { done <- matchPattern(strings.Repeat("a", 1<<20)+"**", "^[^*]*%*?[^*]*$") }()
	select {
	case found := <-done:
		if found {
			t.Error("two wildcards were accepted")
		}
	case <-time.After(time.Minute):
		t.Error("still matching after a minute")
	}
}
