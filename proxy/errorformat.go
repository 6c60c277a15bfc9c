package proxy

import (
	"bytes"
	"strconv"

	"github.com/kongo-gateway/kongo/proxy/message"
)

// errorFormat is a form of the bodies that the gateway itself makes.
type errorFormat uint8

const (
	jsonFormat errorFormat = iota
	htmlFormat
	plainFormat
	xmlFormat
	grpcFormat
	formats
)

// mediaTypes are the types that choose a format; all others choose JSON. They are compared as they are spelled.
var mediaTypes = map[string]errorFormat{
	"*/*":              jsonFormat,
	"application/*":    jsonFormat,
	"application/json": jsonFormat,
	"application/xml":  xmlFormat,
	"application/grpc": grpcFormat,
	"text/*":           plainFormat,
	"text/html":        htmlFormat,
	"text/plain":       plainFormat,
}

// acceptedFormat returns the format that a value of Accept prefers: the first of those with the greatest quality, JSON if
// there is none with any.
//
// Kong 3.9: error responses, choice of the format.
func acceptedFormat(accept []byte) errorFormat {
	best, format := 0.0, jsonFormat
	for {
		var element []byte
		if element, accept = message.NextElement(accept); element == nil {
			return format
		}
		media, parameters, _ := bytes.Cut(element, []byte(";"))
		if bytes.IndexByte(media, '/') < 0 {
			continue
		}
		if q := quality(parameters); q > best {
			best, format = q, mediaTypes[string(message.Trim(media))]
		}
	}
}

// quality returns the q among the parameters of an element, 1 if there is none.
func quality(parameters []byte) float64 {
	for len(parameters) > 0 {
		var parameter []byte
		parameter, parameters, _ = bytes.Cut(parameters, []byte(";"))
		name, value, _ := bytes.Cut(parameter, []byte("="))
		if string(message.Trim(name)) != "q" {
			continue
		}
		q, err := strconv.ParseFloat(string(message.Trim(value)), 64)
		if err != nil {
			return 1
		}
		return min(q, 1)
	}
	return 1
}

// answerFormat is the format of what the gateway answers to a request.
func answerFormat(r *message.Request) errorFormat {
	return acceptedFormat(r.Value(message.Accept))
}

// pageFormat is the format of the page for a request that failed within the HTTP layer or at an upstream server. compact asks
// for JSON in one line without the id of the request.
func (s *Server) pageFormat(r *message.Request) (format errorFormat, compact bool) {
	value := r.Value(message.Accept)
	if value == nil {
		value = r.Value(message.ContentType)
	}
	switch {
	case value == nil:
		return s.defaultFormat, false
	case bytes.HasPrefix(value, []byte("application/grpc")):
		return jsonFormat, true
	}
	if format = acceptedFormat(value); format == grpcFormat {
		format = jsonFormat
	}
	return format, false
}
