package requesttransformer

import (
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// validatePair demands name:value with a value that is a template.
func validatePair(v any) error {
	name, value := schemas.SplitPair(v.(string))
	if value == "" {
		return fmt.Errorf("key '%s' has no value", name)
	}
	if err := compileTemplate(value); err != nil {
		return fmt.Errorf("value '%s' is not in supported format, error:%w", value, err)
	}
	return nil
}

// compileTemplate returns why text is no template, or nil. A template is text in which $(…) stands for the value of a Lua
// expression. It becomes a Lua function with a line for each piece, the first in its third line, so that errors name the
// lines that Kong's name.
//
// Kong 3.9: request-transformer, templates.
func compileTemplate(text string) error {
	closing := brackets(text)
	source := strings.Builder{}
	source.WriteString("return function()\nlocal out = {}")
	end := 0 // of what is written
	for i := range len(text) - 1 {
		if bracket := closing[i+1]; i >= end && text[i] == '$' && bracket > 0 {
			source.WriteString("\nout[#out + 1] = " + luaString(text[end:i]))
			source.WriteString("\nout[#out + 1] = tostring((" + text[i+2:bracket] + ") or '')")
			end = bracket + 1
		}
	}
	source.WriteString("\nout[#out + 1] = " + luaString(text[end:]))
	source.WriteString("\nreturn out end")
	return schemas.CompileLua(source.String(), "TMP")
}

// brackets maps the opening round brackets in text to the closing ones.
func brackets(text string) map[int]int {
	closing := map[int]int{}
	var open []int
	for i := range len(text) {
		switch n := len(open); {
		case text[i] == '(':
			open = append(open, i)
		case text[i] == ')' && n > 0:
			closing[open[n-1]] = i
			open = open[:n-1]
		}
	}
	return closing
}

// luaString is a Lua string with as many lines as text. What else text says does not matter to the compiler.
func luaString(text string) string {
	return `"` + strings.Repeat("\\\n", strings.Count(text, "\n")) + `"`
}
