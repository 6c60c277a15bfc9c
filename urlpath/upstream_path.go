package urlpath

// Handling is the rule by which the paths of service and request are joined: a route's path_handling. The flavour
// traditional_compatible always uses V0, whatever the route says.
type Handling uint8

const (
	// V0 puts exactly one slash between the paths.
	V0 Handling = iota
	// V1 puts the paths together as they are.
	V1
)

// NoPath is the matched length of a route that does not look at the path.
const NoPath = -1

// AppendUpstream appends to dst the path that is requested from the upstream: servicePath, or "/" if that is empty,
// joined with the normalised request path, and escaped for the request line. If strip is set, the first bytes of the
// request path, as many as matched says, are taken off before: the PathLength of a Result.
//
// Kong 3.9: router, path handling v0 and v1.
func AppendUpstream(dst []byte, servicePath, path string, matched int, strip bool, handling Handling) []byte {
	base := servicePath
	if base == "" {
		base = "/"
	}
	join := joinV0
	if handling == V1 {
		join = joinV1
	}
	front, slash, back := join(base, path, matched, strip)
	dst = appendEscaped(dst, front)
	if slash {
		dst = append(dst, '/')
	}
	return appendEscaped(dst, back)
}

// joinV0 returns the joined path in pieces, slash telling whether one belongs between front and back.
func joinV0(base, path string, matched int, strip bool) (front string, slash bool, back string) {
	baseEndsInSlash := base[len(base)-1] == '/'
	if !strip {
		switch {
		case baseEndsInSlash:
			return base, false, withoutFirst(path)
		case path == "/":
			return base, false, ""
		default:
			return base, false, path
		}
	}
	trimmed := base
	if baseEndsInSlash {
		trimmed = base[:len(base)-1]
	}
	rest := afterMatch(path, matched)
	switch {
	case rest == "":
		pathEndsInSlash := path != "" && path[len(path)-1] == '/'
		if baseEndsInSlash {
			return trimmed, trimmed == "" || pathEndsInSlash, ""
		}
		return trimmed, pathEndsInSlash && path != "/", ""
	case rest[0] == '/':
		return trimmed, false, rest
	default:
		return trimmed, true, rest
	}
}

// joinV1 is like joinV0.
func joinV1(base, path string, matched int, strip bool) (front string, slash bool, back string) {
	if !strip {
		return base, false, withoutFirst(path)
	}
	rest := afterMatch(path, matched)
	if rest != "" && rest[0] == '/' && base[len(base)-1] == '/' {
		rest = rest[1:]
	}
	return base, false, rest
}

// afterMatch returns what is left of a path when the matched text is taken off its front. A dot segment that begins
// there, because the match ended inside a segment, is taken off too, but only one.
func afterMatch(path string, matched int) string {
	if matched < 0 {
		return withoutFirst(path)
	}
	rest := path[min(matched, len(path)):]
	switch {
	case rest == "." || rest == "..":
		return ""
	case len(rest) >= 2 && rest[:2] == "./":
		return rest[2:]
	case len(rest) >= 3 && rest[:3] == "../":
		return rest[3:]
	}
	return rest
}

func withoutFirst(path string) string {
	if path == "" {
		return ""
	}
	return path[1:]
}

// unescaped are the bytes that go upstream as they are.
var unescaped = newByteSet(lettersAndDigits + "!#$&'()*+,/:;=?@[]-._~%")

// appendEscaped appends text with every byte escaped that must not appear in a path.
func appendEscaped(dst []byte, text string) []byte {
	for i := range len(text) {
		if unescaped[text[i]] {
			dst = append(dst, text[i])
		} else {
			dst = appendEscape(dst, text[i])
		}
	}
	return dst
}
