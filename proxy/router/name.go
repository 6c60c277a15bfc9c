package router

import "strings"

// namePattern is a host or a server name as a route writes it: plain, or with a * at one end. The * stands for any
// text, so that the rest is a plain test of the beginning or the end.
//
// Kong 3.9: router, wildcards of traditional_compatible.
type namePattern struct {
	kind nameKind
	text string // without the *
}

type nameKind uint8

const (
	exactName nameKind = iota
	nameEnd            // *text
	nameStart          // text*
)

func parseName(name string) namePattern {
	if text, ok := strings.CutPrefix(name, "*"); ok {
		return namePattern{nameEnd, text}
	}
	if text, ok := strings.CutSuffix(name, "*"); ok {
		return namePattern{nameStart, text}
	}
	return namePattern{exactName, name}
}

func (p namePattern) matches(name string) bool {
	switch p.kind {
	case nameEnd:
		return strings.HasSuffix(name, p.text)
	case nameStart:
		return strings.HasPrefix(name, p.text)
	default:
		return name == p.text
	}
}

// splitHost separates the port from a Host text or from a host entry of a route. Without a numeric port after the
// first colon the whole text is the host and port is noPort.
//
// Kong 3.9: router, host and port of the expression engine. So "name:" and "name:x" match no entry but their own text,
// and an IPv6 literal, whose first colon is no port's, is compared as a whole.
func splitHost(text string) (host string, port int) {
	colon := strings.IndexByte(text, ':')
	if colon < 0 {
		return text, noPort
	}
	port = parsePort(text[colon+1:])
	if port == noPort {
		return text, noPort
	}
	return text[:colon], port
}

// noPort stands for the absence of a port.
const noPort = -1

// parsePort reads decimal digits. A number beyond any real port is still a port, one that no route asks for.
func parsePort(digits string) int {
	if digits == "" {
		return noPort
	}
	const beyond = 1 << 16
	port := 0
	for i := range len(digits) {
		digit := digits[i] - '0'
		if digit > 9 {
			return noPort
		}
		port = min(port*10+int(digit), beyond)
	}
	return port
}

// hostEntry is one of a route's hosts.
type hostEntry struct {
	namePattern
	port int // noPort if any will do
}

func parseHostEntry(entry string) hostEntry {
	host, port := splitHost(entry)
	return hostEntry{parseName(host), port}
}

// parseSNI reads one of a route's SNIs, which may end in the dot of a fully qualified name.
func parseSNI(sni string) namePattern {
	return parseName(strings.TrimSuffix(sni, "."))
}
