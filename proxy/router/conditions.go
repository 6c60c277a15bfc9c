package router

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// conditions are what a part asks for besides host and path, which the index has settled. A nil *conditions asks for
// nothing.
type conditions struct {
	methods []string // none: any
	snis    []namePattern
	headers []headerCondition // in order of name
}

// headerCondition asks for one of several values of a header.
type headerCondition struct {
	name     string   // canonical
	literals []string // in lower case
	regexes  []*regexp.Regexp
}

// compileConditions returns nil if the route asks for nothing here.
func compileConditions(route *Route, order Order) (*conditions, error) {
	if len(route.Methods) == 0 && len(route.SNIs) == 0 && len(route.Headers) == 0 {
		return nil, nil
	}
	c := &conditions{}
	for _, method := range route.Methods {
		c.methods = append(c.methods, strings.ToUpper(method))
	}
	for _, sni := range route.SNIs {
		c.snis = append(c.snis, parseSNI(sni))
	}
	for _, name := range slices.Sorted(maps.Keys(route.Headers)) {
		header, err := compileHeader(name, route.Headers[name], order)
		if err != nil {
			return nil, err
		}
		c.headers = append(c.headers, header)
	}
	return c, nil
}

// compileHeader compiles the accepted values of a header.
func compileHeader(name string, values []string, order Order) (headerCondition, error) {
	h := headerCondition{name: canonicalHeader(name)}
	for _, value := range values {
		pattern, isRegex := headerPattern(value, len(values) == 1, order)
		if !isRegex {
			h.literals = append(h.literals, pattern)
			continue
		}
		regex, err := regexp.Compile(pattern)
		if err != nil {
			return headerCondition{}, fmt.Errorf("header %s: value %q: %w", name, value, err)
		}
		h.regexes = append(h.regexes, regex)
	}
	return h, nil
}

// headerPattern tells whether a value is a regular expression, and returns that, or the value in lower case.
//
// Kong 3.9: router, headers. Values are compared in lower case, and in traditional_compatible a pattern is lower-cased like any
// other value, its classes included. In traditional it is not, and only a value that stands alone is a pattern.
func headerPattern(value string, alone bool, order Order) (pattern string, isRegex bool) {
	if order != Traditional {
		return strings.CutPrefix(strings.ToLower(value), "~*")
	}
	if pattern, isRegex := strings.CutPrefix(value, "~*"); isRegex && alone {
		return pattern, true
	}
	return strings.ToLower(value), false
}

// accept tells whether the request of a search satisfies all conditions.
func (c *conditions) accept(s *search) bool {
	if c == nil {
		return true
	}
	if len(c.methods) > 0 && !slices.Contains(c.methods, s.request.Method) {
		return false
	}
	if len(c.snis) > 0 && s.request.TLS && !c.acceptSNI(s.request.SNI) {
		return false
	}
	for i := range c.headers {
		if !c.headers[i].accepts(s) {
			return false
		}
	}
	return true
}

func (c *conditions) acceptSNI(sni string) bool {
	if sni == "" {
		return false
	}
	for _, pattern := range c.snis {
		if pattern.matches(sni) {
			return true
		}
	}
	return false
}

func (h *headerCondition) accepts(s *search) bool {
	for _, line := range s.headerLines() {
		if sameHeader(line.Name, h.name) && h.acceptsValue(line.Value) {
			return true
		}
	}
	return false
}

func (h *headerCondition) acceptsValue(value string) bool {
	for _, literal := range h.literals {
		if lowersTo(value, literal) {
			return true
		}
	}
	if len(h.regexes) == 0 {
		return false
	}
	value = strings.ToLower(value)
	for _, regex := range h.regexes {
		if regex.MatchString(value) {
			return true
		}
	}
	return false
}

// canonicalHeader returns the form in which header names are equal.
//
// Kong 3.9: router, header names of the expression engine.
func canonicalHeader(name string) string {
	canonical := []byte(name)
	for i, c := range canonical {
		canonical[i] = canonicalByte(c)
	}
	return string(canonical)
}

// sameHeader is canonicalHeader(name) == canonical, without an allocation. Host is never seen as a header.
func sameHeader(name, canonical string) bool {
	if len(name) != len(canonical) || canonical == "host" {
		return false
	}
	for i := range len(name) {
		if canonicalByte(name[i]) != canonical[i] {
			return false
		}
	}
	return true
}

func canonicalByte(c byte) byte {
	if c == '-' {
		return '_'
	}
	return lowerASCII(c)
}

// lowersTo is strings.ToLower(value) == lower, without an allocation for ASCII.
func lowersTo(value, lower string) bool {
	for i := range len(value) {
		if value[i] >= utf8.RuneSelf {
			return strings.ToLower(value) == lower
		}
		if i == len(lower) || lowerASCII(value[i]) != lower[i] {
			return false
		}
	}
	return len(value) == len(lower)
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
