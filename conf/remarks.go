package conf

import (
	"maps"
	"slices"
	"strings"
)

// typographicQuotes are the ones that word processors and web pages put where
// a person typed plain ones, with their names.
var typographicQuotes = map[rune]string{
	'“': "left double quotation mark", '”': "right double quotation mark", '„': "double low-9 quotation mark",
	'‘': "left single quotation mark", '’': "right single quotation mark", '‚': "single low-9 quotation mark",
	'«': "left-pointing double angle quotation mark", '»': "right-pointing double angle quotation mark",
}

// remarkOnQuotes warns of quotes around a value, which are part of it: Kong
// removes none. In nginx's directives they have their place.
func (l *loader) remarkOnQuotes() {
	for _, name := range slices.Sorted(maps.Keys(l.given)) {
		g := l.given[name]
		value := []rune(strings.Trim(g.text, blanks))
		if len(value) < 2 || isDirective(name) {
			continue
		}
		k, _ := lookup(name)
		first, last := value[0], value[len(value)-1]
		for _, quote := range []rune{first, last} {
			if description, ok := typographicQuotes[quote]; ok {
				l.warn(Quoted, name, g, "the typographic quote %c (%s) is part of the value of '%s'%s; write the value without quotes",
					quote, description, name, k.reveal(": "+shorten(g.text)))
				break
			}
		}
		if first == last && (first == '"' || first == '\'') {
			l.warn(Quoted, name, g, "the quotes are part of the value of '%s'%s; write the value without quotes",
				name, k.reveal(": "+shorten(g.text)))
		}
	}
}

// remarkOnEffect names, in one warning, what was set and has no effect. A list
// that switches off what is not there asks for nothing else.
func (l *loader) remarkOnEffect() {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(l.given)) {
		k, _ := lookup(name)
		g := l.given[name]
		if k.noEffect == "" || g.dumped || k.typ == list && isOff(splitList(g.text)) {
			continue
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		l.warn(NoEffect, "", given{}, "accepted without effect: %s", strings.Join(names, ", "))
	}
}

// remarkOnValues warns of values that are taken for something else than a
// person may think, and of those that are open to the world.
func (l *loader) remarkOnValues() {
	for _, s := range l.sorted() {
		g, ok := l.given[s.Name]
		if !ok || s.reference != nil {
			continue
		}
		written := strings.Trim(g.text, blanks)
		switch {
		case written == "":
		case s.key.typ == number && s.value == nil:
			l.warn(BadValue, s.Name, g, "the value of '%s' is no number and is not used: %s", s.Name, shorten(written))
		case s.key.typ == boolean && !slices.Contains([]string{"on", "true", "off", "false"}, written):
			l.warn(BadValue, s.Name, g, "the value of '%s' is taken for off: %s (only on and true mean on)", s.Name, shorten(written))
		case s.key.typ == onOff && written != "on" && written != "off":
			l.warn(BadValue, s.Name, g, "the value of '%s' is taken for off: %s (only on means on)", s.Name, shorten(written))
		}
	}
	l.remarkOnListeners()
	l.remarkOnTLS()
	if g, ok := l.given["cluster_incremental_sync"]; ok && l.config.Bool("cluster_incremental_sync") && !l.config.Bool("cluster_rpc") {
		l.warn(Advice, "cluster_incremental_sync", g, "Cluster incremental sync has been forcibly disabled, please enable cluster RPC.")
		l.impose("cluster_incremental_sync", false, "cluster_rpc")
	}
	if l.config.String("database") == "cassandra" && l.config.IsSet("db_update_propagation") && l.config.Number("db_update_propagation") == 0 {
		l.warn(Advice, "db_update_propagation", l.given["db_update_propagation"],
			"You are using Cassandra but your 'db_update_propagation' setting is set to '0' (default). "+
				"Due to the distributed nature of Cassandra, you should increase this value.")
	}
}

func (l *loader) remarkOnListeners() {
	admin, gui := l.config.List("admin_listen"), l.config.List("admin_gui_listen")
	if (len(admin) == 0 || isOff(admin)) && len(gui) > 0 && !isOff(gui) {
		l.warn(Advice, "admin_gui_listen", l.given["admin_gui_listen"],
			"Kong Manager won't be functional because the Admin API is not listened on any interface")
	}
	if g, ok := l.given["admin_listen"]; ok {
		if listeners, ok := parseListeners(admin, httpFlags); ok && slices.ContainsFunc(listeners, Listener.isWide) {
			l.warn(Security, "admin_listen", g, "the Admin API listens on every address of this machine, and it asks for no password")
		}
	}
	if g, ok := l.given["proxy_listen"]; ok {
		items := l.config.List("proxy_listen")
		if len(items) == 1 && !isOff(items) && len(strings.Fields(items[0])) == 1 {
			l.warn(Advice, "proxy_listen", g, "'proxy_listen' has no port for TLS; until 0.12 that was a setting of its own, "+
				"now it is one more address in this list, such as 0.0.0.0:8443 ssl")
		}
	}
}

// isWide reports whether a listener takes connections on every address.
func (l Listener) isWide() bool {
	return l.Host == "*" || l.Host == "0.0.0.0" || strings.Trim(l.Host, "[0:]") == ""
}

// remarkOnTLS warns of TLS settings that the cipher suite overrides, and of
// the suite that meant something else in its day.
func (l *loader) remarkOnTLS() {
	name := l.config.String("ssl_cipher_suite")
	if g, ok := l.given["ssl_cipher_suite"]; ok && name == "modern" {
		l.warn(Advice, "ssl_cipher_suite", g, "the cipher suite modern is TLS 1.3 only since 2.0, older clients cannot connect")
	}
	suite, ok := cipherSuites[name]
	if !ok {
		return
	}
	decided := suite.imposed(name)
	decided["ssl_protocols"] = suite.protocols
	decided["ssl_prefer_server_ciphers"] = suite.preferServer
	for _, key := range slices.Sorted(maps.Keys(decided)) {
		if g := l.given[key]; g.text != "" && g.text != decided[key] {
			l.warn(Overruled, key, g, "'%s' does not count, ssl_cipher_suite = %s decides; only ssl_cipher_suite = custom leaves it to you", key, name)
		}
	}
}
