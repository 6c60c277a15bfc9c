package conf

import (
	"strconv"
	"strings"
)

// What became of Serf, in one sentence for all its keys.
const serfAdvice = "not used since 0.11, nodes that point at the same datastore are the cluster; see 'kongo cluster'"

// oldKeys are the names that some release from 0.9 on knew and 3.9 no longer
// does. Those without heirs are either folded into another key by old.go or
// have no meaning left.
var oldKeys = []key{
	{name: "ssl", typ: boolean, gone: "0.13.0", heirs: []string{"proxy_listen"}},
	{name: "http2", typ: boolean, gone: "0.13.0", heirs: []string{"proxy_listen"}},
	{name: "proxy_listen_ssl", gone: "0.13.0", heirs: []string{"proxy_listen"}},
	{name: "admin_ssl", typ: boolean, gone: "0.13.0", heirs: []string{"admin_listen"}},
	{name: "admin_http2", typ: boolean, gone: "0.13.0", heirs: []string{"admin_listen"}},
	{name: "admin_listen_ssl", gone: "0.13.0", heirs: []string{"admin_listen"}},
	{name: "server_tokens", typ: boolean, gone: "0.14.0", heirs: []string{"headers"}},
	{name: "latency_tokens", typ: boolean, gone: "0.14.0", heirs: []string{"headers"}},
	{name: "custom_plugins", typ: list, gone: "1.0.0", heirs: []string{"plugins"}},
	{name: "dnsmasq", typ: boolean, gone: "0.10.0", heirs: []string{"dns_resolver"}},
	{name: "dnsmasq_port", typ: number, gone: "0.10.0", heirs: []string{"dns_resolver"}},

	{name: "serf_path", gone: "0.11.0", advice: serfAdvice},
	{name: "cluster_listen_rpc", gone: "0.11.0", advice: serfAdvice},
	{name: "cluster_advertise", gone: "0.11.0", advice: serfAdvice},
	{name: "cluster_encrypt_key", gone: "0.11.0", advice: serfAdvice, secret: true},
	{name: "cluster_keyring_file", gone: "0.11.0", advice: serfAdvice},
	{name: "cluster_ttl_on_failure", typ: number, gone: "0.11.0", advice: serfAdvice},
	{name: "cluster_profile", typ: choice, values: []string{"local", "lan", "wan"}, gone: "0.11.0", advice: serfAdvice},

	{name: "client_max_body_size", gone: "3.0.0", heirs: []string{"nginx_http_client_max_body_size"}},
	{name: "upstream_keepalive", typ: number, gone: "3.0.0",
		heirs: []string{"upstream_keepalive_pool_size"}, translate: poolSize},
	{name: "nginx_upstream_keepalive", gone: "3.0.0",
		heirs: []string{"upstream_keepalive_pool_size"}, translate: poolSize},
	{name: "nginx_http_upstream_keepalive", gone: "3.0.0",
		heirs: []string{"upstream_keepalive_pool_size"}, translate: poolSize},
	{name: "nginx_upstream_keepalive_requests", gone: "3.0.0",
		heirs: []string{"upstream_keepalive_max_requests"}, translate: poolSize},
	{name: "nginx_http_upstream_keepalive_requests", gone: "3.0.0",
		heirs: []string{"upstream_keepalive_max_requests"}, translate: poolSize},
	{name: "nginx_upstream_keepalive_timeout", gone: "3.0.0",
		heirs: []string{"upstream_keepalive_idle_timeout"}, translate: timeInSeconds},
	{name: "nginx_http_upstream_keepalive_timeout", gone: "3.0.0",
		heirs: []string{"upstream_keepalive_idle_timeout"}, translate: timeInSeconds},
	{name: "cassandra_consistency", gone: "3.0.0",
		heirs: []string{"cassandra_write_consistency", "cassandra_read_consistency"}},
	{name: "router_consistency", typ: choice, values: []string{"strict", "eventual"}, gone: "2.1.0",
		heirs: []string{"worker_consistency"}},
	{name: "router_update_frequency", typ: number, gone: "2.1.0", heirs: []string{"worker_state_update_frequency"}},
	{name: "privileged_agent", typ: boolean, gone: "3.5.0", heirs: []string{"dedicated_config_processing"}},
	{name: "privileged_worker", typ: boolean, gone: "3.5.0", heirs: []string{"dedicated_config_processing"}},

	{name: "go_pluginserver_exe", gone: "3.0.0",
		advice: "not used since 3.0, name the server in pluginserver_names and its command in pluginserver_<name>_start_cmd"},
	{name: "go_plugins_dir", gone: "3.0.0",
		advice: "not used since 3.0, name the server in pluginserver_names and its command in pluginserver_<name>_query_cmd"},
	{name: "service_mesh", typ: boolean, gone: "2.0.0", advice: "not used since 2.0, which dropped the service mesh"},
	{name: "origins", typ: list, gone: "2.0.0", advice: "not used since 2.0, which dropped the service mesh; set the addresses in the services"},
	{name: "nginx_optimizations", typ: boolean, gone: "3.0.0"},
	{name: "lua_code_cache", typ: onOff, gone: "0.11.1", noEffect: noLua},
	{name: "legacy_worker_events", typ: boolean, gone: "3.3.0", noEffect: noWorkerEvents},
	{name: "legacy_hybrid_protocol", typ: boolean, gone: "3.1.0", noEffect: noHybrid},
	{name: "cluster_v2", typ: boolean, gone: "2.7.0", noEffect: noHybrid},
	{name: "admin_gui_origin", gone: "3.5.0", noEffect: "it follows from admin_gui_url"},
}

// poolSize reads NONE, by which a directive was left out, as 0.
func poolSize(s string) (string, bool) {
	if s == "NONE" {
		return "0", true
	}
	return s, true
}

// timeInSeconds turns a time of nginx into a number of seconds.
func timeInSeconds(s string) (string, bool) {
	if s, _ = poolSize(s); strings.Trim(s, blanks) == "" {
		return s, true
	}
	d, ok := parseTime(s)
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64), ok
}
