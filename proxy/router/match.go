package router

import (
	"strings"

	"github.com/kongo-gateway/kongo/urlpath"
)

// Match finds the route of a request. It reports false, and an empty Result, if there is none; then the answer is 404.
//
// Nothing is allocated, unless the route's path is a regular expression or a header value has to be lower-cased.
func (r *Router) Match(request *Request, result *Result) bool {
	*result = Result{}
	s := search{router: r, request: request}
	s.host, s.port = splitHost(request.Host)
	traditional := r.options.Order == Traditional
	if s.port == noPort && !traditional {
		s.port = request.Port
	}
	if !traditional && !r.fields.readable(&s) {
		return false
	}
	if request.Host != "" {
		s.descend(r.index.exact.find(s.host))
		s.descendEnds(&r.index.ends)
		s.descendStarts(&r.index.starts)
	}
	s.descend(&r.index.anyHost)
	if s.best.part == nil {
		return false
	}
	s.report(result)
	return true
}

// search is the state of one match.
type search struct {
	router  *Router
	request *Request
	host    string // without port
	port    int

	lines     []HeaderLine // once linesRead
	linesRead bool

	best  posting // best.part is nil until something matched
	depth int     // length of the path text that best is filed under
}

// descend considers what a bucket holds along the request path. There may be no bucket.
func (s *search) descend(n *bucket) {
	path := s.request.Path
	depth := 0
	for n != nil && strings.HasPrefix(path[depth:], n.label.text()) {
		depth += int(n.label.length)
		s.consider(&n.value, depth)
		if depth == len(path) {
			return
		}
		n = n.child(path[depth])
	}
}

// descendStarts descends the buckets of the wildcards whose text the host begins with.
func (s *search) descendStarts(n *node[bucket]) {
	rest := s.host
	for n != nil && strings.HasPrefix(rest, n.label.text()) {
		rest = rest[n.label.length:]
		s.descend(&n.value)
		if rest == "" {
			return
		}
		n = n.child(rest[0])
	}
}

// descendEnds descends the buckets of the wildcards whose text the host ends with. The tree holds them reversed.
func (s *search) descendEnds(n *node[bucket]) {
	rest := s.host
	for n != nil && hasReversedSuffix(rest, n.label.text()) {
		rest = rest[:len(rest)-int(n.label.length)]
		s.descend(&n.value)
		if rest == "" {
			return
		}
		n = n.child(rest[len(rest)-1])
	}
}

// hasReversedSuffix tells whether text ends with suffix read backwards.
func hasReversedSuffix(text, suffix string) bool {
	if len(text) < len(suffix) {
		return false
	}
	for i := range len(suffix) {
		if text[len(text)-1-i] != suffix[i] {
			return false
		}
	}
	return true
}

// consider tries the candidates of one place.
func (s *search) consider(c *candidates, depth int) {
	if c.one.part != nil {
		s.try(c.one, depth)
	}
	if c.more == nil {
		return
	}
	s.tryList(c.more.list, depth)
	for i := range c.more.selectors {
		selector := &c.more.selectors[i]
		if selector.header == methodSelector {
			s.tryList(selector.find(s.request.Method), depth)
			continue
		}
		for _, line := range s.headerLines() {
			if sameHeader(line.Name, selector.header) {
				s.tryList(selector.find(strings.ToLower(line.Value)), depth)
			}
		}
	}
}

// tryList takes the first of the postings that accepts the request, if it is better than what was found before.
func (s *search) tryList(list []posting, depth int) {
	for _, p := range list {
		if s.try(p, depth) {
			return
		}
	}
}

// try takes a posting if it accepts the request and is better than what was found before. It reports whether nothing
// that is worse than p need be tried.
func (s *search) try(p posting, depth int) (settled bool) {
	if s.best.part != nil && !p.before(s.best) {
		return true
	}
	if !s.accepts(p) {
		return false
	}
	s.best, s.depth = p, depth
	return true
}

// accepts tests what the index has left open.
func (s *search) accepts(p posting) bool {
	if p.port != noPort && int(p.port) != s.port {
		return false
	}
	return p.conditions.accept(s) &&
		(p.role < 0 || p.part.regexes[p.role].MatchString(s.request.Path))
}

// headerLines returns the header lines that may be looked at.
func (s *search) headerLines() []HeaderLine {
	if !s.linesRead {
		s.linesRead = true
		if s.request.Headers != nil {
			s.lines = s.request.Headers.HeaderLines()
			s.lines = s.lines[:min(len(s.lines), s.router.options.MaxHeaders)]
		}
	}
	return s.lines
}

// report fills the result from the best candidate.
func (s *search) report(result *Result) {
	result.Value, result.Summary = s.best.value, s.best.summary
	switch s.best.role {
	case rolePrefix:
		result.PathLength = s.depth
	case roleNoPath:
		result.PathLength = urlpath.NoPath
	default:
		regex := s.best.part.regexes[s.best.role]
		bounds := regex.FindStringSubmatchIndex(s.request.Path)
		result.PathLength = bounds[1] - bounds[0]
		if len(bounds) > 2 {
			result.Captures = Captures{s.request.Path, bounds, regex.Regexp}
		}
	}
}
