package compact

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// appendValue writes a value of a document. Members of objects are in the order of their names, so that equal values have
// equal texts.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return appendFloat(b, v)
	case string:
		return appendString(b, v)
	case []any:
		b = append(b, '[')
		for i, element := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, element)
		}
		return append(b, ']')
	case map[string]any:
		return appendObject(b, v)
	}
	return append(b, "null"...) // documents hold nothing else
}

// appendFloat writes numbers of a common size without an exponent, as people do.
func appendFloat(b []byte, f float64) []byte {
	format := byte('f')
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'g'
	}
	return strconv.AppendFloat(b, f, format, -1, 64)
}

func appendObject(b []byte, object map[string]any) []byte {
	var space [16]string
	names := space[:0]
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, name), ':')
		b = appendValue(b, object[name])
	}
	return append(b, '}')
}

const hexDigits = "0123456789abcdef"

func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(b, s[start:]...), '"')
}

// valueLength is the length of the value that a text begins with.
func valueLength(s string) int {
	switch s[0] {
	case '"':
		return stringLength(s)
	case '{', '[':
		depth := 0
		for i := 0; ; i++ {
			switch s[i] {
			case '"':
				i += stringLength(s[i:]) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	return strings.IndexAny(s, ",]}")
}

// stringLength is the length of a string with its quotes.
func stringLength(s string) int {
	for i := 1; ; i++ {
		at := strings.IndexByte(s[i:], '"')
		i += at
		escapes := 0
		for s[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1
		}
	}
}

// decode reads a value.
func decode(s string) any {
	switch s[0] {
	case 'n':
		return nil
	case 't', 'f':
		return s[0] == 't'
	case '"':
		return decodeString(s)
	case '[':
		n := 0
		eachElement(s, func(string) { n++ })
		list := make([]any, 0, n)
		eachElement(s, func(element string) { list = append(list, decode(element)) })
		return list
	case '{':
		object := make(map[string]any)
		for rest := s[1:]; rest[0] != '}'; {
			n := stringLength(rest)
			name := decodeString(rest[:n])
			rest = rest[n+1:]
			n = valueLength(rest)
			object[name] = decode(rest[:n])
			rest = strings.TrimPrefix(rest[n:], ",")
		}
		return object
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN() // unreachable: the text was written here
	}
	return f
}

// eachElement calls fn with the text of every element of a list.
func eachElement(s string, fn func(element string)) {
	for rest := s[1:]; rest[0] != ']'; {
		n := valueLength(rest)
		fn(rest[:n])
		rest = strings.TrimPrefix(rest[n:], ",")
	}
}

// decodeString reads a string in its quotes.
func decodeString(s string) string {
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\':
			b = append(b, s[i])
		case s[i+1] == 'u':
			b = append(b, unhex(s[i+4])<<4|unhex(s[i+5]))
			i += 5
		default:
			i++
			b = append(b, s[i])
		}
	}
	return string(b)
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c - 'a' + 10
}
