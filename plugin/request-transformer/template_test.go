package requesttransformer

import "testing"

func TestTemplates(t *testing.T) {
	const prefix = "value '"
	for _, c := range []struct{ pair, want string }{
		{"a:b", ""},
		{"a:$(headers.x)", ""},
		{"a:$(headers['x-y'] or 'none') and $(f((1)))", ""},
		{"a:$headers", ""},
		{"a:$(unclosed", ""},
		{"a:$$(b)", ""},
		{"a:#if", ""},
		{`a:\ "quotes" 'both'`, ""},
		{"a", "key 'a' has no value"},
		{":b", "key '' has no value"},
		{"a:$()", `'$()' is not in supported format, error:[string "TMP"]:4: unexpected symbol near ')'`},
		{"a:x $(b) $(1+)", `'x $(b) $(1+)' is not in supported format, error:[string "TMP"]:6: unexpected symbol near ')'`},
		{"a:x\ny$(b c)", "'x\ny$(b c)' is not in supported format, error:[string \"TMP\"]:5: unexpected symbol near 'c'"},
		{"a:$(x = 1)", `'$(x = 1)' is not in supported format, error:[string "TMP"]:4: unexpected symbol near '='`},
		{"a:$((b)", ""},
		{"a:$(($(c +))", `'$(($(c +))' is not in supported format, error:[string "TMP"]:4: unexpected symbol near ')'`},
	} {
		want := c.want
		if want != "" && want[0] == '\'' {
			want = prefix + want[1:]
		}
		said := ""
		if err := validatePair(c.pair); err != nil {
			said = err.Error()
		}
		if said != want {
			t.Errorf("%q: %s\nwant %s", c.pair, said, want)
		}
	}
}

// FuzzTemplates looks for text on which the check does not return.
func FuzzTemplates(f *testing.F) {
	for _, text := range []string{"$(a)", "$((", "$())", "\n$(\n)", "$$((a)$(b", `"\`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if err := compileTemplate(text); err != nil && err.Error() == "" {
			t.Errorf("%q: an error without words", text)
		}
	})
}
