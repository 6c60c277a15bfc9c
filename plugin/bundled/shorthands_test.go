package bundled_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// TestShorthands sends configs with old names, and looks at the config that is shown afterwards: all members of want have to
// be in it, a nil one as null or not at all.
func TestShorthands(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	for _, c := range []struct{ name, plugin, config, want string }{
		{"every old name of redis", "rate-limiting", `{"minute":1,"redis_host":"h","redis_port":1,"redis_password":"","redis_username":"u",` +
			`"redis_ssl":true,"redis_ssl_verify":true,"redis_server_name":"n","redis_timeout":5,"redis_database":2}`,
			`{"redis":{"host":"h","port":1,"password":"","username":"u","ssl":true,"ssl_verify":true,"server_name":"n","timeout":5,` +
				`"database":2},"redis_host":"h","redis_port":1,"redis_password":"","redis_username":"u","redis_ssl":true,` +
				`"redis_ssl_verify":true,"redis_server_name":"n","redis_timeout":5,"redis_database":2}`},
		{"new names", "response-ratelimiting", `{"limits":{"v":{"minute":1}},"redis":{"host":"h"}}`,
			`{"redis":{"host":"h","port":6379},"redis_host":"h","redis_port":6379,"redis_ssl":false,"redis_password":null}`},
		{"both names, same value", "rate-limiting", `{"minute":1,"redis_host":"h","redis":{"host":"h","port":7}}`,
			`{"redis":{"host":"h","port":7},"redis_host":"h","redis_port":7}`},
		{"both names, the old one null", "rate-limiting", `{"minute":1,"redis_host":null,"redis":{"host":"h"}}`,
			`{"redis":{"host":"h"},"redis_host":"h"}`},
		{"old name for what a policy needs", "rate-limiting", `{"minute":1,"policy":"redis","redis_host":"h"}`,
			`{"policy":"redis","redis":{"host":"h"}}`},

		{"members of a nested record", "acme", `{"account_email":"a@b.c","storage_config":{"redis":{"host":"h","auth":"p",` +
			`"ssl_server_name":"n","namespace":"x:","scan_count":20}}}`,
			`{"storage_config":{"redis":{"password":"p","auth":"p","server_name":"n","ssl_server_name":"n","namespace":"x:",` +
				`"scan_count":20,"extra_options":{"namespace":"x:","scan_count":20}}}}`},
		{"members of a nested record, by default", "acme", `{"account_email":"a@b.c"}`,
			`{"storage_config":{"redis":{"auth":null,"namespace":"","scan_count":10,"extra_options":{"namespace":""}}}}`},

		{"input only", "opentelemetry", `{"endpoint":"http://a"}`, `{"traces_endpoint":"http://a","endpoint":null}`},
		{"input only, the new name wins", "opentelemetry", `{"endpoint":"http://a","traces_endpoint":"http://b"}`,
			`{"traces_endpoint":"http://b","endpoint":null}`},

		{"old session", "session", `{"cookie_lifetime":1,"cookie_idletime":2,"cookie_renew":3,"cookie_discard":4,` +
			`"cookie_samesite":"None","cookie_httponly":false,"cookie_persistent":true}`,
			`{"rolling_timeout":1,"idling_timeout":2,"stale_ttl":4,"cookie_same_site":"None","cookie_http_only":false,` +
				`"remember":true,"cookie_lifetime":null,"cookie_renew":null,"cookie_samesite":null}`},
		{"old session, special values", "session", `{"cookie_idletime":null,"cookie_samesite":"off"}`,
			`{"idling_timeout":0,"cookie_same_site":"Lax"}`},
		{"old session wins", "session", `{"cookie_lifetime":1,"rolling_timeout":2}`, `{"rolling_timeout":1}`},
	} {
		t.Run(c.plugin+", "+c.name, func(t *testing.T) {
			g := g.on(t)
			shown, err := g.config(c.plugin, c.config)
			if err != nil {
				t.Fatal(err)
			}
			for _, difference := range differences("", parse(t, c.want), shown) {
				t.Error(difference)
			}
		})
	}
}

// differences lists the members of want that got does not have.
func differences(path string, want, got doc) []string {
	var list []string
	for name, v := range want {
		record, isRecord := v.(doc)
		below, ok := got[name].(doc)
		switch {
		case isRecord && ok:
			list = append(list, differences(path+name+".", record, below)...)
		case !reflect.DeepEqual(got[name], v):
			list = append(list, fmt.Sprintf("%s%s: %v, want %v", path, name, got[name], v))
		}
	}
	return list
}

func TestShorthandRefusals(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	for _, c := range []struct{ plugin, config, want string }{
		{"rate-limiting", `{"minute":1,"redis_host":"a","redis":{"host":"b"}}`, "(config.redis_host: both deprecated and new " +
			"field are used but their values mismatch: redis_host = a vs redis.host = b)"},
		{"rate-limiting", `{"minute":1,"redis_port":1,"redis":{"port":2}}`, "(config.redis_port: both deprecated and new " +
			"field are used but their values mismatch: redis_port = 1 vs redis.port = 2)"},
		{"rate-limiting", `{"minute":1,"redis_port":"1"}`, "(config.redis_port: expected an integer)"},
		{"rate-limiting", `{"minute":1,"redis_host":"a:1"}`, "(config.redis: {\n  host = \"must not have a port\"\n})"},
		{"acme", `{"account_email":"a@b.c","storage_config":{"redis":{"namespace":"a","extra_options":{"namespace":"b"}}}}`,
			"(config.storage_config: {\n  redis = {\n    namespace = \"both deprecated and new field are used but their values " +
				"mismatch: namespace = a vs extra_options.namespace = b\"\n  }\n})"},
		{"opentelemetry", `{"endpoint":"h"}`, "(config.endpoint: missing host in url)"},
		{"session", `{"cookie_persistent":1}`, "(config.cookie_persistent: expected a boolean)"},
		{"session", `{"cookie_samesite":"lax"}`, "(config.cookie_same_site: expected one of: Strict, Lax, None, Default)"},
	} {
		t.Run(c.plugin+" "+c.config, func(t *testing.T) {
			g := g.on(t)
			if _, err := g.config(c.plugin, c.config); err == nil {
				t.Errorf("accepted, want %s", c.want)
			} else if said := g.said(err); said != c.want {
				t.Errorf("said %s\nwant %s", said, c.want)
			}
		})
	}
}

// TestShorthandUpdate changes a config by an old name.
func TestShorthandUpdate(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	row := g.must("plugins", `{"name":"rate-limiting","config":{"minute":1,"redis":{"host":"a","port":7}}}`)
	changed, err := g.update("plugins", row["id"], `{"config":{"redis_host":"b"}}`)
	if err != nil {
		t.Fatal(err)
	}
	want := parse(t, `{"redis":{"host":"b","port":7},"redis_host":"b","redis_port":7,"minute":1}`)
	for _, difference := range differences("", want, changed["config"].(doc)) {
		t.Error(difference)
	}
}
