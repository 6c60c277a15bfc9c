package conf

import (
	"fmt"
	"strings"
)

// Problem is one reason why a configuration cannot be used.
type Problem struct {
	Key     string
	Value   string // as it was given, masked if it is a secret
	Origin  Origin
	Message string // what Kong prints, to the letter where Kong has a message
	Hint    string // what is accepted, or what to do; may be empty

	cause error
}

// Error returns the message.
func (p Problem) Error() string { return p.Message }

// Unwrap returns the error of the operating system behind the problem, if any.
func (p Problem) Unwrap() error { return p.cause }

// Detail is a line that goes below the message: the place, the key with its
// value, and the hint.
func (p Problem) Detail() string {
	var b strings.Builder
	b.WriteString(p.Origin.place())
	if p.Key != "" {
		value := shorten(p.Value)
		if value == "" {
			value = "(nothing)"
		}
		fmt.Fprintf(&b, ": %s = %s", p.Key, value)
	}
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// InvalidError is the error of Load: everything that is wrong, in the order in
// which Kong would report it, and the warnings collected so far.
type InvalidError struct {
	Problems []Problem // at least one
	Warnings []Warning
}

// Error returns the first message, the one that Kong's commands other than
// check print.
func (e *InvalidError) Error() string { return e.Problems[0].Message }

// Unwrap returns the problems.
func (e *InvalidError) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}

// Refuse returns the error of a setting whose value is found to be useless when
// it is put to use, in the form that Load gives to its own. The hint may be
// empty.
func (c *Config) Refuse(key string, cause error, hint string) *InvalidError {
	s := c.setting(key)
	return &InvalidError{Problems: []Problem{{
		Key: key, Value: textOf(s.Masked()), Origin: s.Origin, Message: key + ": " + cause.Error(), Hint: hint, cause: cause,
	}}}
}

// shorten makes a value fit a line: control characters are spelled out, and
// what is longer than 80 characters ends in an ellipsis.
func shorten(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return '·'
		}
		return c
	}, s)
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}
