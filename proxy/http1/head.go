package http1

import "bytes"

// The refusals of requests that are larger than allowed. Kong 3.9: header limits; the page of 494 is sent with 400.
var (
	errLineTooLong   = &Refusal{414, "request line is too long"}
	errHeaderTooLong = &Refusal{494, "request header is too large"}
)

// headScanner finds the end of a head in a buffer that more and more is read into.
type headScanner struct {
	line  int  // where the first line begins whose end is not known
	seen  int  // how far that line was searched for its end
	begun bool // the request line was found
}

// next returns the length of the head at the start of b, of which all that an earlier call got must be a prefix, or 0 if its
// end is not there yet. Blank lines in front count as part of the head.
func (s *headScanner) next(b []byte, limits *Settings) (int, error) {
	for {
		i := bytes.IndexByte(b[s.seen:], '\n')
		if i < 0 {
			s.seen = len(b)
			return 0, s.check(len(b), limits)
		}
		from, to := s.line, s.seen+i
		if err := s.check(to, limits); err != nil {
			return 0, err
		}
		s.line, s.seen = to+1, to+1
		if blank := to == from || to == from+1 && b[from] == '\r'; !blank {
			s.begun = true
		} else if s.begun {
			return s.line, nil
		}
	}
}

// check compares what was scanned up to an offset with the limits.
func (s *headScanner) check(to int, limits *Settings) error {
	if to-s.line <= limits.MaxLine && to <= limits.MaxHead {
		return nil
	}
	if !s.begun {
		return errLineTooLong
	}
	return errHeaderTooLong
}

// nextLine returns the first line of b without its end, and what follows it. The scanner has seen that there is one.
func nextLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	line, rest = b[:i], b[i+1:]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line, rest
}
