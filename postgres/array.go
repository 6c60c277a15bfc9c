package postgres

import (
	"errors"
	"strings"
)

// errArray says that a text is no list in PostgreSQL's notation.
var errArray = errors.New("malformed array")

// arrayOf writes a list in PostgreSQL's notation.
func arrayOf(elements []string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, element := range elements {
		if i > 0 {
			b.WriteByte(',')
		}
		// Quotes may stand where none are needed.
		b.WriteByte('"')
		b.WriteString(escapeElement.Replace(element))
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

// null is how an element that is null is written; in quotes it is a word like any other.
const null = "NULL"

var escapeElement = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// parseArray reads a list of one dimension in PostgreSQL's notation and calls each for its elements.
func parseArray(text string, each func(element string, null bool) error) error {
	rest, ok := strings.CutPrefix(text, "{")
	if !ok {
		return errArray
	}
	if rest == "}" {
		return nil
	}
	for {
		var element string
		var quoted, ok bool
		if element, quoted, rest, ok = cutElement(rest); !ok || len(rest) == 0 {
			return errArray
		}
		if err := each(element, !quoted && element == null); err != nil {
			return err
		}
		end := rest[0]
		rest = rest[1:]
		switch {
		case end == '}' && rest == "":
			return nil
		case end != ',':
			return errArray
		}
	}
}

// cutElement splits off the first element of the rest of a list, up to the comma or brace that follows it.
func cutElement(s string) (element string, quoted bool, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, `,{}"\`)
		if end <= 0 {
			return "", false, "", false
		}
		return s[:end], false, s[end:], true
	}
	s = s[1:]
	if end := strings.IndexAny(s, `"\`); end >= 0 && s[end] == '"' {
		return s[:end], true, s[end+1:], true // without a character that had to be escaped, as most are
	}
	var b strings.Builder
	for {
		i := strings.IndexAny(s, `"\`)
		if i < 0 || s[i] == '\\' && i+1 == len(s) {
			return "", false, "", false
		}
		b.WriteString(s[:i])
		if s[i] == '"' {
			return b.String(), true, s[i+1:], true
		}
		b.WriteByte(s[i+1])
		s = s[i+2:]
	}
}
