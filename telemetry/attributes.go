package telemetry

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// attributes are the attributes and groups that a logger was given before it logs a record.
type attributes struct {
	text  string // " key=value" for each attribute
	group string // what keys begin with: "group." for each group
}

func (a attributes) with(attrs []slog.Attr) attributes {
	text := []byte(a.text)
	for _, attr := range attrs {
		text = appendAttr(text, a.group, attr)
	}
	return attributes{string(text), a.group}
}

func (a attributes) in(group string) attributes {
	if group == "" {
		return a
	}
	return attributes{a.text, a.group + group + "."}
}

// append appends these attributes and those of a record.
func (a attributes) append(line []byte, record slog.Record) []byte {
	line = append(line, a.text...)
	record.Attrs(func(attr slog.Attr) bool {
		line = appendAttr(line, a.group, attr)
		return true
	})
	return line
}

// appendAttr appends " key=value", or as much for each attribute of a group.
func appendAttr(line []byte, group string, attr slog.Attr) []byte {
	value := attr.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if attr.Key != "" {
			group += attr.Key + "."
		}
		for _, member := range value.Group() {
			line = appendAttr(line, group, member)
		}
		return line
	}
	if attr.Equal(slog.Attr{}) {
		return line
	}
	line = append(line, ' ')
	line = appendText(line, group+attr.Key)
	line = append(line, '=')
	switch value.Kind() {
	case slog.KindTime:
		return value.Time().AppendFormat(line, time.RFC3339Nano)
	case slog.KindAny:
		return appendText(line, fmt.Sprint(value.Any()))
	default:
		return appendText(line, value.String())
	}
}

// appendText appends a text, in quotes if it could be taken for anything else.
func appendText(line []byte, text string) []byte {
	if text == "" || strings.ContainsFunc(text, ambiguous) {
		return strconv.AppendQuote(line, text)
	}
	return append(line, text...)
}

func ambiguous(r rune) bool {
	return r == ' ' || r == '"' || r == '=' || r == utf8.RuneError || !unicode.IsPrint(r)
}

// appendMessage appends a message as one line.
func appendMessage(line []byte, message string) []byte {
	if !strings.ContainsFunc(message, unicode.IsControl) {
		return append(line, message...)
	}
	for _, r := range message {
		if unicode.IsControl(r) {
			quoted := strconv.QuoteRune(r) // '\n'
			line = append(line, quoted[1:len(quoted)-1]...)
		} else {
			line = utf8.AppendRune(line, r)
		}
	}
	return line
}
