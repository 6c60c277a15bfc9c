package kong28

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kongo-gateway/kongo/urlpath"
)

// plainCharacters are those of a path that Kong 2.8 takes for a prefix. One with any other is a regular expression.
//
// Kong 2.8: router, paths.
const plainCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~/%"

// regexMark precedes regular expressions in Kong 3.9. Kong 2.8 understands it too.
const regexMark = "~"

func plain(path string) bool { return !strings.ContainsFunc(path, special) }

func special(r rune) bool { return !strings.ContainsRune(plainCharacters, r) }

// UpgradePath brings the path of a route from the form of Kong 2.8 into that of 3.9: a regular expression is marked, a prefix
// normal.
//
// Kong 3.9: migrations, core/016_280_to_300.
func UpgradePath(path string) string {
	switch {
	case strings.HasPrefix(path, regexMark):
		return path
	case !plain(path):
		if prefix, ok := unquote(path); ok {
			return prefix
		}
		return regexMark + text(decodeExpression(path), path)
	}
	return text(urlpath.Normalize(path, nil), path)
}

// text returns a decoded path, or as it was one that is no text any more and so could not be stored.
func text(decoded, path string) string {
	if !utf8.ValidString(decoded) || strings.IndexByte(decoded, 0) >= 0 {
		return path
	}
	return decoded
}

// The characters that stay escaped in a regular expression, and those that mean something else there.
const (
	reservedCharacters = "!#$%&'()*+,/:;=?@[]"
	metacharacters     = `.^-{}\|`
)

// decodeExpression replaces the escapes of a regular expression, as Kong 2.8 does before it uses one and Kong 3.9 does not.
//
// Kong 2.8: router, paths.
func decodeExpression(expression string) string {
	return escapes.ReplaceAllStringFunc(expression, func(escape string) string {
		code, _ := strconv.ParseUint(escape[1:], 16, 8)
		switch c := byte(code); {
		case strings.IndexByte(reservedCharacters, c) >= 0:
			return strings.ToUpper(escape)
		case strings.IndexByte(metacharacters, c) >= 0:
			return `\` + string([]byte{c})
		default:
			return string([]byte{c})
		}
	})
}

var escapes = regexp.MustCompile("%[0-9a-fA-F]{2}")

// downgradePath is the inverse. The mark stays where nothing else shows that a path is a regular expression of somebody's own.
// A prefix that Kong 2.8 would take for one becomes one, which matches the same.
func downgradePath(path string) string {
	expression, marked := strings.CutPrefix(path, regexMark)
	_, quoted := unquote(expression)
	switch {
	case marked && !plain(expression) && !quoted:
		return expression
	case !marked && !plain(path):
		return quote(path)
	}
	return path
}

// What surrounds the text of a prefix in a regular expression: a group that changes nothing, by which it is known again. The
// slash goes before all, as every Kong wants it.
const (
	quoteStart = "/(?:"
	quoteEnd   = ")"
)

// quote makes a prefix a regular expression that every engine understands which Kong has ever used.
func quote(prefix string) string {
	return quoteStart + regexp.QuoteMeta(strings.TrimPrefix(prefix, "/")) + quoteEnd
}

// unquote is the inverse of quote, and reports whether an expression was made by it.
func unquote(expression string) (string, bool) {
	literal := strings.TrimSuffix(strings.TrimPrefix(expression, quoteStart), quoteEnd)
	prefix := "/" + quotes.ReplaceAllString(literal, "$1")
	return prefix, quote(prefix) == expression && !plain(prefix) && urlpath.Normalize(prefix, nil) == prefix
}

var quotes = regexp.MustCompile(`(?s)\\(.)`)
