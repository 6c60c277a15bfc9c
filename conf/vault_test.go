package conf_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/conf"
)

func TestReferences(t *testing.T) {
	environ := []string{"DB_PASS=s3cret", "DB_PASS_PREVIOUS=older", "APP_DB_PASS=prefixed", `LOGIN={"user":"kong","n":1}`, "LEVEL=debug", "PORT= 5433 ",
		"A_B=nested", "ON=on", "RATE=0.5", "EMPTY="}
	for _, test := range []struct {
		text, key string
		want      any
	}{
		{"pg_password = {vault://env/db-pass}", "pg_password", "s3cret"},
		{"pg_password = {vault://env/DB_PASS}", "pg_password", "s3cret"},
		{`pg_password = {vault://env/db-pass\#2}`, "pg_password", "older"},
		{`pg_password = {vault://env/db-pass\#1}`, "pg_password", "s3cret"},
		{"pg_password = {vault://env/db-pass?prefix=app_}", "pg_password", "prefixed"},
		{"pg_password = {vault://env/db-pass}\nvault_env_prefix = app_", "pg_password", "prefixed"},
		{"pg_user = {vault://env/login/user}", "pg_user", "kong"},
		{"pg_user = {vault://env/db-pass/}", "pg_user", "s3cret"},
		{"pg_user = {vault://env/a%5fb}", "pg_user", "nested"},
		{"log_level = {vault://env/level}", "log_level", "debug"},
		{"pg_port = {vault://env/port}", "pg_port", 5433.0},
		{"pg_ssl = {vault://env/on}", "pg_ssl", true},
		{"pg_schema = {vault://env/empty}", "pg_schema", nil},
		{"nginx_http_gzip = {vault://env/on}", "nginx_http_gzip", "on"},
		{"nginx_worker_processes = {vault://env/port}", "nginx_main_worker_processes", "5433"},
		{"client_max_body_size = {vault://env/port}", "nginx_http_client_max_body_size", "5433"},
		{"opentelemetry_tracing_sampling_rate = {vault://env/rate}", "tracing_sampling_rate", 0.5},
		{"pg_user = x{vault://env/db-pass}", "pg_user", "x{vault://env/db-pass}"},
		{"pg_user = {vault://env/db-pass} x", "pg_user", "{vault://env/db-pass} x"},
		{"pg_user = {vault:/env/db-pass}", "pg_user", "{vault:/env/db-pass}"},
	} {
		c := load(t, test.text+"\n", environ...)
		if got := value(c, test.key); got != test.want {
			t.Errorf("%s: %s = %#v, want %#v", test.text, test.key, got, test.want)
		}
	}
	c := load(t, "trusted_ips = 10.0.0.1, {vault://env/ip}\n", "IP=10.0.0.2")
	if got := c.List("trusted_ips"); !slices.Equal(got, []string{"10.0.0.1", "10.0.0.2"}) {
		t.Errorf("trusted_ips %q", got)
	}
}

func TestReferencesThatFail(t *testing.T) {
	environ := []string{"LOGIN={\"user\":\"kong\",\"n\":1}", "PLAIN=top secret"}
	for _, test := range []struct{ text, message string }{
		{"pg_password = {vault://env/none}",
			"failed to dereference '{vault://env/none}': could not get value from external vault (no value found) for config option 'pg_password'"},
		{"trusted_ips = 10.0.0.1,{vault://env/none}",
			"failed to dereference '{vault://env/none}': could not get value from external vault (no value found) for config option 'trusted_ips[2]'"},
		{"pg_password = {vault://aws/x}", "failed to dereference '{vault://aws/x}': unable to retrieve config from db for config option 'pg_password'"},
		{"vaults = off\npg_password = {vault://env/plain}",
			"failed to dereference '{vault://env/plain}': unable to retrieve config from db for config option 'pg_password'"},
		{"vaults = bundled,aws\npg_password = {vault://aws/x}", "failed to dereference '{vault://aws/x}': could not find vault (aws) for config option 'pg_password'"},
		{"pg_password = {vault://env/login/nope}", "failed to dereference '{vault://env/login/nope}': could not get value from external vault " +
			"(could not get subfield value: subfield nope not found in JSON secret) for config option 'pg_password'"},
		{"pg_password = {vault://env/login/n}", "failed to dereference '{vault://env/login/n}': could not get value from external vault " +
			"(could not get subfield value: unexpected value in JSON secret for subfield n) for config option 'pg_password'"},
		{"pg_password = {vault://env/plain/x}", "failed to dereference '{vault://env/plain/x}': could not get value from external vault " +
			"(could not get subfield value: unable to json decode value) for config option 'pg_password'"},
		{"pg_password = {vault://env}", "failed to dereference '{vault://env}': reference url is missing path [{vault://env}] for config option 'pg_password'"},
		{"pg_password = {vault:///x}", "failed to dereference '{vault:///x}': reference url is missing host [{vault:///x}] for config option 'pg_password'"},
		{"pg_password = {vault://env//x}", "failed to dereference '{vault://env//x}': reference url has invalid path [{vault://env//x}] for config option 'pg_password'"},
		{`pg_password = {vault://env/x\#y}`, "failed to dereference '{vault://env/x#y}': reference url has invalid version [{vault://env/x#y}] for config option 'pg_password'"},
	} {
		p := problems(t, options(t, test.text+"\nlog_level = loud\n", environ...))
		if len(p) != 1 || p[0].Message != test.message {
			t.Errorf("%s:\n got %v\nwant %s", test.text, p, test.message)
		}
	}
}

func TestOtherVaults(t *testing.T) {
	o := options(t, "vaults = bundled, hcv\npg_password = {vault://hcv/db/prod/pass?role=a#3}\n", "KONG_PG_PASSWORD={vault://hcv/db/prod/pass?role=a#3}",
		"KONG_PG_USER={vault://hcv/none}")
	var asked []conf.Reference
	o.Vaults = map[string]conf.Vault{"hcv": func(r conf.Reference) (string, error) {
		asked = append(asked, r)
		if r.Resource == "none" {
			return "", conf.ErrNoValue
		}
		return `{"pass":"` + r.Options["role"] + `"}`, nil
	}}
	p := problems(t, o)
	if len(p) != 1 || !errors.Is(p[0], conf.ErrNoValue) {
		t.Errorf("problems %v", p)
	}
	if len(asked) != 2 || asked[0].Resource != "db/prod" || asked[0].Key != "pass" || asked[0].Version != 3 {
		t.Errorf("asked for %+v", asked)
	}
}

func TestReferencesThatMayStand(t *testing.T) {
	o := options(t, "pg_password = {vault://env/none}\nlog_level = {vault://env/none}\npg_semaphore_timeout = {vault://env/none}\ntrusted_ips = {vault://env/none}\n")
	o.KeepReferences = true
	c, err := conf.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	if c.IsSet("pg_password") || len(c.List("trusted_ips")) != 0 {
		t.Errorf("pg_password %q, trusted_ips %q", c.String("pg_password"), c.List("trusted_ips"))
	}
}

// A secret that is there and blank unsets its key, which is not always right.
func TestBlankSecret(t *testing.T) {
	p := problems(t, options(t, "log_level = {vault://env/level}\npg_schema = {vault://env/level}\n", "LEVEL="))
	if len(p) != 1 || !strings.HasPrefix(p[0].Message, "log_level has an invalid value: 'nil'") {
		t.Errorf("problems %v", p)
	}
}

func TestDereference(t *testing.T) {
	o := options(t, "vault_env_prefix = app_\nlog_level = loud\n", "APP_PASS=secret")
	if got, err := conf.Dereference(o, "{vault://env/pass}"); got != "secret" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := conf.Dereference(o, "{vault://env/none}"); !errors.Is(err, conf.ErrNoValue) {
		t.Errorf("a secret that is not there: %v", err)
	}
	if _, err := conf.Dereference(o, "{vault://aws/none}"); !errors.Is(err, conf.ErrNoVault) {
		t.Errorf("a vault that is not there: %v", err)
	}
	o.File = "missing.conf"
	var invalid *conf.InvalidError
	if _, err := conf.Dereference(o, "{vault://env/pass}"); !errors.As(err, &invalid) {
		t.Errorf("a file that is not there: %v", err)
	}
}
