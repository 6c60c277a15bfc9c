package conf_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
)

func TestNamesOfOld(t *testing.T) {
	const serf = "not used since 0.11, nodes that point at the same datastore are the cluster; see 'kongo cluster'"
	list := func(items ...string) []string { return items }
	for _, test := range []struct {
		text     string
		want     map[string]any
		warnings []string
	}{
		{"cluster_listen_rpc = 127.0.0.1:7373\ncluster_encrypt_key = x", nil, list("cluster_encrypt_key: "+serf, "cluster_listen_rpc: "+serf)},
		{"cluster_listen = 0.0.0.0:7946", map[string]any{"cluster_listen": list("0.0.0.0:8005")}, list("cluster_listen: " + serf)},
		{"cluster_listen = 0.0.0.0:9005", map[string]any{"cluster_listen": list("0.0.0.0:9005")}, nil},

		{"proxy_listen = 0.0.0.0:80\nproxy_listen_ssl = 0.0.0.0:443", map[string]any{"proxy_listen": list("0.0.0.0:80", "0.0.0.0:443 ssl")},
			list("the 'proxy_listen_ssl' configuration property is deprecated, use 'proxy_listen' instead; read as 'proxy_listen = 0.0.0.0:80, 0.0.0.0:443 ssl'")},
		{"http2 = on", map[string]any{"proxy_listen": list("0.0.0.0:8000", "0.0.0.0:8443 ssl http2")},
			list("the 'http2' configuration property is deprecated, use 'proxy_listen' instead; read as 'proxy_listen = 0.0.0.0:8000, 0.0.0.0:8443 ssl http2'")},
		{"ssl = off\nproxy_listen_ssl = 0.0.0.0:443", map[string]any{"proxy_listen": list("0.0.0.0:8000")},
			list("the 'proxy_listen_ssl' configuration property is deprecated, use 'proxy_listen' instead; read as 'proxy_listen = 0.0.0.0:8000'",
				"the 'ssl' configuration property is deprecated, use 'proxy_listen' instead; read as 'proxy_listen = 0.0.0.0:8000'")},
		{"admin_listen_ssl = 127.0.0.1:9444\nadmin_ssl = on", map[string]any{"admin_listen": list("127.0.0.1:8001", "127.0.0.1:9444 ssl")},
			list("the 'admin_listen_ssl' configuration property is deprecated, use 'admin_listen' instead; read as 'admin_listen = 127.0.0.1:8001, 127.0.0.1:9444 ssl'",
				"the 'admin_ssl' configuration property is deprecated, use 'admin_listen' instead; read as 'admin_listen = 127.0.0.1:8001, 127.0.0.1:9444 ssl'")},
		{"proxy_listen = 0.0.0.0:80, 0.0.0.0:443 ssl\nproxy_listen_ssl = 0.0.0.0:8443", map[string]any{"proxy_listen": list("0.0.0.0:80", "0.0.0.0:443 ssl")},
			list("the 'proxy_listen_ssl' configuration property is deprecated, use 'proxy_listen' instead; it is not used, proxy_listen has an address for TLS")},
		{"proxy_listen_ssl = nonsense", map[string]any{"proxy_listen": list("0.0.0.0:8000 reuseport backlog=16384", "0.0.0.0:8443 http2 ssl reuseport backlog=16384")},
			list("the 'proxy_listen_ssl' configuration property is deprecated, use 'proxy_listen' instead; it is not used, 0.0.0.0:8000, nonsense ssl cannot be listened on")},

		{"server_tokens = off", map[string]any{"headers": list("latency_tokens", "x-kong-request-id")},
			list("the 'server_tokens' configuration property is deprecated, use 'headers' instead")},
		{"server_tokens = off\nlatency_tokens = off", map[string]any{"headers": list("off")},
			list("the 'latency_tokens' configuration property is deprecated, use 'headers' instead",
				"the 'server_tokens' configuration property is deprecated, use 'headers' instead")},
		{"server_tokens = off\nheaders = via", map[string]any{"headers": list("via")},
			list("the 'server_tokens' configuration property is deprecated, use 'headers' instead")},
		{"custom_plugins = a,b", map[string]any{"plugins": list("bundled", "a", "b")},
			list("the 'custom_plugins' configuration property is deprecated, use 'plugins' instead")},
		{"custom_plugins = a\nplugins = off", map[string]any{"plugins": list("off")},
			list("the 'custom_plugins' configuration property is deprecated, use 'plugins' instead")},
		{"dnsmasq_port = 8053", map[string]any{"dns_resolver": list("127.0.0.1:8053")},
			list("the 'dnsmasq_port' configuration property is deprecated, use 'dns_resolver' instead")},
		{"dnsmasq_port = 8053\ndnsmasq = off", map[string]any{"dns_resolver": []string{}},
			list("the 'dnsmasq' configuration property is deprecated, use 'dns_resolver' instead",
				"the 'dnsmasq_port' configuration property is deprecated, use 'dns_resolver' instead")},
		{"dnsmasq = on", map[string]any{"dns_resolver": []string{}},
			list("the 'dnsmasq' configuration property is deprecated, use 'dns_resolver' instead")},

		{"client_max_body_size = 5m", map[string]any{"nginx_http_client_max_body_size": "5m"},
			list("the 'client_max_body_size' configuration property is deprecated, use 'nginx_http_client_max_body_size' instead")},
		{"client_max_body_size = 5m\nnginx_http_client_max_body_size = 6m", map[string]any{"nginx_http_client_max_body_size": "6m"},
			list("the 'client_max_body_size' configuration property is deprecated, use 'nginx_http_client_max_body_size' instead")},
		{"client_body_buffer_size = 16k", map[string]any{"nginx_http_client_body_buffer_size": "16k", "client_body_buffer_size": "16k"},
			list("the 'client_body_buffer_size' configuration property is deprecated, use 'nginx_http_client_body_buffer_size' instead")},
		{"nginx_upstream_keepalive = NONE\nnginx_http_upstream_keepalive_requests = 7\nnginx_upstream_keepalive_timeout = 1m 30s",
			map[string]any{"upstream_keepalive_pool_size": 0.0, "upstream_keepalive_max_requests": 7.0, "upstream_keepalive_idle_timeout": 90.0},
			list("the 'nginx_http_upstream_keepalive_requests' configuration property is deprecated, use 'upstream_keepalive_max_requests' instead",
				"the 'nginx_upstream_keepalive' configuration property is deprecated, use 'upstream_keepalive_pool_size' instead",
				"the 'nginx_upstream_keepalive_timeout' configuration property is deprecated, use 'upstream_keepalive_idle_timeout' instead")},
		{"router_consistency = strict\nrouter_update_frequency = 2", map[string]any{"worker_consistency": "strict", "worker_state_update_frequency": 2.0},
			list("the 'router_consistency' configuration property is deprecated, use 'worker_consistency' instead",
				"the 'router_update_frequency' configuration property is deprecated, use 'worker_state_update_frequency' instead")},
		{"worker_consistency = eventual", map[string]any{"worker_consistency": "eventual"},
			list("the configuration value 'strict' for configuration property 'worker_consistency' is deprecated",
				"the 'worker_consistency' configuration property is deprecated")},
		{"privileged_agent = off", map[string]any{"dedicated_config_processing": false},
			list("the 'privileged_agent' configuration property is deprecated, use 'dedicated_config_processing' instead")},
		{"cassandra_consistency = QUORUM\ncassandra_read_consistency = TWO",
			map[string]any{"cassandra_read_consistency": "TWO", "cassandra_write_consistency": "QUORUM"},
			list("the 'cassandra_consistency' configuration property is deprecated, use 'cassandra_write_consistency / cassandra_read_consistency' instead")},
		// Both names with one value, as a converted file has them, are no news.
		{"opentelemetry_tracing = all\ntracing_instrumentations = all\nclient_body_buffer_size = 16k\nnginx_http_client_body_buffer_size = 16k",
			map[string]any{"opentelemetry_tracing": list("all"), "tracing_instrumentations": list("all"), "client_body_buffer_size": "16k"}, nil},
		{"upstream_keepalive =", map[string]any{"upstream_keepalive_pool_size": 512.0},
			list("the 'upstream_keepalive' configuration property is deprecated, use 'upstream_keepalive_pool_size' instead")},
		{"opentelemetry_tracing = request\nopentelemetry_tracing_sampling_rate = 0.5",
			map[string]any{"tracing_instrumentations": list("request"), "tracing_sampling_rate": 0.5},
			list("the 'opentelemetry_tracing' configuration property is deprecated, use 'tracing_instrumentations' instead",
				"the 'opentelemetry_tracing_sampling_rate' configuration property is deprecated, use 'tracing_sampling_rate' instead")},
		{"nginx_optimizations = on", nil, list("the 'nginx_optimizations' configuration property is deprecated")},
		{"service_mesh = on", nil, list("service_mesh: not used since 2.0, which dropped the service mesh")},
	} {
		t.Run(test.text, func(t *testing.T) {
			c := load(t, test.text+"\n")
			for key, want := range test.want {
				if got := value(c, key); !reflect.DeepEqual(got, want) {
					t.Errorf("%s = %#v, want %#v", key, got, want)
				}
			}
			if got := warnings(c, conf.Deprecated); !slices.Equal(got, test.warnings) {
				t.Errorf("warnings\n got %q\nwant %q", got, test.warnings)
			}
			if bad := warnings(c, conf.BadValue); bad != nil {
				t.Errorf("bad values: %q", bad)
			}
		})
	}
}

// What Kong ignores must not stop a node, whatever it holds.
func TestOldNamesWithBadValues(t *testing.T) {
	for text, key := range map[string]string{
		"client_max_body_size = plenty":         "nginx_http_client_max_body_size",
		"nginx_upstream_keepalive_timeout = 1x": "upstream_keepalive_idle_timeout",
		"router_consistency = maybe":            "worker_consistency",
		"upstream_keepalive = many":             "upstream_keepalive_pool_size",
	} {
		c := load(t, text+"\n")
		if !c.Origin(key).IsDefault() {
			t.Errorf("%s: %s = %v", text, key, value(c, key))
		}
		if got := warnings(c, conf.BadValue); len(got) != 1 || !strings.Contains(got[0], key) {
			t.Errorf("%s: warnings %q", text, got)
		}
	}
}

func TestOldNamesKeepTheirOrigin(t *testing.T) {
	o := options(t, "proxy_listen = 0.0.0.0:80\n\nclient_max_body_size = 1m\n", "KONG_PROXY_LISTEN_SSL=0.0.0.0:443")
	c, err := conf.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Origin("proxy_listen").String(); got != "env:KONG_PROXY_LISTEN_SSL" {
		t.Errorf("proxy_listen comes from %s", got)
	}
	if got := c.Origin("nginx_http_client_max_body_size").String(); got != "file:"+o.File+":3" {
		t.Errorf("nginx_http_client_max_body_size comes from %s", got)
	}
}
