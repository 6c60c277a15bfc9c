package body

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"unicode/utf8"
)

// decodeMultipart reads a form in parts. The text of a part is its value, names of files do not matter.
func decodeMultipart(contentType string, data []byte) (Body, error) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return Body{}, ErrMultipart
	}
	root := &node{}
	parts := multipart.NewReader(bytes.NewReader(data), params["boundary"])
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return Body{Document: root.record(), Form: true}, nil
		}
		if err != nil {
			return Body{}, ErrMultipart
		}
		if n == maxArguments {
			return Body{}, ErrTooMany
		}
		value, err := partValue(part.Header, part)
		if err != nil {
			return Body{}, err
		}
		name := part.FormName()
		if name == "" {
			continue
		}
		if !utf8.ValidString(name) {
			return Body{}, ErrMultipart
		}
		if err := root.put(name, value); err != nil {
			return Body{}, err
		}
	}
}

// partValue is the text of a part, or the list or record that a part of type JSON holds.
func partValue(header textproto.MIMEHeader, part io.Reader) (any, error) {
	text, err := io.ReadAll(part)
	if err != nil || !utf8.Valid(text) {
		return nil, ErrMultipart
	}
	if begins(header.Get("Content-Type"), jsonType) {
		v, err := parseJSON(text)
		switch v.(type) {
		case map[string]any, []any:
			return v, err
		}
	}
	return string(text), nil
}
