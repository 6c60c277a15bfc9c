package declarative

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// The bounds of documents: of their text in bytes, of the values in them and of their nesting.
const (
	MaxText   = 64 << 20
	maxValues = 4_000_000
	maxDepth  = 1000
)

// Source is a configuration as it comes in: a text, or a document that somebody has decoded already.
type Source struct {
	Text []byte
	// Name is that of the file. Its end decides on the format of the text: json, yml or yaml. Without a name JSON is tried
	// first, then YAML.
	Name string
	// Document has the values of package schema. It belongs to the package afterwards.
	Document map[string]any
	// Began is the moment from which the rows live that have a time to live; the zero time stands for the one of parsing.
	Began time.Time
}

// ReadFile returns the source in a file. Nothing is read of a file that is too large.
func ReadFile(path string) (Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return Source{}, fmt.Errorf("read a declarative configuration: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > MaxText {
		return Source{}, fmt.Errorf("read a declarative configuration: %s: %w", path, errTooLarge)
	}
	// The size of what is no plain file shows only at the end.
	text, err := io.ReadAll(io.LimitReader(f, MaxText+1))
	if err != nil {
		return Source{}, fmt.Errorf("read a declarative configuration: %w", err)
	}
	return Source{Text: text, Name: path}, nil
}

// NoHash is the hash of a configuration without entities.
const NoHash = "00000000000000000000000000000000"

// TextHash is the hash of a configuration that comes as text.
//
// Kong 3.9: declarative configuration, POST /config.
func TextHash(text []byte) string {
	sum := md5.Sum(text)
	return hex.EncodeToString(sum[:])
}

// hash is the one that clients compare. That of a document does not depend on the order of its members.
func (s Source) hash() string {
	if s.Document == nil {
		return TextHash(s.Text)
	}
	sum := md5.New()
	// Documents hold nothing that could fail.
	_ = json.NewEncoder(sum).Encode(s.Document)
	return hex.EncodeToString(sum.Sum(nil))
}

var (
	errTooLarge  = fmt.Errorf("the document is larger than %d MiB", MaxText>>20)
	errTooMany   = fmt.Errorf("the document has more than %d values", maxValues)
	errTooDeep   = fmt.Errorf("the document is nested deeper than %d levels", maxDepth)
	errNoObject  = errors.New("expected an object")
	errNotText   = errors.New("the document is not valid UTF-8")
	errNotFinite = errors.New("a number is out of range")
)

// decode returns the document in a source.
//
// Kong 3.9: declarative configuration, POST /config and command line.
func (s Source) decode() (map[string]any, *Error) {
	if s.Document != nil {
		return s.Document, nil
	}
	if len(s.Text) > MaxText {
		return nil, unparsable(errTooLarge)
	}
	if valuesIn(s.Text) > maxValues {
		return nil, unparsable(errTooMany)
	}
	asJSON, asYAML := strings.HasSuffix(s.Name, "json"), strings.HasSuffix(s.Name, "yml") || strings.HasSuffix(s.Name, "yaml")
	switch {
	case s.Name == "":
		asJSON, asYAML = true, true
	case !asJSON && !asYAML:
		return nil, newError(map[string]any{
			"error": fmt.Sprintf("unknown file type: %s. (Accepted types: json, yaml)", s.Name),
		})
	}
	var err error
	var v any
	if asJSON {
		if v, err = decodeJSON(s.Text); err == nil {
			switch v := v.(type) {
			case map[string]any:
				return v, nil
			case []any: // a list without elements is an object without members to Kong's clients
				if len(v) == 0 {
					return map[string]any{}, nil
				}
			}
			err = errNoObject
		}
	}
	if asYAML {
		if v, err = decodeYAML(s.Text); err == nil {
			if doc, ok := v.(map[string]any); ok {
				return doc, nil
			}
			err = errNoObject
		}
	}
	return nil, unparsable(err)
}

// valuesIn guesses how many values a text has, before memory is spent on them. It is never far too low.
func valuesIn(text []byte) int {
	return bytes.Count(text, []byte(",")) + bytes.Count(text, []byte(":")) + bytes.Count(text, []byte("\n"))
}

func decodeJSON(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, errNotText // which encoding/json would mend
	}
	if depth(text) > maxDepth {
		return nil, errTooDeep
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("there is more behind the document")
	}
	return bounded(schema.Normalize(v))
}

// bounded refuses values that no JSON could hold.
func bounded(v any) (any, error) {
	if !schema.Finite(v) {
		return nil, errNotFinite
	}
	return v, nil
}

// depth is the deepest nesting in a JSON text.
func depth(text []byte) int {
	deepest, now, inString := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			inString = !inString
		case inString && c == '\\':
			i++
		case inString:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}
