package router

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// partIDs is the namespace of the ids of the parts of a split route. Kong 3.9: router, traditional_compatible.
var partIDs = uuid.MustParse("7f145bf9-0dce-4f91-98eb-debbce4b9f6b")

// part is a route, or the share of a route's paths that are ranked alike. It has prefixes or regexes or neither.
type part struct {
	conditions *conditions
	priority   uint64
	age        int64  // breaks ties of priority in favour of the smaller, 0 where age does not count
	id         string // breaks the ties that are left in favour of the larger
	value      any    // the route's
	summary    uint64 // the route's
	regexes    []pathRegex
	prefixes   []string // of equal length
	hosts      []hostEntry
}

// compile returns the parts of a route. It fails if a regular expression of the route does not compile, or if the
// route asks for nothing at all.
func compile(route *Route, order Order) ([]part, error) {
	conditions, err := compileConditions(route, order)
	if err != nil {
		return nil, fmt.Errorf("route %s: %w", route.ID, err)
	}
	if conditions == nil && len(route.Hosts) == 0 && len(route.Paths) == 0 {
		return nil, fmt.Errorf("route %s: no methods, hosts, headers, paths or snis to match", route.ID)
	}
	texts := pack(slices.Concat(route.Hosts, route.Paths))
	var hosts []hostEntry
	for _, entry := range texts[:len(route.Hosts)] {
		hosts = append(hosts, parseHostEntry(entry))
	}
	groups := groupPaths(texts[len(route.Hosts):])
	parts := make([]part, len(groups))
	for i, paths := range groups {
		p := &parts[i]
		*p = part{conditions: conditions, id: route.ID, value: route.Value, summary: route.Summary, hosts: hosts}
		if len(groups) > 1 {
			p.id = uuid.NewSHA1(partIDs, fmt.Appendf(nil, "%s#%d", route.ID, i+1)).String()
		}
		if err := p.compilePaths(paths); err != nil {
			return nil, fmt.Errorf("route %s: %w", route.ID, err)
		}
		p.priority = order.priority(p.traits(route))
		if order == Traditional {
			p.age = route.CreatedAt
		}
	}
	return parts, nil
}

// pack returns the texts as pieces of one string, which takes less memory than one for each.
func pack(texts []string) []string {
	whole := strings.Join(texts, "")
	packed := make([]string, len(texts))
	for i, text := range texts {
		packed[i], whole = whole[:len(text)], whole[len(text):]
	}
	return packed
}

// groupPaths puts the regular expressions of a route into one group and the prefixes of each length into another, in
// the order in which the groups first appear. Without paths there is one group, of none.
//
// Kong 3.9: router, traditional_compatible, routes with several paths.
func groupPaths(paths []string) [][]string {
	if len(paths) <= 1 {
		return [][]string{paths}
	}
	const regexGroup = -1
	var groups [][]string
	place := map[int]int{}
	for _, path := range paths {
		group := len(path)
		if isRegexPath(path) {
			group = regexGroup
		}
		i, seen := place[group]
		if !seen {
			i = len(groups)
			place[group] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], path)
	}
	return groups
}

func isRegexPath(path string) bool { return strings.HasPrefix(path, "~") }

// compilePaths takes the paths of one group.
func (p *part) compilePaths(paths []string) error {
	if len(paths) == 0 || !isRegexPath(paths[0]) {
		p.prefixes = paths
		return nil
	}
	for _, path := range paths {
		regex, err := compilePath(path[1:])
		if err != nil {
			return fmt.Errorf("path %q: %w", path, err)
		}
		p.regexes = append(p.regexes, regex)
	}
	return nil
}

// traits gathers what the priority of the part is made of.
func (p *part) traits(route *Route) traits {
	t := traits{
		plainHosts:    len(route.Hosts) > 0 && !slices.ContainsFunc(route.Hosts, hasWildcard),
		wildcardPort:  slices.ContainsFunc(p.hosts, func(h hostEntry) bool { return h.kind != exactName && h.port != noPort }),
		headers:       len(route.Headers),
		regex:         len(p.regexes) > 0,
		regexPriority: route.RegexPriority,
	}
	if len(p.prefixes) > 0 {
		t.prefixLength = len(p.prefixes[0])
	}
	for _, set := range []bool{
		len(route.Hosts) > 0, len(route.Headers) > 0, len(route.Paths) > 0, len(route.Methods) > 0, len(route.SNIs) > 0,
	} {
		t.category <<= 1
		if set {
			t.category |= 1
			t.attributes++
		}
	}
	return t
}

func hasWildcard(host string) bool { return strings.Contains(host, "*") }
