package conf

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// replaceOld puts what was written under names of old under the names of 3.9,
// one warning for each. What is written under a new name always wins.
//
// The names that were folded into a value of another shape come first, each
// group with a rule of its own, then those that were renamed.
func (l *loader) replaceOld() {
	for _, old := range oldListens {
		l.foldListen(old)
	}
	l.foldTokens()
	l.foldCustomPlugins()
	l.foldDNSMasq()
	l.dropSerfAddress()

	for _, name := range slices.Sorted(maps.Keys(l.given)) {
		k, _ := lookup(name)
		g := l.given[name]
		switch {
		case len(k.heirs) > 0:
			l.bequeath(k, g)
		case k.advice != "":
			l.warn(Deprecated, name, g, "%s: %s", name, k.advice)
		case name == "nginx_optimizations":
			l.warn(Deprecated, name, g, "%s", deprecated(name))
		case name == "worker_consistency":
			l.warn(Deprecated, name, g, "the configuration value 'strict' for configuration property 'worker_consistency' is deprecated")
			l.warn(Deprecated, name, g, "%s", deprecated(name))
		}
	}
}

// deprecated is Kong's warning about a name of old.
func deprecated(old string, heirs ...string) string {
	s := "the '" + old + "' configuration property is deprecated"
	if len(heirs) > 0 {
		s += ", use '" + strings.Join(heirs, " / ") + "' instead"
	}
	return s
}

// bequeath gives the heirs of a key its value, unless they were set or would
// not have it, or there is none: Kong, which ignores most of these names,
// starts all the same.
func (l *loader) bequeath(k *key, g given) {
	if !l.agrees(k, g) {
		l.warn(Deprecated, k.name, g, "%s", deprecated(k.name, k.heirs...))
	}
	if strings.Trim(g.text, blanks) == "" {
		return
	}
	value, ok := g.text, true
	secret := isReference(strings.Trim(value, blanks)) // nobody knows yet what it is
	if k.translate != nil && !secret {
		value, ok = k.translate(value)
	}
	for _, name := range k.heirs {
		if l.prevails(name, g) {
			continue
		}
		heir := keys[name]
		parsed := heir.parse(value)
		fits, accepted := heir.accepts(parsed)
		if !ok || !secret && (!fits || heir.typ == number && parsed == nil) {
			if accepted != "" {
				accepted = " (accepted: " + accepted + ")"
			}
			l.warn(BadValue, k.name, g, "the value of '%s' does not suit '%s' and is not used%s", k.name, name, accepted)
			continue
		}
		l.given[name] = given{text: value, origin: g.origin, comment: g.comment, dumped: g.dumped, old: []string{k.name}}
	}
}

// agrees reports whether a key that 3.9 still shows under its old name says
// just what its heirs were told: nobody need be told about it.
func (l *loader) agrees(k *key, old given) bool {
	return k.gone == "" && !slices.ContainsFunc(k.heirs, func(name string) bool {
		g, ok := l.given[name]
		return !ok || g.text != old.text
	})
}

// prevails reports whether a new name was given, so that an old one does not
// count. What stands in a dump is older than what somebody writes.
func (l *loader) prevails(name string, old given) bool {
	g, ok := l.given[name]
	return ok && (old.dumped || !g.dumped)
}

// take removes a key from what was given.
func (l *loader) take(name string) (given, bool) {
	g, ok := l.given[name]
	delete(l.given, name)
	return g, ok
}

// oldListen is the way in which Kong 0.12 and older had a listen address, one
// for TLS, the switch for that and the switch for HTTP/2 on it.
type oldListen struct {
	listen, listenTLS, tls, http2 string // the keys
	address, addressTLS           string // the defaults of 0.12
}

var oldListens = []oldListen{
	{"proxy_listen", "proxy_listen_ssl", "ssl", "http2", "0.0.0.0:8000", "0.0.0.0:8443"},
	{"admin_listen", "admin_listen_ssl", "admin_ssl", "admin_http2", "127.0.0.1:8001", "127.0.0.1:8444"},
}

// foldListen turns the separate address for TLS into one more item of the list
// that replaced it. Something that cannot be listened on is left alone.
func (l *loader) foldListen(old oldListen) {
	plain, set := l.given[old.listen]
	if !set || plain.dumped {
		plain = given{text: old.address}
	}
	origin := plain.origin
	olds := map[string]given{}
	for _, name := range []string{old.listenTLS, old.tls, old.http2} {
		if g, ok := l.take(name); ok {
			olds[name] = g
			if g.origin.source > origin.source {
				origin = g.origin
			}
		}
	}
	if len(olds) == 0 {
		return
	}

	folded := plain.text
	if g, ok := olds[old.tls]; !ok || keys[old.tls].parse(g.text) == true {
		address := olds[old.listenTLS].text
		if address == "" {
			address = old.addressTLS
		}
		folded += ", " + address + " ssl"
		if keys[old.http2].parse(olds[old.http2].text) == true {
			folded += " http2"
		}
	}
	var outcome string
	switch listeners, ok := parseListeners(splitList(folded), httpFlags); {
	case carriesTLS(splitList(plain.text)):
		outcome = "it is not used, " + old.listen + " has an address for TLS"
	case !ok || len(listeners) == 0:
		outcome = "it is not used, " + folded + " cannot be listened on"
	default:
		outcome = "read as '" + old.listen + " = " + folded + "'"
		l.given[old.listen] = given{text: folded, origin: origin, old: slices.Sorted(maps.Keys(olds))}
	}
	for _, name := range slices.Sorted(maps.Keys(olds)) {
		l.warn(Deprecated, name, olds[name], "%s; %s", deprecated(name, old.listen), outcome)
	}
}

// carriesTLS reports whether one of the items of a listen key has the flag ssl.
func carriesTLS(items []string) bool {
	return slices.ContainsFunc(items, func(item string) bool {
		return slices.Contains(strings.Fields(item), "ssl")
	})
}

// foldTokens turns the two switches of Kong 0.13 and older into headers, whose
// default has both tokens. Who switched both off wants no trace of the gateway.
func (l *loader) foldTokens() {
	headers := splitList(keys["headers"].def)
	var last given
	var found []string
	for _, name := range []string{"latency_tokens", "server_tokens"} {
		g, ok := l.take(name)
		if !ok {
			continue
		}
		last, found = g, append(found, name)
		l.warn(Deprecated, name, g, "%s", deprecated(name, "headers"))
		if keys[name].parse(g.text) == false {
			headers = slices.DeleteFunc(headers, func(h string) bool { return h == name })
		}
	}
	if len(headers) == 1 {
		headers = []string{"off"}
	}
	if found != nil && !l.prevails("headers", last) {
		l.given["headers"] = given{text: strings.Join(headers, ", "), origin: last.origin, old: found}
	}
}

// foldCustomPlugins turns the list of plugins beyond the bundled ones, of Kong
// 0.14 and older, into the list of all.
func (l *loader) foldCustomPlugins() {
	g, ok := l.take("custom_plugins")
	if !ok {
		return
	}
	l.warn(Deprecated, "custom_plugins", g, "%s", deprecated("custom_plugins", "plugins"))
	if !l.prevails("plugins", g) && len(splitList(g.text)) > 0 {
		l.given["plugins"] = given{text: "bundled," + g.text, origin: g.origin, old: []string{"custom_plugins"}}
	}
}

// foldDNSMasq points the resolver at the port of the dnsmasq that Kong 0.9
// started, if a port was named. Nothing starts a dnsmasq any more: without a
// port the system's resolver is the better guess.
func (l *loader) foldDNSMasq() {
	enabled, ok := l.take("dnsmasq")
	if ok {
		l.warn(Deprecated, "dnsmasq", enabled, "%s", deprecated("dnsmasq", "dns_resolver"))
	}
	g, named := l.take("dnsmasq_port")
	if !named {
		return
	}
	l.warn(Deprecated, "dnsmasq_port", g, "%s", deprecated("dnsmasq_port", "dns_resolver"))
	if ok && keys["dnsmasq"].parse(enabled.text) == false {
		return
	}
	port, err := strconv.ParseUint(strings.Trim(g.text, blanks), 10, 16)
	if err == nil && !l.prevails("dns_resolver", g) {
		l.given["dns_resolver"] = given{text: "127.0.0.1:" + strconv.FormatUint(port, 10), origin: g.origin, old: []string{"dnsmasq_port"}}
	}
}

// dropSerfAddress drops a cluster_listen that names a port of Serf: up to 0.10
// the key was the address for gossip, since 2.0 it is that of a control plane.
func (l *loader) dropSerfAddress() {
	g, ok := l.given["cluster_listen"]
	if !ok {
		return
	}
	first, _, _ := strings.Cut(strings.Trim(g.text, blanks), " ")
	if strings.HasSuffix(first, ":7946") || strings.HasSuffix(first, ":7373") {
		delete(l.given, "cluster_listen")
		l.warn(Deprecated, "cluster_listen", g, "cluster_listen: %s", serfAdvice)
	}
}
