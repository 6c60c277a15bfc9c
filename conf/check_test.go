package conf_test

import (
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
)

const (
	proxyUsage = "must be of form: [off] | <ip>:<port> [ssl] [http2] [proxy_protocol] [deferred] [bind] [reuseport] [backlog=%d+]" +
		" [ipv6only=on] [ipv6only=off] [so_keepalive=on] [so_keepalive=off] [so_keepalive=%w*:%w*:%d*], [... next entry ...]"
	streamUsage = "must be of form: [off] | <ip>:<port> [udp] [ssl] [proxy_protocol] [bind] [reuseport] [backlog=%d+]" +
		" [ipv6only=on] [ipv6only=off] [so_keepalive=on] [so_keepalive=off] [so_keepalive=%w*:%w*:%d*], [... next entry ...]"

	hybrid = "cluster_cert = testdata/tls/server.crt\ncluster_cert_key = testdata/tls/server.key\n"
	cp     = hybrid + "role = control_plane\n"
	dp     = hybrid + "role = data_plane\ndatabase = off\n"
	custom = "ssl_cipher_suite = custom\n"

	keyForm   = `Must match pattern: (?!kong)(?!konnect)(?!insomnia)(?!mesh)(?!kic)[a-z0-9]([\w\.:-]*[a-z0-9]|)$`
	valueForm = `Must match pattern: [a-z0-9]([\w\.:-]*[a-z0-9]|)$`
)

// Every message of the loader of 3.9 that a single mistake brings about, and
// those of 2.8 about Cassandra.
func TestMessages(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"log_level = DEBUG", []string{"log_level has an invalid value: 'DEBUG' (debug, info, notice, warn, error, crit, alert, emerg)"}},
		{"database =", []string{"database has an invalid value: 'nil' (postgres, cassandra, off, sqlite)"}},
		{"database = Postgres", []string{"database has an invalid value: 'Postgres' (postgres, cassandra, off, sqlite)"}},
		{"role = 5", []string{"role has an invalid value: '5' (data_plane, control_plane, traditional)"}},
		{"kongo_router_order = x", []string{"kongo_router_order has an invalid value: 'x' (released, documented)"}},
		{"prefix =", []string{"prefix must be specified"}},

		{"lua_ssl_trusted_certificate = system, /no/file.pem", []string{"lua_ssl_trusted_certificate: failed loading certificate from /no/file.pem"}},
		{"port_maps = 80:8000, 0:1, 1:65536, 80, a:b", []string{"invalid port mapping (`port_maps`): 0:1",
			"invalid port mapping (`port_maps`): 1:65536", "invalid port mapping (`port_maps`): 80", "invalid port mapping (`port_maps`): a:b"}},

		{"ssl_cert = testdata/tls/server.crt", []string{"ssl_cert_key must be specified"}},
		{"admin_ssl_cert_key = testdata/tls/server.key", []string{"admin_ssl_cert must be specified"}},
		{"status_listen = 127.0.0.1:8007 ssl\nstatus_ssl_cert_key = testdata/tls/server.key", []string{"status_ssl_cert must be specified"}},
		{"status_ssl_cert_key = testdata/tls/server.key", nil},
		{"proxy_listen = off\nssl_cert = /no/file", nil},
		{"proxy_listen = off\nstream_listen = 0.0.0.0:9000 ssl\nssl_cert = testdata/tls/server.crt", []string{"ssl_cert_key must be specified"}},
		{"admin_gui_ssl_cert = testdata/tls/server.crt, testdata/tls/server.crt\nadmin_gui_ssl_cert_key = testdata/tls/server.key",
			[]string{"admin_gui_ssl_cert was specified 2 times while admin_gui_ssl_cert_key was specified 1 times"}},
		{"ssl_cert = /no/a, /no/b\nssl_cert_key = /no/c.d, YWJj", []string{
			"ssl_cert: failed loading certificate from /no/a", "ssl_cert: failed loading certificate from /no/b",
			"ssl_cert_key: failed loading key from /no/c.d", "ssl_cert_key: failed loading key from abc"}},
		{"client_ssl = on\nclient_ssl_cert = testdata/tls/server.crt", []string{"client_ssl_cert_key must be specified"}},
		{"client_ssl = on\nclient_ssl_cert_key = testdata/tls/server.key", []string{"client_ssl_cert must be specified"}},
		{"client_ssl = on\nclient_ssl_cert = /no.c\nclient_ssl_cert_key = /no.k",
			[]string{"client_ssl_cert: failed loading certificate from /no.c", "client_ssl_cert_key: failed loading key from /no.k"}},
		{"client_ssl = on", nil},
		{"client_ssl_cert = /no.c", nil},

		{"admin_gui_path = x", []string{"admin_gui_path must start with a slash ('/')"}},
		{"admin_gui_path = /x/", []string{"admin_gui_path must not end with a slash ('/')"}},
		{"admin_gui_path = /x.y", []string{"admin_gui_path can only contain letters, digits, hyphens ('-'), underscores ('_'), and slashes ('/')"}},
		{"admin_gui_path = /x//y", []string{"admin_gui_path must not contain continuous slashes ('/')"}},
		{"admin_gui_path = /x-1/y_2", nil},

		{"ssl_cipher_suite = best", []string{"Undefined cipher suite best"}},
		{"ssl_cipher_suite =", []string{"Undefined cipher suite nil"}},
		{custom + "ssl_dhparam = /no/file.pem", []string{"ssl_dhparam: failed loading certificate from /no/file.pem"}},
		{"ssl_dhparam = /no/file.pem", nil},
		{custom + "ssl_dhparam = ffdhe8192", nil},
		{custom + "nginx_http_ssl_dhparam = /no/h\nnginx_stream_ssl_dhparam = /no/s",
			[]string{"nginx_http_ssl_dhparam: no such file at /no/h", "nginx_stream_ssl_dhparam: no such file at /no/s"}},

		{"headers = via, X-Nope, OFF", []string{"headers: invalid entry 'X-Nope'", "headers: invalid entry 'OFF'"}},
		{"headers = SERVER_TOKENS, off, x-kong-upstream-status", nil},
		{"headers_upstream = via", []string{"headers_upstream: invalid entry 'via'"}},

		{"dns_resolver = 10.0.0.1, 10.0.0.1:53, [::1]:53, ::1, [::1]", nil},
		{"dns_resolver = dns.example.com, 1.2.3", []string{
			"dns_resolver must be a comma separated list in the form of IPv4/6 or IPv4/6:port, got 'dns.example.com'",
			"dns_resolver must be a comma separated list in the form of IPv4/6 or IPv4/6:port, got '1.2.3'"}},
		{"resolver_address = a:53", []string{"resolver_address must be a comma separated list in the form of IPv4/6 or IPv4/6:port, got 'a:53'"}},
		{"dns_hostsfile = /no/hosts\nresolver_hosts_file = /", []string{"dns_hostsfile: file does not exist", "resolver_hosts_file: file does not exist"}},
		{"dns_order = last,aaaa,MX", []string{"dns_order: invalid entry 'MX'"}},
		{"resolver_family = a,LAST", []string{"resolver_family: invalid entry 'LAST'"}},

		{"trusted_ips = 10.0.0.0/8, ::/0, 1.2.3.4, unix:", nil},
		{"trusted_ips = 10.0.0.0/33,unix,", []string{
			"trusted_ips must be a comma separated list in the form of IPv4 or IPv6 address or CIDR block or 'unix:', got '10.0.0.0/33'",
			"trusted_ips must be a comma separated list in the form of IPv4 or IPv6 address or CIDR block or 'unix:', got 'unix'",
			"trusted_ips must be a comma separated list in the form of IPv4 or IPv6 address or CIDR block or 'unix:', got ''"}},

		{"pg_max_concurrent_queries = -1", []string{"pg_max_concurrent_queries must be greater than 0"}},
		{"pg_max_concurrent_queries = 1.5", []string{"pg_max_concurrent_queries must be an integer greater than 0"}},
		{"pg_max_concurrent_queries =", []string{"pg_max_concurrent_queries must be an integer greater than 0"}},
		{"pg_semaphore_timeout = -0.5", []string{"pg_semaphore_timeout must be greater than 0", "pg_semaphore_timeout must be an integer greater than 0"}},
		{"pg_semaphore_timeout = 10s", []string{"pg_semaphore_timeout must be an integer greater than 0"}},
		{"pg_keepalive_timeout = -1\npg_pool_size = -1\npg_backlog = 0.1", []string{"pg_keepalive_timeout must be greater than 0",
			"pg_pool_size must be greater than 0", "pg_backlog must be an integer greater than 0"}},
		{"pg_ro_max_concurrent_queries = -1\npg_ro_backlog = x", []string{"pg_ro_max_concurrent_queries must be greater than 0"}},
		{"pg_max_concurrent_queries = 0\npg_pool_size =", nil},
		{"worker_state_update_frequency = 0", []string{"worker_state_update_frequency must be greater than 0"}},
		{"worker_state_update_frequency = soon", []string{"worker_state_update_frequency must be greater than 0"}},

		{"proxy_server = proxy", []string{"proxy_server missing scheme"}},
		{"proxy_server = proxy:3128", []string{`proxy_server only supports "http" and "https", got proxy`}},
		{"proxy_server = http:///x", []string{"proxy_server missing host"}},
		{"proxy_server = http:proxy", []string{"proxy_server missing host"}},
		{"proxy_server = https://u:p@proxy:3128/?a=b", []string{"fragments, query strings or parameters are meaningless in proxy configuration"}},
		{"proxy_server = https://u:p@[::1]:3128/", nil},

		{"role = control_plane", []string{"cluster certificate and key must be provided to use Hybrid mode"}},
		{"role = data_plane\ndatabase = off\ncluster_cert = x.y", []string{"cluster certificate and key must be provided to use Hybrid mode"}},
		{"role = control_plane\ncluster_cert = /no.c\ncluster_cert_key = /no.k\ncluster_ca_cert = /no.a", []string{
			"cluster_cert: failed loading certificate from /no.c", "cluster_cert_key: failed loading key from /no.k",
			"cluster_ca_cert: failed loading certificate from /no.a"}},
		{cp, nil},
		{cp + "admin_listen = off\ncluster_mtls = pki\ncluster_listen =\ndatabase = off\ncluster_use_proxy = on\ncluster_dp_labels = a:b", []string{
			`admin_listen must be specified when role = "control_plane"`, `cluster_ca_cert must be specified when cluster_mtls = "pki"`,
			`cluster_listen must be specified when role = "control_plane"`, `in-memory storage can not be used when role = "control_plane"`,
			`cluster_use_proxy can not be used when role = "control_plane"`, `cluster_dp_labels can not be used when role = "control_plane"`}},
		{dp + "cluster_dp_labels = region:eu-1, Deployment.x:A:b", nil},
		{dp + "proxy_listen = off\ndatabase = postgres\ncluster_use_proxy = on", []string{`proxy_listen must be specified when role = "data_plane"`,
			"only in-memory storage can be used when role = \"data_plane\"\nHint: set database = off in your kong.conf",
			"cluster_use_proxy is turned on but no proxy_server is configured"}},
		{dp + "cluster_dp_labels = 1:1,2:2,3:3,4:4,5:5,6:6,7:7,8:8,9:9,10:10,11:11", []string{"labels validation failed: count exceeded 10 max elements"}},
		{dp + "cluster_dp_labels = nocolon", []string{"label key validation failed:  must have between 1 and 63 characters"}},
		{dp + "cluster_dp_labels = a:", []string{"label value validation failed:  must have between 1 and 63 characters"}},
		{dp + "cluster_dp_labels = Konnect1:a", []string{"label key validation failed: Konnect1 is invalid. " + keyForm}},
		{dp + "cluster_dp_labels = -a:a", []string{"label key validation failed: -a is invalid. " + keyForm}},
		{dp + "cluster_dp_labels = a:a-", []string{"label value validation failed: a- is invalid. " + valueForm}},
		{dp + "cluster_dp_labels = a:" + strings.Repeat("x", 64),
			[]string{"label value validation failed: " + strings.Repeat("x", 64) + " must have between 1 and 63 characters"}},
		{"cluster_dp_labels = a:b", []string{`cluster_dp_labels can only be used when role = "data_plane"`}},

		{"cluster_data_plane_purge_delay = 59", []string{"cluster_data_plane_purge_delay must be 60 or greater"}},
		{"cluster_max_payload = 4194303", []string{"cluster_max_payload must be 4194304 (4MB) or greater"}},
		{"upstream_keepalive_pool_size = -1\nupstream_keepalive_max_requests =\nupstream_keepalive_idle_timeout = 1m", []string{
			"upstream_keepalive_pool_size must be 0 or greater", "upstream_keepalive_max_requests must be 0 or greater",
			"upstream_keepalive_idle_timeout must be 0 or greater"}},
		{"tracing_instrumentations = request, nope", []string{"invalid tracing type: nope"}},
		{"tracing_instrumentations = request, off", []string{"invalid tracing types: off, other types are mutually exclusive"}},
		{"tracing_sampling_rate = 1.1", []string{"tracing_sampling_rate must be between 0 and 1"}},
		{"tracing_sampling_rate =", []string{"tracing_sampling_rate must be between 0 and 1"}},
		{"tracing_instrumentations =\ntracing_sampling_rate = 2", nil},
		{"lua_max_req_headers = 0\nlua_max_resp_headers = 1001\nlua_max_uri_args = 1.5\nlua_max_post_args =", []string{
			"lua_max_req_headers must be an integer between 1 and 1000", "lua_max_resp_headers must be an integer between 1 and 1000",
			"lua_max_uri_args must be an integer between 1 and 1000", "lua_max_post_args must be an integer between 1 and 1000"}},
		{"node_id = 8D1F5A0E-2F4C-4B55-9C1E-4D2A3C1B0F77", nil},
		{"node_id = {8d1f5a0e-2f4c-4b55-9c1e-4d2a3c1b0f77}", []string{"node_id must be a valid UUID"}},
		{"wasm = on\nwasm_filters_path = /no/dir", []string{"wasm_filters_path '/no/dir' is not a valid directory"}},
		{"wasm_filters_path = /no/dir", nil},

		{"cassandra_lb_policy = Nope\ncassandra_contact_points = a:9042", nil},
		{"database = cassandra\ncassandra_lb_policy = DCAwareRoundRobin\ncassandra_refresh_frequency = -1\ncassandra_contact_points = a, b:9042, ::1",
			[]string{"must specify 'cassandra_local_datacenter' when DCAwareRoundRobin policy is in use",
				"cassandra_refresh_frequency must be 0 or greater", "bad cassandra contact point 'b:9042': port must be specified in cassandra_port"}},
		{"database = cassandra\ncassandra_read_consistency = SOME",
			[]string{"cassandra_read_consistency has an invalid value: 'SOME' (ALL, EACH_QUORUM, QUORUM, LOCAL_QUORUM, ONE, TWO, THREE, LOCAL_ONE)"}},

		{"proxy_listen =", []string{"proxy_listen " + proxyUsage}},
		{"proxy_listen = 8000", []string{"proxy_listen " + proxyUsage}},
		{"stream_listen = 0.0.0.0:1 http2\nadmin_listen = x", []string{"stream_listen " + streamUsage}},
		{"admin_listen = 0.0.0.0:1, off", []string{"admin_listen " + proxyUsage}},
		{"status_listen = unix:/x", []string{"status_listen " + proxyUsage}},
		{"admin_gui_listen = OFF", []string{"admin_gui_listen " + proxyUsage}},
		{"cluster_listen = 0.0.0.0:8005,", []string{"cluster_listen " + proxyUsage}},
		{"admin_legacy_listen = x", []string{"admin_legacy_listen " + proxyUsage}},
		{"proxy_listen = x\nnode_id = 1", []string{"node_id must be a valid UUID"}},
		{"pluginserver_names = Go-One, two", []string{"query_command undefined for pluginserver go-one"}},
		{"pluginserver_names = Go-One\npluginserver_go_one_query_cmd = /q", nil},
		{"pluginserver_names = Go-One, two\npluginserver_go_one_query_cmd = /q", []string{"query_command undefined for pluginserver two"}},

		{"mem_cache_size = much", []string{"mem_cache_size has an invalid value: 'much'"}},
		{"mem_cache_size = much\nnode_id = 1", []string{"node_id must be a valid UUID", "mem_cache_size has an invalid value: 'much'"}},
		{"nginx_http_client_max_body_size = 10mb", []string{"nginx_http_client_max_body_size has an invalid value: '10mb'"}},
		{"nginx_http_keepalive_timeout = soon", []string{"nginx_http_keepalive_timeout has an invalid value: 'soon'"}},
		{"nginx_http_unheard_of = soon\nlmdb_map_size = much", nil},
	} {
		t.Run(test.text, func(t *testing.T) {
			_, err := conf.Load(options(t, test.text+"\n"))
			var got []string
			if invalid, ok := err.(*conf.InvalidError); ok {
				for _, p := range invalid.Problems {
					got = append(got, p.Message)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("messages\n got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestCertificates(t *testing.T) {
	cert, err := os.ReadFile("testdata/tls/server.crt")
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile("testdata/tls/server.key")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(cert)
	encode := base64.StdEncoding.EncodeToString
	for _, test := range []struct {
		name, cert, key   string
		wantCert, wantKey string
	}{
		{"path", "testdata/tls/server.crt", "testdata/tls/server.key", absolute(t, "testdata/tls/server.crt"), absolute(t, "testdata/tls/server.key")},
		{"PEM", string(cert), string(key), strings.TrimSpace(string(cert)), strings.TrimSpace(string(key))},
		{"base64 of PEM", encode(cert), encode(key), string(cert), string(key)},
		{"base64 of DER", encode(block.Bytes), encode(key), string(block.Bytes), string(key)},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := load(t, "client_ssl = on\n",
				"KONG_SSL_CERT="+test.cert, "KONG_SSL_CERT_KEY="+test.key, "KONG_CLIENT_SSL_CERT="+test.cert, "KONG_CLIENT_SSL_CERT_KEY="+test.key)
			if got := c.List("ssl_cert"); !slices.Equal(got, []string{test.wantCert}) {
				t.Errorf("ssl_cert %q", got)
			}
			if got := c.List("ssl_cert_key"); !slices.Equal(got, []string{test.wantKey}) {
				t.Errorf("ssl_cert_key %q", got)
			}
			if c.String("client_ssl_cert") != test.wantCert || c.String("client_ssl_cert_key") != test.wantKey {
				t.Errorf("client_ssl_cert %q", c.String("client_ssl_cert"))
			}
		})
	}

	// What exists and is no file cannot be read, whoever runs this.
	dir := t.TempDir()
	p := problems(t, options(t, "ssl_cert = "+dir+"\nssl_cert_key = testdata/tls/server.key\n"))
	if len(p) != 1 || p[0].Message != "ssl_cert: cannot read "+dir+": is a directory" || p[0].Unwrap() == nil {
		t.Errorf("a directory for a certificate: %v", p)
	}
	// What exists and is no certificate is left to whoever loads it.
	junk := filepath.Join(dir, "junk")
	if err := os.WriteFile(junk, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if c := load(t, "ssl_cert = "+junk+"\nssl_cert_key = "+junk+"\n"); !slices.Equal(c.List("ssl_cert"), []string{junk}) {
		t.Errorf("ssl_cert %q", c.List("ssl_cert"))
	}
}

func TestTrustedCertificates(t *testing.T) {
	crt := absolute(t, "testdata/tls/server.crt")
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"a file", "lua_ssl_trusted_certificate = testdata/tls/server.crt", []string{crt}},
		{"none", "lua_ssl_trusted_certificate =", nil},
		{"a data plane trusts the shared certificate", dp + "lua_ssl_trusted_certificate =", []string{crt}},
		{"but not twice", dp + "lua_ssl_trusted_certificate = testdata/tls/server.crt", []string{crt}},
		{"or the authority", dp + "lua_ssl_trusted_certificate =\ncluster_mtls = pki\ncluster_ca_cert = testdata/tls/server.key",
			[]string{absolute(t, "testdata/tls/server.key")}},
	} {
		if got := load(t, test.text+"\n").List("lua_ssl_trusted_certificate"); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

func TestCipherSuites(t *testing.T) {
	const wishes = "ssl_protocols = TLSv1.1\nssl_ciphers = WISH\nssl_prefer_server_ciphers = off\nssl_dhparam = ffdhe4096\n"
	for _, test := range []struct {
		suite, protocols, prefer string
		ciphers, dhparam         any
	}{
		{"modern", "TLSv1.3", "off", nil, nil},
		{"fips", "TLSv1.2", "on", "TLSv1.2+FIPS:kRSA+FIPS:!eNULL:!aNULL", nil},
		{"custom", "TLSv1.1", "off", "WISH", "ffdhe4096"},
	} {
		c := load(t, wishes+"ssl_cipher_suite = "+test.suite+"\n")
		for key, want := range map[string]any{
			"nginx_http_ssl_protocols": test.protocols, "nginx_stream_ssl_protocols": test.protocols,
			"nginx_http_ssl_prefer_server_ciphers": test.prefer, "nginx_stream_ssl_prefer_server_ciphers": test.prefer,
			"ssl_ciphers": test.ciphers, "ssl_dhparam": test.dhparam,
			"nginx_http_ssl_dhparam": test.dhparam, "nginx_stream_ssl_dhparam": test.dhparam, "ssl_protocols": "TLSv1.1",
		} {
			if got := value(c, key); got != want {
				t.Errorf("%s: %s = %v, want %v", test.suite, key, got, want)
			}
		}
	}
	c := load(t, wishes+"ssl_cipher_suite = old\n")
	if got := c.String("nginx_http_ssl_protocols"); got != "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3" {
		t.Errorf("old: protocols %s", got)
	}
	if got := c.String("ssl_dhparam"); got != "ffdhe4096" {
		t.Errorf("old: ssl_dhparam %s", got)
	}
	if got := c.String("ssl_ciphers"); !strings.HasSuffix(got, ":DES-CBC3-SHA") {
		t.Errorf("old: ciphers %s", got)
	}
}

func TestDHParameterFiles(t *testing.T) {
	path := write(t, "whatever")
	c := load(t, custom+"ssl_dhparam = "+path+"\n")
	if c.String("ssl_dhparam") != path || c.String("nginx_http_ssl_dhparam") != path {
		t.Errorf("ssl_dhparam %q", c.String("ssl_dhparam"))
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "DH PARAMETERS", Bytes: []byte{0x30, 0}})
	c = load(t, custom+"ssl_dhparam = "+base64.StdEncoding.EncodeToString(text)+"\n")
	if c.String("ssl_dhparam") != string(text) {
		t.Errorf("ssl_dhparam %q", c.String("ssl_dhparam"))
	}
}

func TestUser(t *testing.T) {
	nobody := func(string) bool { return false }
	for _, test := range []struct {
		name, text string
		exists     func(string) bool
		want       any
	}{
		{"default, nobody asked", "", nil, "kong kong"},
		{"default, no such user", "", nobody, nil},
		{"the same, but written", "nginx_user = kong kong", nobody, "kong kong"},
		{"nobody", "nginx_user = nobody", nil, nil},
		{"nobody twice", "nginx_user = nobody   nobody", nil, nil},
		{"somebody", "nginx_main_user = me", nobody, "me"},
	} {
		o := options(t, test.text+"\n")
		o.UserExists = test.exists
		c, err := conf.Load(o)
		if err != nil {
			t.Fatal(err)
		}
		if got := value(c, "nginx_main_user"); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestPaths(t *testing.T) {
	c := load(t, "prefix = run/kong/\n")
	prefix := absolute(t, "run/kong")
	if c.String("prefix") != prefix || c.String("sqlite_path") != filepath.Join(prefix, "kongo.db") {
		t.Errorf("prefix %s, sqlite_path %s", c.String("prefix"), c.String("sqlite_path"))
	}
	if origin := c.Origin("sqlite_path"); !origin.IsDefault() {
		t.Errorf("sqlite_path comes from %s", origin)
	}
	if got := load(t, "sqlite_path = x.db\n").String("sqlite_path"); got != absolute(t, "x.db") {
		t.Errorf("sqlite_path %s", got)
	}
}
