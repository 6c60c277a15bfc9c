package http1

import (
	"github.com/kongo-gateway/kongo/proxy/message"
)

var (
	errFieldName  = &Refusal{400, "invalid header line"}
	errFieldValue = &Refusal{400, "invalid header value"}
	errDuplicate  = &Refusal{400, "duplicate header line"}
)

// parseHead takes a head apart that the scanner has found.
func parseHead(r *message.Request, head []byte) error {
	line, rest := nextLine(head)
	for len(line) == 0 {
		line, rest = nextLine(rest)
	}
	if err := parseRequestLine(r, line); err != nil {
		return err
	}
	for {
		if line, rest = nextLine(rest); len(line) == 0 {
			return nil
		}
		if err := parseField(r, line); err != nil {
			return err
		}
	}
}

// unique are the headers of which a second line makes a request invalid.
var unique = message.NamesOf(message.Host, message.ContentLength, message.TransferEncoding, message.Authorization,
	message.Expect, message.IfMatch, message.IfModifiedSince, message.IfNoneMatch, message.IfRange, message.IfUnmodifiedSince)

// parseField takes a line of the header apart. A line that continues the one before begins with a blank, which no name may.
//
// Kong 3.9: nginx header line. Names of letters, digits, hyphens and underscores are taken; a line with any other visible
// byte in its name is ignored; anything else is an error, as are a NUL and a lone CR in a value. A line without a colon is a
// name with an empty value.
func parseField(r *message.Request, line []byte) error {
	colon, ignored := 0, false
	for ; colon < len(line) && line[colon] != ':'; colon++ {
		switch nameBytes[line[colon]] {
		case invalidByte:
			return errFieldName
		case oddByte:
			ignored = true
		}
	}
	if colon == 0 {
		ignored = true
	}
	value := message.Trim(line[min(colon+1, len(line)):])
	for _, c := range value {
		if c == 0 || c == '\r' {
			return errFieldValue
		}
	}
	if ignored {
		return nil
	}
	if known, first := r.Add(line[:colon], value); !first && unique.Has(known) {
		return errDuplicate
	}
	return nil
}

// A byteKind says what a byte in the name of a header means.
type byteKind uint8

const (
	invalidByte byteKind = iota // the request is invalid
	oddByte                     // the line is ignored
	nameByte
)

var nameBytes = func() (table [256]byteKind) {
	for c := range table {
		if c > ' ' && c != 0x7f {
			table[c] = oddByte
		}
	}
	for _, c := range []byte("-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		table[c] = nameByte
	}
	return table
}()
