package conf

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// Draft is what one configuration file says by itself, in the names of 3.9, for
// whoever writes it anew. Neither the defaults nor the environment are in it.
type Draft struct {
	Lines    []Line         // what stands in the file, in its order
	Settings []DraftSetting // what that comes to, by name
	Problems []Problem      // what Load would refuse, once all before is put right
	Warnings []Warning
}

// Line is one assignment of a file.
type Line struct {
	Number int    // of the line on which it begins, from 1
	Key    string // the name it is written under, perhaps one of old
	Text   string // the value as a kong.conf would have it
	Known  bool   // the key is one of some version

	// NoEffect says why kongo does not act on the key, or is empty. Heirs are
	// the keys of 3.9 that took over from one of old.
	NoEffect string
	Heirs    []string
}

// DraftSetting is a setting that a file makes.
type DraftSetting struct {
	Name     string
	Text     string   // the value as a kong.conf would have it, before references are resolved
	Line     int      // where in the file
	Old      []string // the names of old that it was made of; none if it stands under its own
	Secret   bool
	NoEffect string // why kongo does not act on it; empty if it does

	key *key
}

// ReadDraft reads a kong.conf or a kongo.toml, without regard to the
// environment. References to vaults stay what they are. The error is an
// *InvalidError if the file cannot be read as one or the other; what is wrong
// with single values is in the Draft.
func ReadDraft(path string) (*Draft, error) {
	l := newLoader(Options{File: path, KeepReferences: true})
	if err := l.run(l.readLayers); err != nil {
		return nil, err
	}
	d := &Draft{Lines: l.lines}
	for _, name := range slices.Sorted(maps.Keys(l.given)) {
		k, _ := lookup(name)
		if k.gone != "" {
			continue
		}
		g := l.given[name]
		d.Settings = append(d.Settings, DraftSetting{
			Name: name, Text: k.plainly(g.text), Line: g.origin.line, Old: g.old,
			Secret: k.secret, NoEffect: k.noEffect, key: k,
		})
	}
	// Whoever writes a file anew wants to know all problems at once, unlike
	// Load, which stops after the checks, and at the first bad address.
	l.resolve()
	l.check()
	for _, grammar := range listenGrammars {
		l.parseListen(grammar)
	}
	l.checkPluginServers()
	d.Problems, d.Warnings = l.problems, l.config.warnings
	return d, nil
}

// plainly writes a value without what is taken for something else: a switch is
// on or off, a number is decimal, and one that is none is nothing.
func (k *key) plainly(s string) string {
	s = strings.Trim(s, blanks)
	if isReference(s) {
		return s
	}
	value := k.parse(s)
	switch k.typ {
	case boolean:
		return textOf(value)
	case list:
		return strings.Trim(strings.Join(value.([]string), ", "), blanks)
	case number:
		plain := textOf(value)
		if value != nil && k.parse(plain) != value {
			return s // which has more digits
		}
		return plain
	}
	return s
}

// Value returns the value with its type: a string, an int64, a float64, a bool
// or a []string. A kongo.toml that has this value means the same as the text.
// What is unset is an empty string.
func (s DraftSetting) Value() any {
	if isReference(s.Text) && s.key.typ != list {
		return s.Text
	}
	value := s.key.parse(s.Text)
	switch s.key.typ {
	case number:
		f, ok := value.(float64)
		if !ok {
			return s.Text
		}
		if f == math.Trunc(f) && math.Abs(f) < 1<<53 && !(f == 0 && math.Signbit(f)) {
			return int64(f)
		}
		return f
	case boolean, list:
		return value
	case onOff:
		if s.Text == "on" || s.Text == "off" {
			return s.Text == "on"
		}
	}
	return s.Text
}

// Assignment returns the line of a kong.conf that gives the setting its value,
// or false if there is none: a value with a line break cannot stand there.
func (s DraftSetting) Assignment() (string, bool) {
	line := s.Name + " = " + strings.ReplaceAll(s.Text, "#", `\#`)
	for _, line := range []string{strings.TrimRight(line, blanks), line + " # as it stands"} {
		// A comment keeps a number from being rewritten, and a backslash from
		// joining the line with the next.
		found, remarks := parseFile([]byte(line))
		if len(found) == 1 && len(remarks) == 0 && found[0].key == s.Name && found[0].text == s.Text && !strings.Contains(line, "\x00") {
			return line, true
		}
	}
	return "", false
}
