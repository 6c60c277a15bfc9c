package conf_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
)

func TestWarnings(t *testing.T) {
	for _, test := range []struct {
		text     string
		environ  []string
		kind     conf.Kind
		warnings []string // what each contains
	}{
		{"pg_hots = db\n", nil, conf.Unknown, []string{"'pg_hots' is no setting of any version, it is not read; did you mean 'pg_host'?"}},
		{"PG_HOST = db\n", nil, conf.Unknown, []string{"did you mean 'pg_host'?"}},
		{"quite_something_else = 1\n", nil, conf.Unknown, []string{"'quite_something_else' is no setting of any version, it is not read"}},
		{"", []string{"KONG_PG_HOTS=db", "KONG_VERSION=3.9", "PG_HOTS=x", "KONG_PROXY_PORT_8000_TCP=tcp://10.0.0.1:8000",
			"KONG_PROXY_SERVICE_HOST=10.0.0.1", "KONG_PROXY_PORT_8000_TCP_ADDR=10.0.0.1"}, conf.Unknown, []string{"did you mean 'pg_host'?"}},
		{"", []string{"kong_pg_host=db", "Kong_Pg_Port=1", "kong_something=1"}, conf.Unknown,
			[]string{"the variable Kong_Pg_Port is not read, only KONG_PG_PORT is", "the variable kong_pg_host is not read, only KONG_PG_HOST is"}},

		{"pg_port = abc\n", []string{"KONG_DNS_STALE_TTL=10s"}, conf.BadValue,
			[]string{"'dns_stale_ttl' is no number and is not used: 10s", "'pg_port' is no number and is not used: abc"}},
		{"pg_port =\npg_timeout = 1e3 \npg_pool_size = 0x10 # ten\n", nil, conf.BadValue, nil},
		{"pg_ssl = yes\npg_ssl_verify = ON\nclient_ssl = true\nnginx_daemon = off\nallow_debug_header = false\n", nil, conf.BadValue,
			[]string{"'pg_ssl' is taken for off: yes", "'pg_ssl_verify' is taken for off: ON"}},

		{"pg_host =       # the host\n", nil, conf.Cut, []string{"'pg_host' has no value, everything after the = is a comment; the default would be 127.0.0.1"}},
		{"pg_schema =     # the schema\n", nil, conf.Cut, nil},
		{"pg_schema = #x\n", nil, conf.Cut, []string{`'pg_schema' has no value, because a # begins a comment; write \# to keep it`}},
		{"pg_password = a#b\n", nil, conf.Cut, []string{`the value of 'pg_password' ends before the first #; write \# to keep it`}},
		{"pg_user = a#b\n", nil, conf.Cut, []string{`the value of 'pg_user' ends before the first #, it is a; write \# to keep it`}},
		{"pg_user = a # b\n", []string{"KONG_PG_PASSWORD=a#b"}, conf.Cut, nil},

		{"pg_user = 00123\npg_port = 05432\npg_schema = 7\n", nil, conf.Rewritten,
			[]string{"the value of 'pg_user' is read as a number and printed back, as 123; a comment after it"}},
		{"pg_password = 98765432109876543210\n", nil, conf.Rewritten, []string{"DIGITS ARE LOST: the value of 'pg_password' is read as a number and kept with 14 digits; "}},
		{"pg_user = 00123 # me\n", []string{"KONG_PG_DATABASE=00123"}, conf.Rewritten, nil},

		{"database = postgres\nlog_level = info\ndatabase = off\n", nil, conf.Duplicate, []string{"'database' is set again, line 1 no longer counts"}},
		{"database\n[x]\npg_host = a\n", nil, conf.NotRead, []string{"no key = value, the line is not read: database", "below the heading [x] not read"}},

		{"pg_host = “10.0.0.5”\n", nil, conf.Quoted,
			[]string{"the typographic quote “ (left double quotation mark) is part of the value of 'pg_host': “10.0.0.5”; write the value without quotes"}},
		{"pg_password = secret’\n", nil, conf.Quoted, []string{"the typographic quote ’ (right single quotation mark) is part of the value of 'pg_password'; write"}},
		{"pg_user = \"kong\"\nnginx_http_log_format = 'x'\n", []string{"KONG_PG_HOST='db'"}, conf.Quoted,
			[]string{"the quotes are part of the value of 'pg_host': 'db'; write", "the quotes are part of the value of 'pg_user': \"kong\"; write"}},
		{"pg_user = it's\n", nil, conf.Quoted, nil},

		{"anonymous_reports = off\nnginx_http_gzip = on\nlua_code_cache = off\n", []string{"KONG_WORKER_CONSISTENCY=eventual"}, conf.NoEffect,
			[]string{"accepted without effect: anonymous_reports, lua_code_cache, nginx_http_gzip, worker_consistency"}},

		{"ssl_ciphers = X\nssl_protocols = TLSv1.2 TLSv1.3\nssl_session_timeout = 1h\n", []string{"KONG_NGINX_HTTP_SSL_PROTOCOLS=TLSv1.1"}, conf.Overruled,
			[]string{"'nginx_http_ssl_protocols' does not count, ssl_cipher_suite = intermediate decides", "'ssl_ciphers' does not count"}},
		{custom + "ssl_ciphers = X\n", nil, conf.Overruled, nil},

		{"admin_listen = 0.0.0.0:8001\n", nil, conf.Security, []string{"the Admin API listens on every address of this machine"}},
		{"admin_listen = [::]:8001\n", nil, conf.Security, []string{"the Admin API listens on every address of this machine"}},
		{"admin_listen = 127.0.0.1:8001, 10.0.0.1:8001\n", nil, conf.Security, nil},

		{"ssl_cipher_suite = modern\n", nil, conf.Advice, []string{"TLS 1.3 only"}},
		{"proxy_listen = 0.0.0.0:8000\n", nil, conf.Advice, []string{"'proxy_listen' has no port for TLS"}},
		{"proxy_listen = 0.0.0.0:8000 reuseport\n", nil, conf.Advice, nil},
		{"admin_listen = off\n", nil, conf.Advice, []string{"Kong Manager won't be functional because the Admin API is not listened on any interface"}},
		{"admin_listen = off\nadmin_gui_listen = off\n", nil, conf.Advice, nil},
		{"cluster_incremental_sync = on\n", nil, conf.Advice, []string{"Cluster incremental sync has been forcibly disabled, please enable cluster RPC."}},
		{"cluster_incremental_sync = on\ncluster_rpc = on\n", nil, conf.Advice, nil},
		{"database = cassandra\n", nil, conf.Advice, []string{"You are using Cassandra but your 'db_update_propagation' setting is set to '0' (default). " +
			"Due to the distributed nature of Cassandra, you should increase this value."}},
		{"database = cassandra\ndb_update_propagation = 2\n", nil, conf.Advice, nil},
		{"pluginserver_names = one\npluginserver_one_query_cmd = /q\n", nil, conf.Advice,
			[]string{"start_command undefined for pluginserver one; assuming external process management"}},
	} {
		t.Run(test.text, func(t *testing.T) {
			got := warnings(load(t, test.text, test.environ...), test.kind)
			if len(got) != len(test.warnings) {
				t.Fatalf("warnings %q", got)
			}
			for i, want := range test.warnings {
				if !strings.Contains(got[i], want) {
					t.Errorf("warning %q, want %q", got[i], want)
				}
			}
		})
	}
}

func TestWarningsSayWhere(t *testing.T) {
	o := options(t, "\npg_hots = db\nanonymous_reports = off\n", "KONG_PG_SSL=yes")
	c, err := conf.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range c.Warnings() {
		got = append(got, w.String())
	}
	want := []string{
		o.File + ":2: 'pg_hots' is no setting of any version, it is not read; did you mean 'pg_host'?",
		"accepted without effect: anonymous_reports",
		"KONG_PG_SSL: the value of 'pg_ssl' is taken for off: yes (only on and true mean on)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("warnings %q", got)
	}
}

func TestUnknownOverride(t *testing.T) {
	c, err := conf.Load(conf.Options{Overrides: map[string]string{"prefx": "/x"}})
	if err != nil || len(warnings(c, conf.Unknown)) != 1 {
		t.Errorf("error %v, warnings %v", err, c.Warnings())
	}
}

// The file of a newcomer: comments at the ends of the lines, keys of the time
// of Serf from old articles.
func TestFileOfANewcomer(t *testing.T) {
	c := load(t, `
database = postgres             # Determines which of PostgreSQL or Cassandra
                                # this node will use as its datastore.
pg_host = 10.0.0.5              # The PostgreSQL host to connect to.
pg_port = 5432                  # The port to connect to.
pg_user = kong                  # The username to authenticate if required.
pg_password = kong              # The password to authenticate if required.
pg_database = kong_db           # The database name to connect to.
db_update_frequency = 5
db_update_propagation = 0
db_cache_ttl = 3600
cluster_listen = 0.0.0.0:7946
cluster_listen_rpc = 127.0.0.1:7373
`)
	for key, want := range map[string]any{
		"database": "postgres", "pg_host": "10.0.0.5", "pg_port": 5432.0, "pg_user": "kong", "pg_password": "kong", "pg_database": "kong_db",
		"db_update_frequency": 5.0, "db_update_propagation": 0.0, "db_cache_ttl": 3600.0,
	} {
		if got := value(c, key); got != want {
			t.Errorf("%s = %v, want %v", key, got, want)
		}
	}
	if n := len(c.Warnings()); n != 3 || len(warnings(c, conf.Deprecated)) != 2 || len(warnings(c, conf.NoEffect)) != 1 {
		t.Errorf("warnings %v", c.Warnings())
	}
}
