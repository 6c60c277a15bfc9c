package http1

import (
	"bytes"

	"github.com/kongo-gateway/kongo/proxy/message"
)

var (
	errRequestLine = &Refusal{400, "invalid request line"}
	errVersion     = &Refusal{505, "unsupported version of HTTP"}
)

// parseRequestLine takes a request line apart. Which ones are accepted follows nginx: any number of blanks between the parts,
// but none that belong to a part; methods of capital letters, hyphens and underscores. What a target may look like is not
// decided here.
//
// Kong 3.9: nginx request line. HTTP/0.9 is refused.
func parseRequestLine(r *message.Request, line []byte) error {
	end := bytes.IndexByte(line, ' ')
	if end <= 0 || !isMethod(line[:end]) {
		return errRequestLine
	}
	r.Method = line[:end]
	line = skipSpaces(line[end:])
	if end = bytes.IndexByte(line, ' '); end <= 0 {
		return errRequestLine
	}
	r.Target = line[:end]
	return parseVersion(r, bytes.TrimRight(skipSpaces(line[end:]), " "))
}

func isMethod(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

func skipSpaces(b []byte) []byte {
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	return b
}

func parseVersion(r *message.Request, text []byte) error {
	const prefix = "HTTP/"
	if len(text) != len("HTTP/1.1") || string(text[:len(prefix)]) != prefix || text[6] != '.' ||
		!isDigit(text[5]) || !isDigit(text[7]) || text[5] == '0' {
		return errRequestLine
	}
	if text[5] != '1' {
		return errVersion
	}
	r.Version = message.HTTP11
	if text[7] == '0' {
		r.Version = message.HTTP10
	}
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
