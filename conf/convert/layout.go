package convert

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"github.com/kongo-gateway/kongo/conf"
)

// layout lays out a file: the settings by name, in groups of what belongs to
// one table of a kongo.toml, those without a table first.
type layout struct {
	*conf.Draft
	path   string // of the file that was read
	format Format
	out    bytes.Buffer

	unwritable []conf.DraftSetting // what the format has no way to say
}

func (l *layout) write() []byte {
	fmt.Fprintf(&l.out, "# Converted from %s by kongo config convert.\n", plain(filepath.Base(l.path)))
	groups := map[string][]conf.DraftSetting{}
	var tables []string
	for _, s := range l.Settings {
		path := conf.TOMLPath(s.Name)
		table := strings.Join(path[:len(path)-1], ".")
		if groups[table] == nil {
			tables = append(tables, table)
		}
		groups[table] = append(groups[table], s)
	}
	slices.Sort(tables) // "" comes first, as it must
	for _, table := range tables {
		l.out.WriteString("\n")
		if l.format == TOML && table != "" {
			fmt.Fprintf(&l.out, "[%s]\n", table)
		}
		for _, s := range groups[table] {
			l.writeSetting(s)
		}
	}
	l.writeUnknown()
	return l.out.Bytes()
}

// writeSetting writes one assignment, below what is to be said about it.
func (l *layout) writeSetting(s conf.DraftSetting) {
	if len(s.Old) > 0 {
		l.comment("formerly " + strings.Join(s.Old, ", "))
	}
	for _, heir := range l.Settings {
		if slices.Contains(heir.Old, s.Name) {
			l.comment(heir.Name + " is what counts, this is only shown")
		}
	}
	for _, p := range l.Problems {
		if p.Key == s.Name || s.Line != 0 && p.Origin.Line() == s.Line {
			l.comment("invalid: " + p.Message)
		}
	}
	line, ok := s.Assignment()
	if l.format == TOML {
		line, ok = tomlEntry(s)
	}
	if !ok {
		l.unwritable = append(l.unwritable, s)
		l.comment("cannot be written here: " + s.Name + " = " + s.Text)
		return
	}
	l.out.WriteString(line + "\n")
}

// tomlEntry returns the lines that set a setting within its table. TOML has no
// strings but those in UTF-8.
func tomlEntry(s conf.DraftSetting) (string, bool) {
	path := conf.TOMLPath(s.Name)
	var entry strings.Builder
	err := toml.NewEncoder(&entry).Encode(map[string]any{path[len(path)-1]: s.Value()})
	return strings.TrimSuffix(entry.String(), "\n"), err == nil && utf8.ValidString(s.Text)
}

// writeUnknown keeps what is no setting, where it does no harm.
func (l *layout) writeUnknown() {
	heading := "\n# No settings of any version, and never read:\n"
	for _, line := range l.Lines {
		if !line.Known {
			l.out.WriteString(heading)
			heading = ""
			l.comment(line.Key + " = " + line.Text)
		}
	}
}

func (l *layout) comment(text string) {
	l.out.WriteString(strings.TrimRight("# "+plain(text), " ") + "\n")
}

// plain makes a text fit one line of a comment in any format.
func plain(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n':
			return ' '
		case unicode.IsControl(c):
			return '·'
		}
		return c
	}, strings.ToValidUTF8(text, "�"))
}
