package schemas_test

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/plugin/schemas"
)

func TestCompileLua(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"", ""},
		{"return 1", ""},
		{"local x <const> = 1", `[string "local x <const> = 1"]:1: unexpected symbol near '<'`},
		{"-- nothing", ""},
		{"goto done ::done::", ""},
		{"print(", `[string "print("]:1: unexpected symbol near '<eof>'`},
		{"return +", `[string "return +"]:1: unexpected symbol near '+'`},
		{"local x = ;", `[string "local x = ;"]:1: unexpected symbol near ';'`},
		{"this is not lua", `[string "this is not lua"]:1: '=' expected near 'is'`},
		{"x", `[string "x"]:1: '=' expected near '<eof>'`},
		{"a()\n\nb(", "[string \"a()...\"]:3: unexpected symbol near '<eof>'"},
		{"x = 'abc", `[string "x = 'abc"]:1: unfinished string near '<eof>'`},
		{"x = [[abc", `[string "x = [[abc"]:1: unfinished long string near '<eof>'`},
		{"--[[ abc", `[string "--[[ abc"]:1: unfinished long comment near '<eof>'`},
		{"x = 0x", `[string "x = 0x"]:1: malformed number near '0x'`},
		{"x = @", `[string "x = @"]:1: unexpected symbol near '@'`},
		// The name of a chunk is cut to 45 bytes from 49 on.
		{"x = '" + strings.Repeat("a", 43), `[string "x = '` + strings.Repeat("a", 43) + `"]:1: unfinished string near '<eof>'`},
		{"x = '" + strings.Repeat("a", 44), `[string "x = '` + strings.Repeat("a", 40) + `..."]:1: unfinished string near '<eof>'`},
	} {
		if got := text(schemas.CompileLua(c.source, c.source)); got != c.want {
			t.Errorf("%q: %s\nwant %s", c.source, got, c.want)
		}
	}
}

// FuzzCompileLua looks for text on which the compiler does not return, or that it does not name.
func FuzzCompileLua(f *testing.F) {
	for _, source := range []string{
		"return 1", "print(", "x = 'a\\\nb'", "--[==[", "a.b:c{...} = #t", "for i=1,2 do end", "\x00\x01", "f((((((", "0x", "\\",
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if err := schemas.CompileLua(source, source); err != nil && !strings.HasPrefix(err.Error(), `[string "`) {
			t.Errorf("%q: %v", source, err)
		}
	})
}
