package urlpath

import (
	"errors"
	"strings"
)

var (
	errTargetForm   = errors.New("request target is neither a path nor an absolute URI")
	errTargetByte   = errors.New("request target holds a blank or a control byte")
	errTargetEscape = errors.New("request target holds a bad escape")
	errTargetClimbs = errors.New("request target climbs above the root")
)

// SplitTarget separates the target of a request line into the raw path and the query, which keeps its "?". The scheme
// and the authority of an absolute URI are left out, an empty path becomes "/". An error means that the request is
// answered with 400. Nothing is allocated.
//
// Kong 3.9: the HTTP server in front of the urlpath.
func SplitTarget(target string) (path, query string, err error) {
	for i := range len(target) {
		if target[i] <= ' ' || target[i] == 0x7f {
			return "", "", errTargetByte
		}
	}
	if target, err = cutAuthority(target); err != nil {
		return "", "", err
	}
	path = target
	if mark := strings.IndexByte(target, '?'); mark >= 0 {
		path, query = target[:mark], target[mark:]
	}
	if path == "" {
		path = "/"
	}
	return path, query, checkPath(path)
}

// Authority returns the host, with its port if it has one, of a target that is an absolute URI. It is "" for any other.
func Authority(target string) string {
	rest, err := cutAuthority(target)
	if err != nil || strings.HasPrefix(target, "/") {
		return ""
	}
	_, authority, _ := strings.Cut(target[:len(target)-len(rest)], "://")
	return authority
}

// cutAuthority returns what follows the authority of an absolute URI. A target that begins with a slash is returned as
// it is.
func cutAuthority(target string) (string, error) {
	if strings.HasPrefix(target, "/") {
		return target, nil
	}
	scheme, rest, found := strings.Cut(target, "://")
	end := 0
	for end < len(rest) && authorityBytes[rest[end]] {
		end++
	}
	if !found || !isScheme(scheme) || end == 0 || end < len(rest) && rest[end] != '/' && rest[end] != '?' {
		return "", errTargetForm
	}
	return rest[end:], nil
}

var authorityBytes = newByteSet(lettersAndDigits + "-.:[]")

func isScheme(text string) bool {
	for i := range len(text) {
		c := text[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || !schemeTail[c]) {
			return false
		}
	}
	return text != ""
}

var schemeTail = newByteSet("0123456789+-.")

// checkPath refuses bad escapes and paths that leave the root, dots and slashes being recognised in escaped form too.
// What follows a "#" is not looked at.
func checkPath(path string) error {
	path, _, _ = strings.Cut(path, "#")
	if strings.IndexByte(path, '%') < 0 && !strings.Contains(path, "/..") {
		return nil
	}
	depth := 0
	segment := emptySegment
	for i := 1; i <= len(path); i++ {
		c := byte('/')
		if i < len(path) {
			c = path[i]
		}
		if c == '%' {
			var ok bool
			if c, ok = unescape(path[i:]); !ok || c == 0 {
				return errTargetEscape
			}
			i += 2
		}
		if c != '/' {
			segment = segment.next(c)
			continue
		}
		switch segment {
		case twoDots:
			depth--
			if depth < 0 {
				return errTargetClimbs
			}
		case otherSegment:
			depth++
		}
		segment = emptySegment
	}
	return nil
}

// segmentKind is what a segment of a path has turned out to be so far.
type segmentKind uint8

const (
	emptySegment segmentKind = iota
	oneDot
	twoDots
	otherSegment
)

func (k segmentKind) next(c byte) segmentKind {
	if c == '.' && k < otherSegment {
		return k + 1
	}
	return otherSegment
}
