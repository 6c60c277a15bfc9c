package golden

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Mismatch is an exchange in which the node did not answer as it should.
type Mismatch struct {
	// File and Line say where the exchange is recorded; File is seen from the root of the module.
	File string
	Line int
	// Request is what was asked, in short.
	Request string
	// Differences are all that was found, at least one.
	Differences []Difference

	answer *answer
}

// A Difference is one thing that is not as expected.
type Difference struct {
	// At says where: "status", "header Via", "body.data[2].name".
	At string
	// Want and Got are short texts.
	Want, Got string
}

// absent is how a difference says that something is not there.
const absent = "nothing"

// shownBody is how many bytes of an answer's body a mismatch shows.
const shownBody = 800

// String returns the mismatch as several lines: the differences, and what was answered.
func (m Mismatch) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: %s", m.File, m.Line, m.Request)
	for _, d := range m.Differences {
		fmt.Fprintf(&b, "\n    %s\n        want %s\n        got  %s", d.At, d.Want, d.Got)
	}
	if m.answer == nil {
		return b.String()
	}
	fmt.Fprintf(&b, "\n    the answer was %d %s", m.answer.status, shorten(string(m.answer.body), shownBody))
	return b.String()
}

// describe returns a request in short.
func (x *exchange) describe() string {
	text := x.target + " " + x.request.Method + " " + x.request.Path
	if x.request.Raw != nil {
		text = fmt.Sprintf("%s %.60q", x.target, *x.request.Raw)
	}
	if x.request.Body != nil {
		text += " " + shorten(*x.request.Body, 200)
	}
	if x.note != "" {
		text += " (" + x.note + ")"
	}
	return text
}

// shorten cuts a text to n bytes.
func shorten(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:n], len(text))
}
