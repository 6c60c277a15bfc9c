package router

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// pathRegex is a path of a route that is a regular expression.
type pathRegex struct {
	*regexp.Regexp
	literal string // any match begins with the path, and the path with this
}

// compilePath compiles the text after the ~ of a path.
//
// Kong 3.9: router, regular expressions of traditional_compatible. A ^ is put before the pattern and nothing around it,
// so only the first branch of an alternation is anchored. Go's syntax is close to that of the engine in Kong: neither
// looks around nor back.
func compilePath(pattern string) (pathRegex, error) {
	anchored := "^" + pattern
	regex, err := regexp.Compile(anchored)
	if err != nil {
		return pathRegex{}, err
	}
	parsed, err := syntax.Parse(anchored, syntax.Perl)
	if err != nil {
		return pathRegex{}, err
	}
	return pathRegex{regex, literalStart(parsed)}, nil
}

// literalStart returns a text that the searched text must begin with for the expression to match anywhere in it. It is
// empty if there is no such text or if it is not plain to see.
func literalStart(regex *syntax.Regexp) string {
	if regex.Op != syntax.OpConcat || regex.Sub[0].Op != syntax.OpBeginText {
		return ""
	}
	text, _ := literalOf(regex.Sub[1:])
	return text
}

// literalOf returns the text that any match of the sequence begins with. whole tells whether the sequence matches that
// text and no other.
func literalOf(sequence []*syntax.Regexp) (text string, whole bool) {
	var b strings.Builder
	for _, regex := range sequence {
		var next string
		switch regex.Op {
		case syntax.OpEmptyMatch:
			whole = true
		case syntax.OpLiteral:
			whole = regex.Flags&syntax.FoldCase == 0
			if whole {
				next = string(regex.Rune)
			}
		case syntax.OpCapture, syntax.OpConcat:
			next, whole = literalOf(regex.Sub)
		case syntax.OpPlus:
			next, _ = literalOf(regex.Sub)
			whole = false
		default:
			whole = false
		}
		b.WriteString(next)
		if !whole {
			return b.String(), false
		}
	}
	return b.String(), true
}
