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

// downgradePath is the inverse, for paths that Kong 2.8 can tell apart. The mark stays where nothing else shows that a path
// is a regular expression.
func downgradePath(path string) string {
	if expression, marked := strings.CutPrefix(path, regexMark); marked && !plain(expression) {
		return expression
	}
	return path
}

// ambiguous reports whether Kong 2.8 would take a prefix for a regular expression.
func ambiguous(path string) bool { return !strings.HasPrefix(path, regexMark) && !plain(path) }
