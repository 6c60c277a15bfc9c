package node

import (
	"strings"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/plugin"
)

// listenSettings are the settings that hold addresses, with what is said about TLS on them.
var listenSettings = []struct{ key, tlsKey string }{
	{"proxy_listen", "proxy_ssl_enabled"},
	{"stream_listen", "stream_proxy_ssl_enabled"},
	{"admin_listen", "admin_ssl_enabled"},
	{"admin_gui_listen", "admin_gui_ssl_enabled"},
	{"status_listen", "status_ssl_enabled"},
	{"cluster_listen", ""},
}

// configuration returns all settings as GET / shows them: one flat object with secrets masked, and what Kong derives from
// settings. Kong 3.9: Admin API, GET /.
func configuration(config *conf.Config, enabled *plugin.Registry) map[string]any {
	shown := map[string]any{}
	for s := range config.All() {
		if value := s.Masked(); value != nil {
			shown[s.Name] = value
		}
	}
	for _, setting := range listenSettings {
		listeners, speaksTLS := []map[string]any{}, false
		for _, l := range config.Listeners(setting.key) {
			listeners = append(listeners, shownListener(l))
			speaksTLS = speaksTLS || l.SSL
		}
		shown[setting.key+"ers"] = listeners
		if setting.tlsKey != "" {
			shown[setting.tlsKey] = speaksTLS
		}
	}
	for key, path := range Paths(config) {
		shown[key] = path
	}
	shown["enabled_headers"] = config.EnabledHeaders()
	shown["enabled_headers_upstream"] = config.EnabledUpstreamHeaders()
	shown["loaded_plugins"] = loaded(enabled)
	shown["loaded_vaults"] = map[string]bool{"env": true}
	return shown
}

func loaded(enabled *plugin.Registry) map[string]bool {
	names := map[string]bool{}
	for _, name := range enabled.Names() {
		names[name] = true
	}
	return names
}

// shownFlags are the flags of a listen address. Those with a value are shown under the patterns of Kong's grammar.
var shownFlags = []string{"deferred", "bind", "reuseport"}

func shownListener(l conf.Listener) map[string]any {
	shown := map[string]any{
		"listener":       l.Directive(),
		"ip":             l.Host,
		"port":           l.Port,
		"ssl":            l.SSL,
		"http2":          l.HTTP2,
		"proxy_protocol": l.ProxyProtocol,
	}
	for _, flag := range shownFlags {
		_, shown[flag] = l.Flag(flag)
	}
	_, shown["backlog=%d+"] = l.Flag("backlog")
	for _, flag := range []string{"ipv6only", "so_keepalive"} {
		value, ok := l.Flag(flag)
		for _, word := range []string{"on", "off"} {
			shown[flag+"="+word] = ok && value == word
		}
	}
	value, _ := l.Flag("so_keepalive")
	shown["so_keepalive=%w*:%w*:%d*"] = strings.Contains(value, ":")
	return shown
}

// Paths are the paths below the prefix that Kong derives from it, by the names under which scripts find them in GET / and
// in .kong_env. Kong 3.9: derived values.
func Paths(config *conf.Config) map[string]string {
	below := func(name string) string { return config.String("prefix") + "/" + name }
	return map[string]string{
		"nginx_pid":              below("pids/nginx.pid"),
		"nginx_err_logs":         below("logs/error.log"),
		"nginx_acc_logs":         below("logs/access.log"),
		"admin_acc_logs":         below("logs/admin_access.log"),
		"kong_env":               below(conf.EnvFile),
		"socket_path":            below("sockets"),
		"ssl_cert_default":       below("ssl/kong-default.crt"),
		"ssl_cert_key_default":   below("ssl/kong-default.key"),
		"admin_ssl_cert_default": below("ssl/admin-kong-default.crt"),
	}
}
