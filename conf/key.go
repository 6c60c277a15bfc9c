package conf

import (
	"strings"
	"time"
)

// valueType says how the text of a setting becomes a value.
type valueType int

const (
	text    valueType = iota // as it stands; blank is unset
	number                   // a Lua number; anything else is unset
	boolean                  // on and true are true, all else is false
	onOff                    // nginx's flag: the text on or off
	list                     // split at commas, items trimmed
	choice                   // one of key.values, case-sensitive
)

// key describes one setting: the whole of what this package knows about it.
// The tables in keys_*.go are made of these, everything else interprets them.
type key struct {
	name   string
	typ    valueType
	def    string        // the default as a file would have it; "" is unset
	values []string      // what a choice accepts, in the order of Kong's message
	unit   time.Duration // what 1 stands for, where a number is a time
	form   *form         // what a text that kongo acts on must look like
	secret bool          // masked wherever settings are shown

	// noEffect says why kongo accepts the key and does not act on it. It is
	// empty if kongo does.
	noEffect string

	// dynamic marks a key that Kong knows by its prefix only: it exists when
	// somebody sets it.
	dynamic bool

	// copiedTo names the keys that take this key's text unless they are set
	// themselves. fills names those that this key also overwrites, unless they
	// are set in the environment.
	copiedTo, fills []string

	// heirs are the keys that took over the meaning of this one, translate
	// turns its text into theirs. gone is the release of Kong that dropped the
	// key; advice tells what to do where no key took over.
	heirs     []string
	translate func(string) (string, bool)
	gone      string
	advice    string
}

// directivePrefixes begin the keys that inject an nginx directive, and
// otherPrefixes those of plugin servers and vaults. Kong knows such keys
// without having them in its table.
var (
	directivePrefixes = []string{
		"nginx_main_", "nginx_events_", "nginx_http_", "nginx_upstream_",
		"nginx_proxy_", "nginx_location_", "nginx_status_", "nginx_admin_",
		"nginx_stream_", "nginx_supstream_", "nginx_sproxy_", "nginx_wasm_",
	}
	otherPrefixes = []string{"pluginserver_", "vault_"}
)

// keys is the table, by name.
var keys = func() map[string]*key {
	m := map[string]*key{}
	for _, group := range [][]key{
		generalKeys, listenKeys, proxyKeys, tlsKeys, datastoreKeys, cassandraKeys,
		dnsKeys, hybridKeys, directiveKeys, luaKeys, kongoKeys, oldKeys,
	} {
		for i := range group {
			m[group[i].name] = &group[i]
		}
	}
	return m
}()

// lookup finds the key with that name, in the table or by its prefix.
func lookup(name string) (*key, bool) {
	if k, ok := keys[name]; ok {
		return k, true
	}
	if !isDirective(name) && !hasPrefix(name, otherPrefixes) {
		return nil, false
	}
	k := &key{name: name, dynamic: true}
	switch {
	case strings.HasPrefix(name, "nginx_wasm_"):
		k.noEffect = noWasm
	case strings.HasPrefix(name, "nginx_"):
		k.noEffect = noNginx
	case strings.HasPrefix(name, "pluginserver_"):
		k.noEffect = noPluginServers
	}
	return k, true
}

// isDirective reports whether the key of that name injects an nginx directive,
// where NONE means that there shall be none.
func isDirective(name string) bool { return hasPrefix(name, directivePrefixes) }

func hasPrefix(name string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if len(name) > len(prefix) && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
