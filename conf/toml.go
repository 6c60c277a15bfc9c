package conf

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// A kongo.toml says what a kong.conf says, with typed values and in tables.
// The names of the tables and of the entry, joined by underscores, are the
// key: host in the table pg is pg_host, gzip in nginx.http is nginx_http_gzip.
// Where a name is parted does not matter to the reader; TOMLPath is where
// kongo parts it.

// maxDepth is that of the entries of nginx.http.
const maxDepth = 3

// isTOML reports whether a file is a kongo.toml, which its name decides.
func isTOML(path string) bool { return strings.EqualFold(filepath.Ext(path), ".toml") }

// entry is one value of a kongo.toml.
type entry struct {
	path  []string
	value any // as package toml has it
	line  int
}

func (e entry) key() string { return keyName(strings.Join(e.path, "_")) }

// parseTOML returns the entries of a kongo.toml from top to bottom. Tables come
// as values only where they are nested too deep.
func parseTOML(data []byte) ([]entry, error) {
	if nesting(data) > maxNesting {
		return nil, errors.New("nested too deep")
	}
	var r tomlReader
	var top map[string]toml.Primitive
	var err error
	if r.meta, err = toml.Decode(string(data), &top); err != nil {
		return nil, err
	}
	if err := r.collect(nil, top); err != nil {
		return nil, err
	}
	slices.SortFunc(r.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.line, b.line), slices.Compare(a.path, b.path))
	})
	return r.entries, nil
}

// tomlReader gathers the entries of tables within tables.
type tomlReader struct {
	meta    toml.MetaData
	entries []entry
}

func (r *tomlReader) collect(path []string, table map[string]toml.Primitive) error {
	for name, p := range table {
		e := entry{path: append(slices.Clone(path), name)}
		if err := r.meta.PrimitiveDecode(p, &e.value); err != nil {
			return err
		}
		if _, ok := e.value.(map[string]any); ok && len(e.path) < maxDepth {
			var inner map[string]toml.Primitive
			if err := r.meta.PrimitiveDecode(p, &inner); err != nil {
				return err
			}
			if err := r.collect(e.path, inner); err != nil {
				return err
			}
			continue
		}
		e.line = lineOf(&r.meta, p)
		r.entries = append(r.entries, e)
	}
	return nil
}

// maxNesting bounds what the parser takes upon itself, recursion for brackets
// and quadratic time for names with dots, far above what a file has.
const maxNesting = 1000

// nesting returns how many brackets are open at most at one place of a file, or
// how many dots stand in one name if that is more. Those in strings count,
// which does not matter for a bound that wide.
func nesting(data []byte) int {
	deepest, depth, dots := 0, 0, 0
	for _, c := range data {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		case '.':
			dots++
		}
		if strings.IndexByte("[]{}=,\n", c) >= 0 {
			dots = 0
		}
		deepest = max(deepest, depth, dots)
	}
	return deepest
}

// lineOf returns the line of a value. Package toml tells it in its errors only,
// so it gets to decode into something that refuses any value.
func lineOf(meta *toml.MetaData, p toml.Primitive) int {
	var refused toml.ParseError
	errors.As(meta.PrimitiveDecode(p, &refusal{}), &refused)
	return refused.Position.Line
}

type refusal struct{}

func (*refusal) UnmarshalTOML(any) error { return errors.New("refused") }

// takeTOML takes over the entries of a kongo.toml. Unlike a kong.conf, it has
// no past that would have to be put up with: a value of a wrong type is a
// problem.
func (l *loader) takeTOML(path string, data []byte) {
	entries, err := parseTOML(data)
	if err != nil {
		l.problems = append(l.problems, syntaxProblem(path, err))
		return
	}
	lines := map[string]int{}
	for _, e := range entries {
		g := given{origin: Origin{fromFile, path, e.line}}
		k, known := lookup(e.key())
		if !known {
			l.noteLine(assignment{key: e.key(), text: shownTOML(e.value), line: e.line}, nil)
			l.warn(Unknown, e.key(), g, "%s", unknownKey(e.key()))
			continue
		}
		shown := shownTOML(e.value)
		if k.secret {
			shown = mask
		}
		p := Problem{Key: k.name, Value: shown, Origin: g.origin}
		text, accepted := k.textFromTOML(e.value)
		switch first, twice := lines[k.name]; {
		case twice:
			p.Message = fmt.Sprintf("'%s' is set twice, first in line %d", k.name, first)
		case accepted != "":
			p.Message = fmt.Sprintf("%s is not a %s: '%s'", k.name, typeNames[k.typ], shorten(shown))
			p.Hint = "accepted: " + accepted
		}
		lines[k.name] = e.line
		if p.Message != "" {
			l.problems = append(l.problems, p)
			continue
		}
		g.text = text
		l.noteLine(assignment{key: k.name, text: text, line: e.line}, k)
		l.given[k.name] = g
	}
}

// syntaxProblem says where a file is no TOML.
func syntaxProblem(path string, err error) Problem {
	p := Problem{Origin: Origin{fromFile, path, 0}, Message: path + ": not valid TOML: " + err.Error(), cause: err}
	var syntax toml.ParseError
	if errors.As(err, &syntax) {
		p.Origin.line = syntax.Position.Line
		p.Message = fmt.Sprintf("%s: not valid TOML: %s", p.Origin.place(), syntax.Message)
	}
	return p
}

// typeNames are the types as Kong's messages call them.
var typeNames = map[valueType]string{
	text: "string", choice: "string", number: "number", boolean: "boolean", onOff: "boolean", list: "array",
}

// textFromTOML returns the text that a kong.conf would have for a value. The
// second result is empty if the value is of the right type, and says otherwise
// what would be. An empty string unsets a key of any type, and a string that
// refers to a vault stands for a value of any type.
func (k *key) textFromTOML(value any) (s, accepted string) {
	if s, ok := value.(string); ok && (s == "" || isReference(s)) {
		return s, ""
	}
	switch k.typ {
	case number:
		switch v := value.(type) {
		case int64:
			return strconv.FormatInt(v, 10), ""
		case float64:
			if !math.IsInf(v, 0) && !math.IsNaN(v) {
				return strconv.FormatFloat(v, 'g', -1, 64), ""
			}
		}
		return "", "a number, without quotes"
	case list:
		return listFromTOML(value)
	case boolean:
		if v, ok := value.(bool); ok {
			return textOf(v), ""
		}
		return "", "true or false, without quotes"
	}
	switch v := value.(type) {
	case string:
		return v, ""
	case int64:
		return strconv.FormatInt(v, 10), ""
	case bool:
		if k.typ == onOff || isDirective(k.name) || slices.Contains(k.values, "on") {
			return textOf(v), ""
		}
	}
	return "", "a string, in quotes"
}

// listFromTOML joins the items of an array. A string is what a kong.conf would
// have for the whole list.
func listFromTOML(value any) (s, accepted string) {
	const array = `an array of strings without commas, such as ["a", "b"]`
	if s, ok := value.(string); ok {
		return s, ""
	}
	values, ok := value.([]any)
	if !ok {
		return "", array
	}
	items := make([]string, len(values))
	for i, v := range values {
		if items[i], ok = v.(string); !ok || strings.Contains(items[i], ",") {
			return "", array
		}
	}
	return strings.Join(items, ","), ""
}

// shownTOML writes a value of a kongo.toml for a message.
func shownTOML(value any) string {
	switch v := value.(type) {
	case string, int64, float64, bool:
		return fmt.Sprint(v)
	case []any:
		items := make([]string, len(v))
		for i := range v {
			items[i] = shownTOML(v[i])
		}
		return "[" + strings.Join(items, ", ") + "]"
	case map[string]any, []map[string]any:
		return "a table"
	}
	return "a date or time"
}
