package conf

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// EnvFile is the name, below the prefix, of the dump that a running node keeps
// of its configuration.
const EnvFile = ".kong_env"

// WriteEnv writes the dump of a running node: every setting that has a value
// as `key = value`, by name, and extra pairs such as derived paths. Secrets
// are in the clear, except that what came out of a vault stays a reference:
// the file must not be readable for others.
//
// What follows from other settings is left out, it follows again when the dump
// is read. A setting that was emptied is written empty, so that its default
// does not come back.
func (c *Config) WriteEnv(w io.Writer, extra map[string]string) error {
	texts := maps.Clone(extra)
	if texts == nil {
		texts = map[string]string{}
	}
	for s := range c.All() {
		value := textOf(s.written())
		if s.from == "" && (value != "" || s.key.def != "") {
			texts[s.Name] = value
		}
	}
	out := bufio.NewWriter(w)
	out.WriteString(envHeader)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		fmt.Fprintf(out, "%s = %s\n", name, escapeEnv(texts[name]))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing %s: %w", EnvFile, err)
	}
	return nil
}

const envHeader = `# ---------------------------------------------------------------
# kongo: the configuration in force of the node in this directory
#
# kongo writes this file when it starts and reads it to find the
# node again. Changes made here are lost; change kong.conf instead
# and run "kongo reload".
# ---------------------------------------------------------------

`

// escapeEnv writes a value so that parseEnv reads it back: # as in kong.conf,
// and a line break as a backslash at the end of the line, where backslashes
// that belong to the value are doubled.
func escapeEnv(value string) string {
	lines := strings.Split(strings.ReplaceAll(value, "#", `\#`), "\n")
	for i, line := range lines {
		lines[i] = line + strings.Repeat(`\`, trailingBackslashes(line))
	}
	return strings.Join(lines, "\\\n")
}

func trailingBackslashes(s string) int { return len(s) - len(strings.TrimRight(s, `\`)) }

// parseEnv reads a dump. Its syntax is that of kong.conf without what a person
// might type: no comment follows a value, no number is rewritten.
func parseEnv(data []byte) []assignment {
	var found []assignment
	continued := false
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if !continued {
			name, value, ok := strings.Cut(line, "=")
			if !ok || strings.HasPrefix(line, "#") {
				continue
			}
			found = append(found, assignment{key: keyName(strings.Trim(name, blanks)), line: number})
			line = strings.TrimLeft(value, blanks)
		}
		backslashes := trailingBackslashes(line)
		line = line[:len(line)-backslashes] + strings.Repeat(`\`, backslashes/2)
		continued = backslashes%2 == 1
		if continued {
			line += "\n"
		}
		found[len(found)-1].text += strings.ReplaceAll(line, `\#`, "#")
	}
	return found
}
