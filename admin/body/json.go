package body

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

func decodeJSON(_ string, data []byte) (Body, error) {
	v, err := parseJSON(data)
	if err != nil {
		return Body{}, err
	}
	switch v := v.(type) {
	case map[string]any:
		return Body{Document: v}, nil
	case []any:
		doc := make(map[string]any, len(v))
		for i, element := range v {
			doc[strconv.Itoa(i+1)] = element
		}
		return Body{Document: doc, List: len(v) > 0}, nil
	}
	return Body{}, ErrJSON
}

// parseJSON reads one JSON value. Of members with the same name the last counts.
func parseJSON(data []byte) (any, error) {
	if !utf8.Valid(data) || !wellFormed(data) {
		return nil, ErrJSON
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil, ErrJSON
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, ErrJSON
	}
	if v = schema.Normalize(v); !schema.Finite(v) {
		return nil, ErrJSON
	}
	return v, nil
}

// wellFormed looks for what encoding/json lets pass: nesting beyond maxDepth, and halves of surrogate pairs, which it
// replaces by another character.
func wellFormed(data []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			inString = !inString
		case inString && c == '\\':
			n := escapeLength(data[i:])
			if n == 0 {
				return false
			}
			i += n - 1
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return false
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return true
}

// escapeLength is the number of bytes that the escape at the beginning of data takes, or 0 if it is broken.
func escapeLength(data []byte) int {
	if len(data) < 2 {
		return 0
	}
	if data[1] != 'u' {
		return 2
	}
	first, ok := codeUnit(data)
	if !ok {
		return 0
	}
	if !utf16.IsSurrogate(first) {
		return 6
	}
	second, ok := codeUnit(data[6:])
	if !ok || utf16.DecodeRune(first, second) == utf8.RuneError {
		return 0
	}
	return 12
}

// codeUnit reads an escape of the form \u0000.
func codeUnit(data []byte) (rune, bool) {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	var unit [2]byte
	if _, err := hex.Decode(unit[:], data[2:6]); err != nil {
		return 0, false
	}
	return rune(unit[0])<<8 | rune(unit[1]), true
}
