package schema

import (
	"sort"
	"strconv"
	"strings"
)

// Compact prints a value in the one-line notation of messages that show keys: {consumer={id="…"},group="birds"}.
func Compact(v any) string {
	var b strings.Builder
	p := printer{b: &b}
	p.value(v, 0)
	return b.String()
}

// pretty prints a value in the notation of nested errors, a line per member.
func pretty(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	var b strings.Builder
	p := printer{b: &b, lines: true}
	p.value(v, 0)
	return b.String()
}

// printer writes table literals. Lists come without keys up to their first hole, everything after it and every map with
// keys, which are sorted.
type printer struct {
	b     *strings.Builder
	lines bool
}

type member struct {
	key   string // "" for a list entry before the first hole
	value any
}

func (p printer) value(v any, depth int) {
	switch v := v.(type) {
	case string:
		p.b.WriteString(quote(v))
	case []any:
		p.table(listMembers(v), depth)
	case map[string]any:
		p.table(mapMembers(v), depth)
	case Errors:
		p.table(mapMembers(v), depth)
	default:
		p.b.WriteString(text(v))
	}
}

func (p printer) table(members []member, depth int) {
	p.b.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			p.b.WriteByte(',')
		}
		p.line(depth + 1)
		if m.key != "" {
			p.b.WriteString(m.key)
			if p.lines {
				p.b.WriteString(" = ")
			} else {
				p.b.WriteByte('=')
			}
		}
		p.value(m.value, depth+1)
	}
	if len(members) > 0 {
		p.line(depth)
	}
	p.b.WriteByte('}')
}

func (p printer) line(depth int) {
	if p.lines {
		p.b.WriteByte('\n')
		p.b.WriteString(strings.Repeat("  ", depth))
	}
}

func listMembers(list []any) []member {
	members := make([]member, 0, len(list))
	hole := false
	for i, v := range list {
		if v == nil {
			hole = true
			continue
		}
		m := member{value: v}
		if hole {
			m.key = "[" + strconv.Itoa(i+1) + "]"
		}
		members = append(members, m)
	}
	return members
}

func mapMembers(m map[string]any) []member {
	members := make([]member, 0, len(m))
	for _, k := range sortedKeys(m) {
		key := k
		if !identifier(k) {
			key = "[" + quote(k) + "]"
		}
		members = append(members, member{key: key, value: m[k]})
	}
	return members
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func identifier(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func quote(s string) string {
	if strings.Contains(s, "\n") {
		return "[[" + s + "]]"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
