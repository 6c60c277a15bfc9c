package router

import "regexp"

// Result is what Match found. A caller may reuse one for many requests; Match overwrites all of it.
type Result struct {
	// Value and Summary are those of the request's Route.
	Value   any
	Summary uint64

	// PathLength is the number of bytes at the front of the request path that strip_path removes: the length of the
	// prefix, or of the text that the regular expression matched, even where it matched further behind. It is urlpath.NoPath
	// if the route has no paths.
	PathLength int

	// Captures holds the groups of the regular expression that matched the path. It is empty for a prefix and for
	// an expression without groups.
	Captures Captures
}

// Captures are the texts that the groups of a path's regular expression matched. They refer to the Path of the Request.
type Captures struct {
	path   string
	bounds []int // as regexp's FindStringSubmatchIndex returns them
	regex  *regexp.Regexp
}

// Len returns the number of groups including the whole match, which is group 0. It is 0 if there are no captures.
func (c Captures) Len() int { return len(c.bounds) / 2 }

// Group returns the text of a group by number. ok is false if there is no such group or if it took no part in the
// match.
func (c Captures) Group(number int) (text string, ok bool) {
	if number < 0 || number >= c.Len() || c.bounds[2*number] < 0 {
		return "", false
	}
	return c.path[c.bounds[2*number]:c.bounds[2*number+1]], true
}

// Name returns the name of a group by number, "" if it has none.
func (c Captures) Name(number int) string {
	if number <= 0 || number >= c.Len() {
		return ""
	}
	return c.regex.SubexpNames()[number]
}

// Named returns the text of a group by name. ok is false if there is no such group or if it took no part in the match.
func (c Captures) Named(name string) (text string, ok bool) {
	if c.regex == nil || name == "" {
		return "", false
	}
	return c.Group(c.regex.SubexpIndex(name))
}
