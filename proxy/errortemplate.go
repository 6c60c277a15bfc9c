package proxy

import (
	"bytes"
	"log/slog"
	"os"
)

// errorTemplate is the text of a body with holes for the message and for the id of the request, in this order.
type errorTemplate struct {
	contentType []byte
	parts       [][]byte // the text around the holes
}

// builtinTemplates are Kong's. Kong 3.9: error responses, bodies.
var builtinTemplates = [formats]struct{ contentType, text string }{
	jsonFormat: {"application/json; charset=utf-8", "{\n  \"message\":\"%s\",\n  \"request_id\":\"%s\"\n}"},
	htmlFormat: {"text/html; charset=utf-8", `<!doctype html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Error</title>
  </head>
  <body>
    <h1>Error</h1>
    <p>%s.</p>
    <p>request_id: %s</p>
  </body>
</html>
`},
	plainFormat: {"text/plain; charset=utf-8", "%s\nrequest_id: %s\n"},
	xmlFormat: {"application/xml; charset=utf-8", `<?xml version="1.0" encoding="UTF-8"?>
<error>
  <message>%s</message>
  <requestid>%s</requestid>
</error>
`},
	// Over HTTP/1 there is nothing to say in this form.
	grpcFormat: {},
}

// newErrorTemplates returns the templates of all formats: the built-in ones and what files have in their place. A file that
// cannot be read is logged.
func newErrorTemplates(files ErrorTemplates, log *slog.Logger) (templates [formats]errorTemplate) {
	paths := [formats]string{jsonFormat: files.JSON, htmlFormat: files.HTML, plainFormat: files.Plain, xmlFormat: files.XML}
	for format, builtin := range builtinTemplates {
		text := []byte(builtin.text)
		if path := paths[format]; path != "" {
			own, err := os.ReadFile(path)
			if err != nil {
				log.Error("could not read an error template, the built-in one is used", "error", err)
			} else {
				text = own
			}
		}
		templates[format] = errorTemplate{[]byte(builtin.contentType), splitTemplate(text)}
	}
	return templates
}

// splitTemplate splits a text at its first two %s. Two percent signs stand for one.
func splitTemplate(text []byte) (parts [][]byte) {
	var part []byte
	for len(text) > 0 {
		percent := bytes.IndexByte(text, '%')
		if percent < 0 || percent+1 == len(text) {
			part = append(part, text...)
			break
		}
		part = append(part, text[:percent]...)
		verb := text[percent+1]
		text = text[percent+2:]
		switch {
		case verb == '%':
			part = append(part, '%')
		case verb == 's' && len(parts) < 2:
			parts, part = append(parts, part), nil
		default:
			part = append(part, '%', verb)
		}
	}
	return append(parts, part)
}

// append appends the body.
func (t *errorTemplate) append(dst []byte, message string, requestID []byte) []byte {
	for i, part := range t.parts {
		dst = append(dst, part...)
		switch {
		case i == len(t.parts)-1:
		case i == 0:
			dst = append(dst, message...)
		default:
			dst = append(dst, requestID...)
		}
	}
	return dst
}
