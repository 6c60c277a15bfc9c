package declarative

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// syntaxError is the error for a text that is no YAML, in Kong's form: line, column and the words of libyaml. The parser
// tells of a line only, and of which one is hard to say; the place given here is the beginning of the last word that it
// read, which is where a person has to look.
func syntaxError(text []byte, err error) error {
	if len(text) > maxRetold {
		return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	reason := parserPrefix.ReplaceAllString(err.Error(), "")
	r := &counter{rest: text}
	if yaml.NewDecoder(r).Decode(new(yaml.Node)) == nil {
		return errors.New(reason)
	}
	line, column := lastWord(text[:r.read])
	return fmt.Errorf("%d:%d: %s", line, column, reason)
}

// maxRetold bounds the texts that are read a second time for the sake of a message.
const maxRetold = 1 << 20

var parserPrefix = regexp.MustCompile(`^yaml: (line \d+: )?`)

// counter gives a text byte by byte, so that the parser reads no further than it has to.
type counter struct {
	rest []byte
	read int
}

func (c *counter) Read(p []byte) (int, error) {
	if c.read == len(c.rest) {
		return 0, io.EOF
	}
	c.read++
	return copy(p[:1], c.rest[c.read-1:]), nil
}

// lastWord is the line and the column at which the last word or indicator of a text begins, both from 1.
func lastWord(text []byte) (line, column int) {
	text = bytes.TrimRight(text, " \t\r\n")
	start := max(len(text)-1, 0)
	if word := bytes.TrimRight(text, ":"); len(word) > 0 && len(word) < len(text) {
		start = len(word) - 1
	}
	for start > 0 && !bytes.ContainsRune([]byte(" \t\r\n[]{},"), rune(text[start])) &&
		!bytes.ContainsRune([]byte(" \t\r\n[]{},"), rune(text[start-1])) {
		start--
	}
	before := string(text[:start])
	return 1 + strings.Count(before, "\n"), 1 + len(before) - (strings.LastIndexByte(before, '\n') + 1)
}
