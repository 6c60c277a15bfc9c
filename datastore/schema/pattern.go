package schema

import (
	"regexp"
	"strings"
	"sync"
)

// matchPattern reports whether the Lua pattern is found in s, in time linear in s: the backtracking of a matcher for such
// patterns would let one long value keep a processor busy.
func matchPattern(s, pattern string) bool {
	compiled, ok := patterns.Load(pattern)
	if !ok {
		compiled, _ = patterns.LoadOrStore(pattern, regexp.MustCompile(translatePattern(pattern)))
	}
	return compiled.(*regexp.Regexp).MatchString(s)
}

// patterns holds the compiled form of the patterns met so far. They come from descriptions only, so there are few.
var patterns sync.Map

// luaClasses are the character classes of Lua, for use within brackets.
var luaClasses = map[byte]string{
	'a': `A-Za-z`,
	'c': `\x00-\x1f\x7f`,
	'd': `0-9`,
	'l': `a-z`,
	'p': "!-/:-@\\[-`{-~",
	's': ` \t-\r`,
	'u': `A-Z`,
	'w': `0-9A-Za-z`,
	'x': `0-9A-Fa-f`,
}

// translatePattern turns a Lua pattern into a regular expression. Descriptions use classes, sets, repetitions and anchors;
// captures, balanced matches and frontiers are not part of the schema language.
func translatePattern(pattern string) string {
	var b strings.Builder
	b.WriteString("(?s)")
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '^' && i == 0:
			b.WriteString(`\A`)
			continue
		case c == '$' && i == len(pattern)-1:
			b.WriteString(`\z`)
			continue
		case c == '.':
			b.WriteByte('.')
		case c == '%' && i+1 < len(pattern):
			i++
			b.WriteString("[" + luaClass(pattern[i]) + "]")
		case c == '[':
			end := setEnd(pattern, i)
			b.WriteString(translateSet(pattern[i+1 : end]))
			i = end
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
		// A repetition follows a single character or class; anywhere else its sign stands for itself.
		if i+1 < len(pattern) {
			if repetition, ok := luaRepetitions[pattern[i+1]]; ok {
				b.WriteString(repetition)
				i++
			}
		}
	}
	return b.String()
}

var luaRepetitions = map[byte]string{'*': "*", '+': "+", '?': "?", '-': "*?"}

// luaClass is what %c stands for within brackets.
func luaClass(c byte) string {
	if class, ok := luaClasses[c]; ok {
		return class
	}
	if class, ok := luaClasses[c|0x20]; ok && c >= 'A' && c <= 'Z' {
		return "^" + class
	}
	return `\` + string(c)
}

// setEnd is the index of the bracket that closes the set which opens at start.
func setEnd(pattern string, start int) int {
	i := start + 1
	if i < len(pattern) && pattern[i] == '^' {
		i++
	}
	for first := true; i < len(pattern) && (pattern[i] != ']' || first); i++ {
		first = false
		if pattern[i] == '%' {
			i++
		}
	}
	return min(i, len(pattern)-1)
}

func translateSet(set string) string {
	var b strings.Builder
	b.WriteByte('[')
	if strings.HasPrefix(set, "^") {
		b.WriteByte('^')
		set = set[1:]
	}
	for i := 0; i < len(set); i++ {
		switch c := set[i]; {
		case c == '%' && i+1 < len(set):
			i++
			b.WriteString(luaClass(set[i]))
		case c == '-' && i > 0 && i < len(set)-1:
			b.WriteByte('-')
		case strings.IndexByte(`\[]^-&`, c) >= 0:
			b.WriteString(`\` + string(c))
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(']')
	return b.String()
}
