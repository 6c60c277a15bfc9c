package router_test

import (
	"cmp"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/proxy/router"
	"github.com/kongo-gateway/kongo/urlpath"
)

// slowRouter applies the rules to every route in turn. It shares nothing with the router but the regexp package.
type slowRouter struct {
	parts      []slowPart // best first
	maxHeaders int
}

type slowPart struct {
	route    router.Route
	id       string
	paths    []string
	priority *big.Int
}

// slowMatch is what a match comes to, in a form that can be compared.
type slowMatch struct {
	routeID    string
	pathLength int
	captures   []string // text by number, "-" for a group that took no part
}

func newSlowRouter(routes []router.Route, options router.Options) slowRouter {
	s := slowRouter{maxHeaders: options.MaxHeaders}
	if s.maxHeaders == 0 {
		s.maxHeaders = 100
	}
	for _, route := range routes {
		parts := slowSplit(route)
		if slices.ContainsFunc(parts, func(p slowPart) bool { return !p.compiles() }) {
			continue
		}
		for _, part := range parts {
			part.priority = part.rank(options.Order)
			s.parts = append(s.parts, part)
		}
	}
	slices.SortFunc(s.parts, func(a, b slowPart) int {
		return cmp.Or(b.priority.Cmp(a.priority), cmp.Compare(b.id, a.id))
	})
	return s
}

func slowSplit(route router.Route) []slowPart {
	var keys []string
	groups := map[string][]string{}
	for _, path := range route.Paths {
		key := fmt.Sprint("prefix of ", len(path))
		if path[0] == '~' {
			key = "regex"
		}
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], path)
	}
	if len(keys) < 2 {
		return []slowPart{{route: route, id: route.ID, paths: route.Paths}}
	}
	var parts []slowPart
	namespace := uuid.MustParse("7f145bf9-0dce-4f91-98eb-debbce4b9f6b")
	for i, key := range keys {
		id := uuid.NewSHA1(namespace, []byte(route.ID+"#"+fmt.Sprint(i+1))).String()
		parts = append(parts, slowPart{route: route, id: id, paths: groups[key]})
	}
	return parts
}

func (p slowPart) compiles() bool {
	for _, path := range p.paths {
		if _, err := regexp.Compile(strings.TrimPrefix(path, "~")); path[0] == '~' && err != nil {
			return false
		}
	}
	attributes := len(p.route.Methods) + len(p.route.Hosts) + len(p.route.Paths) + len(p.route.SNIs)
	for _, values := range p.route.Headers {
		attributes++
		for _, value := range values {
			if _, err := regexp.Compile(strings.ToLower(strings.TrimPrefix(value, "~*"))); value[:2] == "~*" && err != nil {
				return false
			}
		}
	}
	return attributes > 0
}

// rank sums up the fields of the priority as the two layouts define them.
func (p slowPart) rank(order router.Order) *big.Int {
	total := new(big.Int)
	or := func(n int64, shift uint) { total.Or(total, new(big.Int).Lsh(big.NewInt(n), shift)) }

	attributes := int64(0)
	for _, n := range []int{
		len(p.route.Methods), len(p.route.Hosts), len(p.route.Headers), len(p.route.SNIs), len(p.route.Paths),
	} {
		if n > 0 {
			attributes++
		}
	}
	headers := min(int64(len(p.route.Headers)), 255)
	regex := len(p.paths) > 0 && p.paths[0][0] == '~'

	if len(p.route.Hosts) > 0 && !strings.Contains(strings.Join(p.route.Hosts, " "), "*") {
		or(1, 60)
	}
	if regex {
		or(1, 51)
	} else if len(p.paths) > 0 {
		or(int64(len(p.paths[0]))%(1<<19), 0)
	}
	if order == router.Documented {
		or(attributes, 61)
		or(headers, 52)
		if regex {
			or(p.route.RegexPriority+1<<31, 19)
		}
		return total
	}
	if attributes >= 4 {
		or(1, 63)
	} else {
		or(attributes, 29)
	}
	or(headers, 20)
	if regex {
		shifted := int32(p.route.RegexPriority * (1 << 19))
		if shifted < 0 {
			or(1, 63)
		} else {
			or(int64(shifted), 0)
		}
	}
	return total
}

func (s slowRouter) match(request *router.Request) (slowMatch, bool) {
	var lines []router.HeaderLine
	if request.Headers != nil {
		lines = request.Headers.HeaderLines()
		lines = lines[:min(len(lines), s.maxHeaders)]
	}
	if !s.allText(request, lines) {
		return slowMatch{}, false
	}
	for _, p := range s.parts {
		if p.methodFits(request) && p.hostFits(request) && p.sniFits(request) && p.headersFit(lines) {
			if found, ok := p.matchPath(request.Path); ok {
				return found, true
			}
		}
	}
	return slowMatch{}, false
}

// allText tells whether whatever some route looks at is UTF-8.
func (s slowRouter) allText(request *router.Request, lines []router.HeaderLine) bool {
	for _, p := range s.parts {
		if len(p.paths) > 0 && !utf8.ValidString(request.Path) || len(p.route.Hosts) > 0 && !utf8.ValidString(request.Host) {
			return false
		}
		for name := range p.route.Headers {
			for _, line := range lines {
				if slowName(line.Name) == slowName(name) && !utf8.ValidString(line.Value) {
					return false
				}
			}
		}
	}
	return true
}

func (p slowPart) methodFits(request *router.Request) bool {
	return len(p.route.Methods) == 0 || slices.ContainsFunc(p.route.Methods, func(method string) bool {
		return strings.ToUpper(method) == request.Method
	})
}

var slowHost = regexp.MustCompile(`(?s)^([^:]*):([0-9]+)$`)

func slowSplitHost(text string) (host, port string) {
	if parts := slowHost.FindStringSubmatch(text); parts != nil {
		return parts[1], strings.TrimLeft(parts[2], "0")
	}
	return text, ""
}

func (p slowPart) hostFits(request *router.Request) bool {
	if len(p.route.Hosts) == 0 {
		return true
	}
	if request.Host == "" {
		return false
	}
	host, port := slowSplitHost(request.Host)
	if host == request.Host {
		port = fmt.Sprint(request.Port)
	}
	return slices.ContainsFunc(p.route.Hosts, func(entry string) bool {
		name, wanted := slowSplitHost(entry)
		return slowNameFits(name, host) && (name == entry || wanted == port)
	})
}

func slowNameFits(pattern, name string) bool {
	switch {
	case pattern[0] == '*':
		return strings.HasSuffix(name, pattern[1:])
	case pattern[len(pattern)-1] == '*':
		return strings.HasPrefix(name, pattern[:len(pattern)-1])
	}
	return name == pattern
}

func (p slowPart) sniFits(request *router.Request) bool {
	if len(p.route.SNIs) == 0 || !request.TLS {
		return true
	}
	return request.SNI != "" && slices.ContainsFunc(p.route.SNIs, func(sni string) bool {
		return slowNameFits(strings.TrimSuffix(sni, "."), request.SNI)
	})
}

func slowName(name string) string { return strings.ReplaceAll(strings.ToLower(name), "-", "_") }

func (p slowPart) headersFit(lines []router.HeaderLine) bool {
	for name, values := range p.route.Headers {
		fits := false
		for _, line := range lines {
			for _, value := range values {
				if slowName(line.Name) == slowName(name) && slowName(name) != "host" && slowValueFits(value, line.Value) {
					fits = true
				}
			}
		}
		if !fits {
			return false
		}
	}
	return true
}

func slowValueFits(wanted, got string) bool {
	wanted, got = strings.ToLower(wanted), strings.ToLower(got)
	if pattern, ok := strings.CutPrefix(wanted, "~*"); ok {
		return regexp.MustCompile(pattern).MatchString(got)
	}
	return wanted == got
}

func (p slowPart) matchPath(path string) (slowMatch, bool) {
	found := slowMatch{routeID: p.route.ID, pathLength: urlpath.NoPath}
	if len(p.paths) == 0 {
		return found, true
	}
	for _, wanted := range p.paths {
		if wanted[0] != '~' {
			if strings.HasPrefix(path, wanted) {
				found.pathLength = len(wanted)
				return found, true
			}
			continue
		}
		bounds := regexp.MustCompile("^" + wanted[1:]).FindStringSubmatchIndex(path)
		if bounds == nil {
			continue
		}
		found.pathLength = bounds[1] - bounds[0]
		for i := 0; i < len(bounds) && len(bounds) > 2; i += 2 {
			text := "-"
			if bounds[i] >= 0 {
				text = path[bounds[i]:bounds[i+1]]
			}
			found.captures = append(found.captures, text)
		}
		return found, true
	}
	return slowMatch{}, false
}
