package conf_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
)

// names are all keys of all open releases of Kong from 0.9 to 3.9.
func names(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/keys.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(data))
}

func TestEveryKeyIsKnown(t *testing.T) {
	all := names(t)
	if len(all) != 268 {
		t.Fatalf("%d keys in testdata", len(all))
	}
	// Blank values are not all valid, but that is another matter.
	_, err := conf.Load(options(t, strings.Join(all, " =\n")+" =\n"))
	var invalid *conf.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	for _, w := range invalid.Warnings {
		if w.Kind == conf.Unknown {
			t.Error(w)
		}
	}
}

// The defaults of 3.9, those of 2.8 for Cassandra, and kongo's own.
func TestDefaults(t *testing.T) {
	data, err := os.ReadFile("testdata/defaults-3.9.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	c := load(t, "")
	shown := show(t, c, false)
	for name, value := range want {
		if got := shown[name]; !reflect.DeepEqual(got.Value, value) {
			t.Errorf("%s = %#v, want %#v", name, got.Value, value)
		}
		if shown[name].Origin != "default" {
			t.Errorf("origin of %s is %s", name, shown[name].Origin)
		}
	}
	for name := range shown {
		if _, ok := want[name]; !ok && name != "lua_ssl_trusted_certificate" {
			t.Errorf("%s is shown though nobody set it", name)
		}
	}
	if len(c.Warnings()) > 0 {
		t.Errorf("warnings about the defaults: %v", c.Warnings())
	}
}

func TestFilesOfOlderReleases(t *testing.T) {
	for _, test := range []struct {
		file string
		want map[string]any
	}{
		{"kong-0.13.conf", map[string]any{
			"prefix": "/usr/local/kong", "proxy_listen": []string{"0.0.0.0:8000", "0.0.0.0:8443 ssl"},
			"pg_password": "kong-secret", "db_cache_ttl": 3600.0, "cassandra_lb_policy": "RoundRobin",
			"cassandra_read_consistency": "ONE", "plugins": []string{"bundled", "hello", "goodbye"},
			"headers":                            []string{"server_tokens", "latency_tokens", "x-kong-request-id"},
			"upstream_keepalive_pool_size":       60.0,
			"nginx_http_client_max_body_size":    "0",
			"nginx_http_client_body_buffer_size": "8k",
			"nginx_user":                         nil, "nginx_main_user": nil,
			"ssl_cipher_suite": "modern", "nginx_http_ssl_protocols": "TLSv1.3", "ssl_ciphers": nil,
			"lua_socket_pool_size": 30.0, "dns_stale_ttl": 4.0, "status_listen": []string{"127.0.0.1:8007 reuseport backlog=16384"},
		}},
		{"kong-1.5.conf", map[string]any{
			"proxy_listen": []string{"0.0.0.0:8000", "0.0.0.0:8443 http2 ssl"}, "status_listen": []string{"off"},
			"worker_consistency": "strict", "worker_state_update_frequency": 1.0,
			"upstream_keepalive_pool_size": 60.0, "upstream_keepalive_max_requests": 100.0, "upstream_keepalive_idle_timeout": 60.0,
			"db_cache_ttl": 0.0, "db_cache_warmup_entities": []string{"services", "plugins"}, "nginx_http_gzip": "on",
		}},
		{"kong-2.8.conf", map[string]any{
			"proxy_listen": []string{"0.0.0.0:8000 reuseport backlog=16384", "0.0.0.0:8443 http2 ssl reuseport backlog=16384"},
			"vaults":       []string{"off"}, "worker_consistency": "strict",
			"cassandra_read_consistency": "ONE", "cassandra_write_consistency": "ONE",
			"upstream_keepalive_pool_size": 60.0, "upstream_keepalive_max_requests": 100.0, "lua_socket_pool_size": 30.0,
			"pluginserver_go_hello_socket": "/run/go-hello.sock", "port_maps": []string{"80:8000", "443:8443"},
			"host_ports": map[string]int{"8000": 80, "8443": 443}, "nginx_sproxy_proxy_timeout": "10s",
		}},
		{"kong-3.9.conf", map[string]any{
			"worker_consistency": "eventual", "router_flavor": "traditional_compatible", "pg_ro_port": 5433.0, "pg_ro_ssl": true,
			"ssl_dhparam": "ffdhe2048", "tracing_sampling_rate": 0.01, "trusted_ips": []string{"10.0.0.0/8", "192.168.1.1", "unix:"},
			"vault_env_prefix": "KONGO_", "declarative_config_string": `{"_format_version":"3.0"}`,
			"nginx_http_ssl_session_timeout": "1d", "lua_ssl_protocols": "TLSv1.2 TLSv1.3",
			"upstream_keepalive_pool_size": 512.0, "nginx_main_daemon": "on",
		}},
	} {
		t.Run(test.file, func(t *testing.T) {
			c, err := conf.Load(conf.Options{File: "testdata/" + test.file})
			if err != nil {
				for _, p := range problems(t, conf.Options{File: "testdata/" + test.file}) {
					t.Error(p.Message)
				}
				return
			}
			for key, want := range test.want {
				if got := value(c, key); !reflect.DeepEqual(got, want) {
					t.Errorf("%s = %#v, want %#v", key, got, want)
				}
			}
			for _, w := range c.Warnings() {
				if slices.Contains([]conf.Kind{conf.Unknown, conf.BadValue, conf.Cut, conf.Rewritten, conf.Quoted, conf.Duplicate, conf.NotRead}, w.Kind) {
					t.Errorf("warning of kind %s: %s", w.Kind, w)
				}
			}
		})
	}
}

func TestDynamicKeys(t *testing.T) {
	c := load(t, "nginx_http_lua_shared_dict = cache 010m\nnginx_http_charset = NONE\nnginx_proxy_foo = NONE\n"+
		"nginx_http_keepalive_requests = 0100\npluginserver_a_socket = /a\nvault_hcv_host = h\npg_user = NONE\n",
		"KONG_NGINX_HTTP_GZIP=on", "KONG_NGINX_MAIN_DAEMON=")
	for key, want := range map[string]any{
		"nginx_http_lua_shared_dict": "cache 010m", "nginx_http_charset": nil, "nginx_proxy_foo": nil, "nginx_http_gzip": "on",
		"nginx_http_keepalive_requests": "100", "pluginserver_a_socket": "/a", "vault_hcv_host": "h", "nginx_main_daemon": nil,
		"pg_user": "NONE",
	} {
		if got := value(c, key); got != want {
			t.Errorf("%s = %#v, want %#v", key, got, want)
		}
	}
	if unknown := warnings(c, conf.Unknown); unknown != nil {
		t.Errorf("unknown: %q", unknown)
	}
}

func TestCopies(t *testing.T) {
	for _, test := range []struct {
		name, text string
		environ    []string
		want       map[string]any
	}{
		{"the short name reaches the long one", "nginx_worker_processes = 4\n", nil,
			map[string]any{"nginx_worker_processes": "4", "nginx_main_worker_processes": "4"}},
		{"the long name wins", "nginx_main_worker_processes = 2\nnginx_worker_processes = 4\n", nil,
			map[string]any{"nginx_worker_processes": "4", "nginx_main_worker_processes": "2"}},
		{"the long name wins in another layer", "nginx_main_worker_processes = 2\n", []string{"KONG_NGINX_WORKER_PROCESSES=4"},
			map[string]any{"nginx_main_worker_processes": "2"}},
		{"a short TLS key overwrites the long ones", "ssl_cipher_suite = custom\nssl_protocols = TLSv1.2\nnginx_http_ssl_protocols = TLSv1.3\n", nil,
			map[string]any{"nginx_http_ssl_protocols": "TLSv1.2", "nginx_stream_ssl_protocols": "TLSv1.2"}},
		{"a long TLS key stands alone", "ssl_cipher_suite = custom\nnginx_http_ssl_protocols = TLSv1.3\n", nil,
			map[string]any{"nginx_http_ssl_protocols": "TLSv1.3", "nginx_stream_ssl_protocols": "TLSv1.2 TLSv1.3"}},
		{"a long TLS key in the environment wins", "ssl_cipher_suite = custom\nssl_protocols = TLSv1.2\n", []string{"KONG_NGINX_HTTP_SSL_PROTOCOLS=TLSv1.3"},
			map[string]any{"nginx_http_ssl_protocols": "TLSv1.3", "nginx_stream_ssl_protocols": "TLSv1.2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := load(t, test.text, test.environ...)
			for key, want := range test.want {
				if got := value(c, key); got != want {
					t.Errorf("%s = %#v, want %#v", key, got, want)
				}
			}
		})
	}

	// The text is copied before it is read as a switch.
	p := problems(t, options(t, "nginx_daemon = true\n"))
	if len(p) != 1 || p[0].Message != "nginx_main_daemon has an invalid value: 'true'" || !strings.Contains(p[0].Detail(), "nginx_daemon") {
		t.Errorf("nginx_daemon = true: %v", p)
	}
}
