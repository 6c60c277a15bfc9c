package conf

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Listener is one address on which a node listens.
type Listener struct {
	// Host is what Kong calls ip: an IPv4 address, an IPv6 address of eight
	// full groups in brackets, a name, or *.
	Host string
	Port int // 0 to 65535

	SSL           bool
	HTTP2         bool // one flag switches it on for all listeners of its key
	ProxyProtocol bool
	UDP           bool

	flags []string // all flags, in the order of the grammar
}

// Address returns host and port as package net wants them. The host is empty
// for *.
func (l Listener) Address() string {
	host := strings.Trim(l.Host, "[]")
	if host == "*" {
		host = ""
	}
	return net.JoinHostPort(host, strconv.Itoa(l.Port))
}

// Flag reports whether the listener carries a flag, such as reuseport, and
// what follows its equals sign, such as 16384 for backlog.
func (l Listener) Flag(name string) (value string, ok bool) {
	for _, f := range l.flags {
		if flag, value, _ := strings.Cut(f, "="); flag == name {
			return value, true
		}
	}
	return "", false
}

// String returns the listener in the form in which it is configured, flags in
// the order of the grammar.
func (l Listener) String() string { return l.format(l.flags) }

// Directive returns what Kong 3.9 calls listener, the text it hands to nginx.
// It is String without http2.
func (l Listener) Directive() string {
	return l.format(slices.DeleteFunc(slices.Clone(l.flags), func(f string) bool { return f == "http2" }))
}

func (l Listener) format(flags []string) string {
	return strings.Join(append([]string{l.Host + ":" + strconv.Itoa(l.Port)}, flags...), " ")
}

// listenFlag is a flag as Kong's message shows it, and what it matches.
type listenFlag struct {
	shown string
	match *regexp.Regexp
}

func listenFlags(shown ...string) []listenFlag {
	patterns := strings.NewReplacer("%d", "[0-9]", "%w", "[0-9A-Za-z]")
	forms := make([]listenFlag, len(shown))
	for i, s := range shown {
		forms[i] = listenFlag{s, regexp.MustCompile("^" + patterns.Replace(s) + "$")}
	}
	return forms
}

// The flags of Kong 3.9, in the order in which they are shown and put out.
var (
	httpFlags = listenFlags("ssl", "http2", "proxy_protocol", "deferred", "bind", "reuseport", `backlog=%d+`,
		"ipv6only=on", "ipv6only=off", "so_keepalive=on", "so_keepalive=off", `so_keepalive=%w*:%w*:%d*`)
	streamFlags = listenFlags("udp", "ssl", "proxy_protocol", "bind", "reuseport", `backlog=%d+`,
		"ipv6only=on", "ipv6only=off", "so_keepalive=on", "so_keepalive=off", `so_keepalive=%w*:%w*:%d*`)
)

// listenGrammar is a key that holds listen addresses, and what they may have.
type listenGrammar struct {
	key   string
	flags []listenFlag
}

// listenGrammars are in the order in which Kong parses them.
var listenGrammars = []listenGrammar{
	{"proxy_listen", httpFlags},
	{"stream_listen", streamFlags},
	{"admin_listen", httpFlags},
	{"admin_gui_listen", httpFlags},
	{"status_listen", httpFlags},
	{"cluster_listen", httpFlags},
	{"admin_legacy_listen", httpFlags},
}

// isOff reports whether a list of addresses asks for no listener at all.
func isOff(items []string) bool { return len(items) > 0 && items[0] == "off" }

// parseListeners reads the items of a listen key.
func parseListeners(items []string, flags []listenFlag) ([]Listener, bool) {
	if len(items) == 0 {
		return nil, false
	}
	if isOff(items) {
		return nil, true
	}
	listeners := make([]Listener, 0, len(items))
	for _, item := range items {
		l, ok := parseListener(item, flags)
		if !ok {
			return nil, false
		}
		listeners = append(listeners, l)
	}
	return listeners, true
}

// parseListener reads one item: an address and flags, in any order.
func parseListener(item string, flags []listenFlag) (Listener, bool) {
	var l Listener
	words := strings.FieldsFunc(item, func(c rune) bool { return strings.ContainsRune(blanks, c) })
	for _, f := range flags {
		at := slices.IndexFunc(words, f.match.MatchString)
		if at < 0 {
			continue
		}
		l.flags = append(l.flags, words[at])
		words = slices.Delete(words, at, at+1)
	}
	if len(words) != 1 {
		return Listener{}, false // a flag unknown, repeated or in capitals, or no address
	}
	var ok bool
	if l.Host, l.Port, ok = parseAddress(words[0]); !ok {
		return Listener{}, false
	}
	if backlog, ok := l.Flag("backlog"); ok && !isCount(backlog) {
		return Listener{}, false // beyond any int
	}
	_, l.SSL = l.Flag("ssl")
	_, l.HTTP2 = l.Flag("http2")
	_, l.ProxyProtocol = l.Flag("proxy_protocol")
	_, l.UDP = l.Flag("udp")
	return l, true
}

// parseAddress reads host:port and brings an IP address into Kong's form.
func parseAddress(s string) (host string, port int, ok bool) {
	at := strings.LastIndexByte(s, ':')
	if at <= 0 || !allDigits(s[at+1:]) {
		return "", 0, false
	}
	host = s[:at]
	port, err := strconv.Atoi(s[at+1:])
	if err != nil || port > 65535 {
		return "", 0, false
	}
	switch {
	case strings.Contains(host, ":"):
		inner, opened := strings.CutPrefix(host, "[")
		inner, closed := strings.CutSuffix(inner, "]")
		ip, err := netip.ParseAddr(inner)
		if !opened || !closed || err != nil || !ip.Is6() || strings.ContainsAny(inner, ".%") {
			return "", 0, false
		}
		host = "[" + ip.StringExpanded() + "]"
	case strings.Trim(host, "0123456789.") == "":
		if host, ok = parseIPv4(host); !ok {
			return "", 0, false
		}
	}
	return host, port, true
}

// parseIPv4 reads four octets of one to three digits and drops leading zeros.
func parseIPv4(s string) (string, bool) {
	octets := strings.Split(s, ".")
	for i, o := range octets {
		n, err := strconv.Atoi(o)
		if err != nil || len(o) > 3 || n > 255 {
			return "", false
		}
		octets[i] = strconv.Itoa(n)
	}
	return strings.Join(octets, "."), len(octets) == 4
}

// usage is Kong's message about a listen key that it cannot read.
func usage(key string, flags []listenFlag) string {
	var b strings.Builder
	b.WriteString(key + " must be of form: [off] | <ip>:<port>")
	for _, f := range flags {
		b.WriteString(" [" + f.shown + "]")
	}
	return b.String() + ", [... next entry ...]"
}

// parseListeners reads all listen addresses. Kong stops at the first key that
// it cannot read.
func (l *loader) parseListeners() {
	for _, grammar := range listenGrammars {
		if !l.parseListen(grammar) {
			return
		}
	}
}

// parseListen reads the addresses of one key.
func (l *loader) parseListen(grammar listenGrammar) bool {
	listeners, ok := parseListeners(l.config.List(grammar.key), grammar.flags)
	if !ok {
		l.fail(grammar.key, "accepted: off, or addresses such as 0.0.0.0:8000 with flags after them",
			"%s", usage(grammar.key, grammar.flags))
		return false
	}
	l.config.listeners[grammar.key] = listeners
	return true
}
