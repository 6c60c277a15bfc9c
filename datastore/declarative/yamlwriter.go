package declarative

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// members are an object with an order.
type members []memberValue

type memberValue struct {
	name  string
	value any
}

// appendYAML writes a value behind what it belongs to, the colon of its name or the dash of its element, and ends the line.
// Whatever takes several lines stands indented by some blanks.
func appendYAML(b []byte, indent int, v any) []byte {
	switch v := v.(type) {
	case []any:
		if len(v) > 0 {
			return appendYAMLList(append(b, '\n'), indent, v)
		}
		b = append(b, " []"...)
	case map[string]any:
		if len(v) > 0 {
			return appendYAMLMembers(append(b, '\n'), indent+2, sortedMembers(v))
		}
		b = append(b, " {}"...)
	case string:
		if isBlock(v) {
			return appendYAMLBlock(b, indent+2, v)
		}
		b = appendYAMLText(append(b, ' '), v)
	default:
		b = appendYAMLScalar(append(b, ' '), v)
	}
	return append(b, '\n')
}

func sortedMembers(object map[string]any) members {
	var m members
	for _, name := range slices.Sorted(maps.Keys(object)) {
		m = append(m, memberValue{name, object[name]})
	}
	return m
}

func appendYAMLMembers(b []byte, indent int, m members) []byte {
	for _, member := range m {
		b = appendBlanks(b, indent)
		b = append(appendYAMLText(b, member.name), ':')
		b = appendYAML(b, indent, member.value)
	}
	return b
}

// appendYAMLList writes elements at the indentation of the name that they belong to. Members of an object begin behind the
// dash.
func appendYAMLList(b []byte, indent int, list []any) []byte {
	for _, element := range list {
		b = append(appendBlanks(b, indent), '-')
		object, ok := element.(members)
		if m, isMap := element.(map[string]any); isMap && len(m) > 0 {
			object, ok = sortedMembers(m), true
		}
		if !ok {
			if inner, isList := element.([]any); isList && len(inner) > 0 {
				b = appendYAMLList(append(b, '\n'), indent+2, inner)
				continue
			}
			b = appendYAML(b, indent, element)
			continue
		}
		start := len(b)
		b = appendYAMLMembers(b, indent+2, object)
		// The blanks before the first member become the one behind the dash.
		b = slices.Delete(b, start, start+indent+1)
	}
	return b
}

func appendBlanks(b []byte, n int) []byte {
	for range n {
		b = append(b, ' ')
	}
	return b
}

func appendYAMLScalar(b []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		if text, err := json.Marshal(v); err == nil { // which is YAML, too
			return append(b, text...)
		}
	}
	return append(b, '~')
}

// plainText matches text that needs no quotes, unless it means something else without them.
var plainText = regexp.MustCompile(`^[A-Za-z0-9_./]([A-Za-z0-9_./~%@+=;,()*?!$^|\\:-]| [A-Za-z0-9_./~(-])*$`)

// dateLike matches text that other readers of YAML take for a date.
var dateLike = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}`)

// appendYAMLText writes text on one line, with the quotes that it needs.
func appendYAMLText(b []byte, s string) []byte {
	switch {
	case isPlain(s):
		return append(b, s...)
	case isPrintable(s):
		b = append(b, '\'')
		b = append(b, strings.ReplaceAll(s, "'", "''")...)
		return append(b, '\'')
	}
	return appendYAMLEscaped(b, s)
}

func isPlain(s string) bool {
	if !plainText.MatchString(s) || strings.Contains(s+" ", ": ") || dateLike.MatchString(s) {
		return false
	}
	switch s {
	case "y", "Y", "n", "N": // booleans to some
		return false
	}
	// A number of any kind, a word for a boolean or null.
	text, isText := plainScalar(s).(string)
	return isText && text == s
}

// isPrintable reports whether s is text on one line that shows as it is.
func isPrintable(s string) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == utf8.RuneError || r >= 0x80 && !isGraphic(r) {
			return false
		}
	}
	return true
}

// isGraphic leaves out what YAML does not allow unescaped, and its line breaks.
func isGraphic(r rune) bool {
	return r >= 0xa0 && r != 0x2028 && r != 0x2029 && r != 0xfeff && r < 0xfffe || r >= 0x10000
}

// appendYAMLEscaped writes any text, in double quotes.
func appendYAMLEscaped(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r >= ' ' && r < 0x7f || r >= 0x80 && isGraphic(r):
			b = utf8.AppendRune(b, r)
		case r < 0x100:
			b = append(b, '\\', 'x', hexDigit(r>>4), hexDigit(r&15))
		default:
			b = append(b, '\\', 'u', hexDigit(r>>12), hexDigit(r>>8&15), hexDigit(r>>4&15), hexDigit(r&15))
		}
	}
	return append(b, '"')
}

func hexDigit(n rune) byte { return "0123456789abcdef"[n] }

// isBlock reports whether text stands best in lines of its own, such as a certificate.
func isBlock(s string) bool {
	if !strings.Contains(s, "\n") || s[0] == ' ' || s[0] == '\n' {
		return false
	}
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		if !isPrintable(line) || strings.HasSuffix(line, " ") {
			return false
		}
	}
	return true
}

// appendYAMLBlock writes text in lines of its own. The sign behind the bar says what becomes of the line ends after it.
func appendYAMLBlock(b []byte, indent int, s string) []byte {
	b = append(b, " |"...)
	body := strings.TrimRight(s, "\n")
	switch len(s) - len(body) {
	case 0:
		b = append(b, '-')
	case 1:
	default:
		b = append(b, '+')
	}
	b = append(b, '\n')
	for line := range strings.Lines(body) {
		if line != "\n" {
			b = appendBlanks(b, indent)
		}
		b = append(b, line...)
	}
	b = append(b, '\n')
	for range len(s) - len(body) - 1 {
		b = append(b, '\n')
	}
	return b
}
