package router

import (
	"maps"
	"unicode/utf8"
)

// fields counts the parts that look at a property of the request.
//
// Kong 3.9: router, expression engine. A property that any route looks at must be valid UTF-8, or no route matches,
// not even one that does not look at it.
type fields struct {
	hosts, paths int
	headers      map[string]int // by canonical name; nil if there are none
}

// count adds a part, or takes it out if times is -1.
func (f *fields) count(p *part, times int) {
	if len(p.hosts) > 0 {
		f.hosts += times
	}
	if len(p.prefixes) > 0 || len(p.regexes) > 0 {
		f.paths += times
	}
	if p.conditions == nil {
		return
	}
	for _, h := range p.conditions.headers {
		if f.headers == nil {
			f.headers = map[string]int{}
		}
		f.headers[h.name] += times
		if f.headers[h.name] == 0 {
			delete(f.headers, h.name)
		}
	}
}

// clone returns fields that may be changed.
func (f fields) clone() fields {
	f.headers = maps.Clone(f.headers)
	return f
}

// readable tells whether the request has valid text wherever a route looks.
func (f *fields) readable(s *search) bool {
	if f.paths > 0 && !utf8.ValidString(s.request.Path) {
		return false
	}
	if f.hosts > 0 && !utf8.ValidString(s.host) {
		return false
	}
	if len(f.headers) == 0 {
		return true
	}
	for _, line := range s.headerLines() {
		if !utf8.ValidString(line.Value) && f.headers[canonicalHeader(line.Name)] > 0 {
			return false
		}
	}
	return true
}
