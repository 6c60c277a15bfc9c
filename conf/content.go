package conf

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// refuse says why data cannot be a kong.conf, or nothing. A text in an old
// encoding is none of its business: comments in Latin-1 have always worked.
func refuse(data []byte) (reason, hint string) {
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return "is a text in UTF-16", "save it as UTF-8"
	case isBinary(data):
		return "is not a text file", "a kong.conf has one key = value per line"
	case isYAML(data):
		if bytes.Contains(data, []byte("_format_version")) {
			return "is a declarative configuration, not a kong.conf", "name it in declarative_config, with database = off"
		}
		return "is YAML, not a kong.conf", "Kong 0.8 and older had YAML; since 0.9 a kong.conf has one key = value per line"
	}
	return "", ""
}

// isBinary reports whether data holds a zero byte, or is no UTF-8 and holds
// control characters.
func isBinary(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return true
	}
	if utf8.Valid(data) {
		return false
	}
	return bytes.ContainsFunc(data, func(c rune) bool { return c < ' ' && !strings.ContainsRune(blanks+"\x1b", c) })
}

var yamlEntry = regexp.MustCompile(`^\s*(- |["']?[A-Za-z_][\w.-]*["']?\s*:(\s|$))`)

// isYAML reports whether data sets no key that is known and most of its lines
// are entries of YAML.
func isYAML(data []byte) bool {
	entries, others := 0, 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, blanks)
		if name, _, ok := strings.Cut(line, "="); ok {
			if _, known := lookup(keyName(strings.Trim(name, blanks))); known {
				return false
			}
		}
		switch trimmed := strings.TrimLeft(line, blanks); {
		case trimmed == "" || trimmed[0] == '#' || trimmed == "---":
		case yamlEntry.MatchString(line):
			entries++
		default:
			others++
		}
	}
	return entries > others
}
