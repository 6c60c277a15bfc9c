package body

import (
	"strings"
)

// maxArguments limits the arguments of a query, and those of a form.
//
// Kong 3.9: Admin API, request bodies.
const maxArguments = 1000

// Argument is one name=value of a query or form, decoded.
type Argument struct {
	Name, Value string
	// Bare tells that there was no equals sign.
	Bare bool
}

// Arguments are the arguments of a query or form, in order.
type Arguments []Argument

// ParseArguments reads URL-encoded text. Escapes that are none are taken literally, arguments without a name are left out.
// The error, if any, is ErrTooMany.
func ParseArguments(text string) (Arguments, error) {
	var args Arguments
	for part := range strings.SplitSeq(text, "&") {
		name, value, found := strings.Cut(part, "=")
		if name == "" {
			continue
		}
		if len(args) == maxArguments {
			return nil, ErrTooMany
		}
		args = append(args, Argument{Name: unescape(name), Value: unescape(value), Bare: !found})
	}
	return args, nil
}

// First returns the value of the first argument of that name.
func (a Arguments) First(name string) (value string, ok bool) {
	for _, arg := range a {
		if arg.Name == name {
			return arg.Value, true
		}
	}
	return "", false
}

// Count returns how many arguments have that name.
func (a Arguments) Count(name string) int {
	n := 0
	for _, arg := range a {
		if arg.Name == name {
			n++
		}
	}
	return n
}

// unescape decodes %XX and +. Package net/url refuses what is broken; here it stays as it is.
func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, hexValue(s[i+1])<<4|hexValue(s[i+2]))
			i += 2
		default:
			b = append(b, s[i])
		}
	}
	return string(b)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
