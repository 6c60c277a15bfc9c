package conf

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// given is what somebody wrote for a key.
type given struct {
	text    string
	origin  Origin
	comment string // what cut a value of a file short or emptied it
	dumped  bool   // nobody wrote it, it stems from the dump of a running node

	old []string // the names of old that it was made of
}

// loader collects what was written, layer upon layer, until it becomes a
// Config. Its steps are in load.go.
type loader struct {
	Options
	environ  map[string]string
	given    map[string]given
	lines    []Line // of the file, for a Draft
	config   *Config
	problems []Problem
}

// warn takes note of something about a key, unless the value that it is about
// stems from a dump.
func (l *loader) warn(kind Kind, key string, g given, format string, args ...any) {
	if !g.dumped {
		l.config.warnings = append(l.config.warnings, Warning{kind, key, g.origin, fmt.Sprintf(format, args...)})
	}
}

// readFiles reads the layer of files: the dump of the running node if asked
// for, then the file that was named or found.
func (l *loader) readFiles() {
	if l.RunningPrefix != "" {
		path := filepath.Join(l.RunningPrefix, EnvFile)
		if data, ok := l.readFile(path); ok {
			for _, a := range parseEnv(data) {
				if k, ok := lookup(a.key); ok {
					l.given[k.name] = given{text: a.text, origin: Origin{fromFile, path, a.line}, dumped: true}
				}
			}
		}
		if l.File == "" {
			return
		}
	}
	path := l.File
	if path == "" {
		path = firstExisting(l.DefaultPaths)
	}
	if path == "" {
		return
	}
	data, ok := l.readFile(path)
	if !ok {
		return
	}
	l.config.file = path
	if isTOML(path) {
		l.takeTOML(path, data)
		return
	}
	if reason, hint := refuse(data); reason != "" {
		l.problems = append(l.problems, Problem{Origin: Origin{fromFile, path, 0}, Message: path + " " + reason, Hint: hint})
		return
	}
	l.takeFile(path, data)
}

func (l *loader) readFile(path string) ([]byte, bool) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.problems = append(l.problems, Problem{Origin: Origin{fromFile, path, 0}, Message: "no file at: " + path, cause: err})
	case err != nil:
		l.problems = append(l.problems, Problem{Origin: Origin{fromFile, path, 0},
			Message: "cannot read the configuration: " + err.Error(), cause: err})
	}
	return data, err == nil
}

// takeFile takes over the assignments of a kong.conf and remarks on what Kong
// would pass over.
func (l *loader) takeFile(path string, data []byte) {
	assignments, remarks := parseFile(data)
	for _, r := range remarks {
		l.warn(NotRead, "", given{origin: Origin{fromFile, path, r.line}}, "%s", r.text)
	}
	lines := map[string]int{}
	for _, a := range assignments {
		g := given{text: a.text, origin: Origin{fromFile, path, a.line}}
		k, ok := lookup(a.key)
		l.noteLine(a, k)
		if !ok {
			l.warn(Unknown, a.key, g, "%s", unknownKey(a.key))
			continue
		}
		if first, ok := lines[k.name]; ok {
			l.warn(Duplicate, k.name, g, "'%s' is set again, line %d no longer counts", k.name, first)
		}
		lines[k.name] = a.line
		g.comment = a.comment
		l.remarkOnText(k, a, g)
		l.given[k.name] = g
	}
}

// noteLine keeps an assignment for a Draft. The key is nil if there is none.
func (l *loader) noteLine(a assignment, k *key) {
	line := Line{Number: a.line, Key: a.key, Text: a.text, Known: k != nil}
	if k != nil {
		line.NoEffect, line.Heirs = k.noEffect, k.heirs
	}
	l.lines = append(l.lines, line)
}

// remarkOnText warns where the text of an assignment is not what it looks like.
func (l *loader) remarkOnText(k *key, a assignment, g given) {
	switch {
	case a.rewritten && k.typ != number && len(strings.Trim(a.written, "+-0.")) > 14:
		l.warn(Rewritten, k.name, g, "DIGITS ARE LOST: the value of '%s' is read as a number and kept with 14 digits%s; "+
			"a comment after it, or setting it in the environment, keeps it as it is", k.name, k.reveal(", as "+a.text))
	case a.rewritten && k.typ != number:
		l.warn(Rewritten, k.name, g, "the value of '%s' is read as a number and printed back%s; "+
			"a comment after it, or setting it in the environment, keeps it as it is", k.name, k.reveal(", as "+a.text))
	case a.text == "" && a.comment != "" && k.def != "":
		l.warn(Cut, k.name, g, "'%s' has no value, everything after the = is a comment; the default would be %s", k.name, k.def)
	case a.text == "" && len(a.comment) > 1 && !strings.ContainsRune(blanks+"#", rune(a.comment[1])):
		l.warn(Cut, k.name, g, "'%s' has no value, because a # begins a comment; write \\# to keep it", k.name)
	case a.glued:
		l.warn(Cut, k.name, g, "the value of '%s' ends before the first #%s; write \\# to keep it", k.name, k.reveal(", it is "+a.text))
	}
}

// reveal returns a remark that quotes a value, or nothing if it is secret.
func (k *key) reveal(remark string) string {
	if k.secret {
		return ""
	}
	return remark
}

// readEnvironment reads the layer of KONG_ variables.
func (l *loader) readEnvironment() {
	for _, variable := range slices.Sorted(maps.Keys(l.environ)) {
		rest, ok := strings.CutPrefix(variable, "KONG_")
		if !ok {
			if len(variable) > 5 && strings.EqualFold(variable[:5], "KONG_") {
				l.misspelled(variable)
			}
			continue
		}
		k, known := lookup(strings.ToLower(rest))
		g := given{text: l.environ[variable], origin: Origin{fromEnvironment, variable, 0}}
		switch {
		case rest != strings.ToUpper(rest):
			l.misspelled(variable)
		case known:
			l.given[k.name] = g
		case !isForeign(variable, g.text):
			l.warn(Unknown, strings.ToLower(rest), g, "%s", unknownKey(strings.ToLower(rest)))
		}
	}
}

// misspelled warns of a variable that would be a setting in capitals.
func (l *loader) misspelled(variable string) {
	if k, ok := lookup(strings.ToLower(variable[5:])); ok {
		l.warn(Unknown, k.name, given{origin: Origin{fromEnvironment, variable, 0}},
			"the variable %s is not read, only %s is", variable, strings.ToUpper(variable))
	}
}

var serviceLink = regexp.MustCompile(`_SERVICE_(HOST|PORT)|_PORT_[0-9]+_(TCP|UDP)_`)

// isForeign reports whether an unknown KONG_ variable is there for another
// reason than to set something: the images of Kong carry its version, and
// Kubernetes describes a Service named kong in every container.
func isForeign(variable, value string) bool {
	return variable == "KONG_VERSION" || serviceLink.MatchString(variable) ||
		strings.HasPrefix(value, "tcp://") || strings.HasPrefix(value, "udp://")
}

// readOverrides reads the layer of flags.
func (l *loader) readOverrides() {
	for _, name := range slices.Sorted(maps.Keys(l.Overrides)) {
		g := given{text: l.Overrides[name], origin: Origin{source: fromFlag}}
		if _, ok := lookup(name); !ok {
			l.warn(Unknown, name, g, "%s", unknownKey(name))
			continue
		}
		l.given[name] = g
	}
}

func firstExisting(paths []string) string {
	for _, path := range paths {
		if exists(path) {
			return path
		}
	}
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
