package body

import "strings"

// maxDepth limits the nesting of documents.
//
// Kong 3.9: Admin API, JSON bodies.
const maxDepth = 1000

// Error is a way in which a body can be broken. Its text is for the client.
type Error struct{ text string }

func (e *Error) Error() string { return e.text }

// All errors of this package. The texts about JSON and arguments are Kong's.
var (
	ErrJSON      = &Error{"Cannot parse JSON body"}
	ErrForm      = &Error{"Cannot parse form body"}
	ErrMultipart = &Error{"Cannot parse multipart body"}
	ErrTooMany   = &Error{"Too many arguments"}
)

// Body is a decoded body.
type Body struct {
	// Document is never nil. Its values are those of package schema.
	Document map[string]any
	// Form tells that the scalars in Document are the text of a form.
	Form bool
	// List tells that the body was a JSON list. Document has its elements under their positions, from "1" on.
	List bool
}

// A format decodes the bodies of one content type.
type format struct {
	contentType string
	decode      func(contentType string, data []byte) (Body, error)
}

const jsonType = "application/json"

var formats = []format{
	{jsonType, decodeJSON},
	{"application/x-www-form-urlencoded", decodeForm},
	{"multipart/form-data", decodeMultipart},
}

// formatOf finds a format by the beginning of a content type, which may go on with parameters.
//
// Kong 3.9: Admin API, request bodies.
func formatOf(contentType string) (format, bool) {
	for _, f := range formats {
		if begins(contentType, f.contentType) {
			return f, true
		}
	}
	return format{}, false
}

func begins(contentType, prefix string) bool {
	return len(contentType) >= len(prefix) && strings.EqualFold(contentType[:len(prefix)], prefix)
}

// Supported reports whether Decode can read a body of a content type. No content type will do where there is no body.
func Supported(contentType string, empty bool) bool {
	if contentType == "" {
		return empty
	}
	_, ok := formatOf(contentType)
	return ok
}

// YAML reports whether a content type is that of YAML, which Decode does not read.
func YAML(contentType string) bool {
	return begins(contentType, "application/yaml") || begins(contentType, "text/yaml")
}

// Decode reads a body of a supported content type. A body of any other content type is an empty document. Errors are of
// type *Error.
func Decode(contentType string, data []byte) (Body, error) {
	f, ok := formatOf(contentType)
	if !ok {
		return Body{Document: map[string]any{}}, nil
	}
	return f.decode(contentType, data)
}
