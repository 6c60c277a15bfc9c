package upstream

import (
	"bytes"
	"errors"
)

// protocol is what a status line begins with.
const protocol = "HTTP/"

var errStatusCode = errors.New("status code is below 100")

// parseStatusLine returns the length of the status line including its line feed, or 0 if it is not complete. An answer
// that cannot begin with a status line is marked as bare.
//
// Kong 3.9: nginx upstream status line. The code is three digits and may be followed by a dot (IIS); the reason may be
// missing; a lone line feed ends the line too.
func (h *head) parseStatusLine(b []byte) (int, error) {
	end := bytes.IndexByte(b, '\n')
	s := scanner{b: b[:end+1]}
	if end < 0 {
		s.b = b
	}
	major, minor, code := 0, 0, 0
	if !(s.literal(protocol) && s.number(&major, 1, 2) && s.literal(".") && s.number(&minor, 1, 2) &&
		s.literal(" ") && s.blanks() && s.number(&code, 3, 3)) || major == 0 {
		if !s.short {
			h.setBare()
		}
		return 0, nil
	}

	text := s.b[s.at:]
	if end >= 0 {
		text = text[:len(text)-1]
	}
	if cr := bytes.IndexByte(text, '\r'); cr >= 0 {
		if cr != len(text)-1 {
			h.setBare()
			return 0, nil
		}
		text = text[:cr]
	}
	if len(text) > 0 && text[0] != ' ' && text[0] != '.' {
		h.setBare()
		return 0, nil
	}
	if end < 0 {
		return 0, nil
	}
	if code < 100 {
		return 0, errStatusCode
	}
	h.status = code
	h.old = major == 1 && minor == 0
	h.close = h.old
	h.reason = span{uint32(s.at), uint32(s.at + len(text))}
	if len(text) > 0 && text[0] == ' ' {
		h.reason.from++
	}
	return end + 1, nil
}

func (h *head) setBare() {
	h.status = 200
	h.bare, h.old, h.close = true, true, true
}

// scanner matches a text from the left. Its methods return false where the text differs, and also, having set short,
// where it ends too early to tell.
type scanner struct {
	b     []byte
	at    int
	short bool
}

func (s *scanner) literal(want string) bool {
	n := min(len(want), len(s.b)-s.at)
	if string(s.b[s.at:s.at+n]) != want[:n] {
		return false
	}
	s.at += n
	s.short = n < len(want)
	return !s.short
}

// blanks skips any number of spaces.
func (s *scanner) blanks() bool {
	for s.at < len(s.b) && s.b[s.at] == ' ' {
		s.at++
	}
	s.short = s.at == len(s.b)
	return !s.short
}

// number reads a decimal number of at least least and at most most digits that something else follows.
func (s *scanner) number(value *int, least, most int) bool {
	from := s.at
	for ; s.at < len(s.b) && s.b[s.at] >= '0' && s.b[s.at] <= '9'; s.at++ {
		if s.at-from == most {
			return false
		}
		*value = *value*10 + int(s.b[s.at]-'0')
	}
	s.short = s.at == len(s.b)
	return !s.short && s.at-from >= least
}
