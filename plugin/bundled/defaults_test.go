package bundled_test

import (
	"reflect"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// TestDefaults looks at the configs that plugins with nothing but what they need have.
func TestDefaults(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	for plugin, want := range map[string]string{
		"acl":           `{"allow":["a"],"deny":null,"hide_groups_header":false,"always_use_authenticated_groups":false}`,
		"bot-detection": `{"allow":[],"deny":[]}`,
		"cors": `{"origins":null,"headers":null,"exposed_headers":null,"max_age":null,"credentials":false,"private_network":false,` +
			`"preflight_continue":false,"methods":["GET","HEAD","PUT","PATCH","POST","DELETE","OPTIONS","TRACE","CONNECT"]}`,
		"file-log": `{"path":"/tmp/f","reopen":false,"custom_fields_by_lua":null}`,
		"jwt": `{"uri_param_names":["jwt"],"cookie_names":[],"key_claim_name":"iss","secret_is_base64":false,"claims_to_verify":null,` +
			`"anonymous":null,"run_on_preflight":true,"maximum_expiration":0,"header_names":["authorization"],"realm":null}`,
		"key-auth": `{"key_names":["apikey"],"hide_credentials":false,"anonymous":null,"key_in_header":true,"key_in_query":true,` +
			`"key_in_body":false,"run_on_preflight":true,"realm":null}`,
		"response-ratelimiting": `{"header_name":"x-kong-limit","limit_by":"consumer","policy":"local","fault_tolerant":true,` +
			`"redis":{"host":null,"port":6379,"timeout":2000,"username":null,"password":null,"database":0,"ssl":false,` +
			`"ssl_verify":false,"server_name":null},"block_on_first_violation":false,"hide_client_headers":false,` +
			`"limits":{"v":{"second":null,"minute":1,"hour":null,"day":null,"month":null,"year":null}},` +
			`"redis_host":null,"redis_port":6379,"redis_password":null,"redis_username":null,"redis_ssl":false,` +
			`"redis_ssl_verify":false,"redis_server_name":null,"redis_timeout":2000,"redis_database":0}`,
		"post-function": `{"certificate":[],"rewrite":[],"access":["return"],"header_filter":[],"body_filter":[],"log":[]}`,
	} {
		t.Run(plugin, func(t *testing.T) {
			g := g.on(t)
			got, err := g.config(plugin, minimal(plugin))
			if err != nil {
				t.Fatal(err)
			}
			if want := parse(t, want); !reflect.DeepEqual(got, want) {
				t.Errorf("config %v\nwant   %v", got, want)
			}
		})
	}
}

// TestAllDefaults adds every plugin with a minimal config, and sends back what is shown of it.
func TestAllDefaults(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	for _, p := range bundled.Plugins(schemas.Node{}) {
		t.Run(p.Name, func(t *testing.T) {
			g := g.on(t)
			row := g.must("plugins", `{"name":"`+p.Name+`","config":`+minimal(p.Name)+`}`)
			again, err := g.db.Update(t.Context(), g.entity("plugins"), g.key("plugins", row["id"]), schema.Clone(row))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(again["config"], row["config"]) {
				t.Errorf("config %v\nwant   %v", again["config"], row["config"])
			}
		})
	}
}

// TestNestedDefaults looks at defaults inside of defaults.
func TestNestedDefaults(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	for _, c := range []struct{ plugin, config, want string }{
		{"opentelemetry", `{"traces_endpoint":"http://h"}`, `{"queue":{"max_batch_size":200,"max_entries":10000},` +
			`"propagation":{"default_format":"w3c","extract":null,"inject":null,"clear":null}}`},
		{"opentelemetry", `{"traces_endpoint":"http://h","queue":{"max_entries":5}}`, `{"queue":{"max_batch_size":1,"max_entries":5}}`},
		{"zipkin", `{}`, `{"queue":{"max_batch_size":1},"propagation":{"default_format":"b3"}}`},
		{"acme", `{"account_email":"a@b.c"}`, `{"account_key":null,"storage":"shm","storage_config":{"shm":{"shm_name":"kong"},` +
			`"kong":{},"redis":{"port":6379},"vault":{"auth_method":"token"}}}`},
		{"ai-proxy", minimal("ai-proxy"), `{"auth":null,"model":{"provider":"openai","options":null},` +
			`"logging":{"log_statistics":false,"log_payloads":false},"llm_format":"openai"}`},
		{"ai-proxy", `{"route_type":"preserve","model":{"provider":"openai","options":{}}}`,
			`{"model":{"options":{"azure_api_version":"2023-05-15","gemini":null,"max_tokens":null}}}`},
	} {
		t.Run(c.plugin, func(t *testing.T) {
			g := g.on(t)
			got, err := g.config(c.plugin, c.config)
			if err != nil {
				t.Fatal(err)
			}
			for _, difference := range differences("", parse(t, c.want), got) {
				t.Error(difference)
			}
		})
	}
}

// TestMetrics looks at entries of a list that the default leaves open.
func TestMetrics(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	config, err := g.config("datadog", `{}`)
	if err != nil {
		t.Fatal(err)
	}
	metrics, _ := config["metrics"].([]any)
	want := parse(t, `{"name":"latency","stat_type":"timer","tags":["app:kong"],"sample_rate":null,"consumer_identifier":"custom_id"}`)
	if len(metrics) != 6 || !reflect.DeepEqual(metrics[1], want) {
		t.Errorf("metrics %v", metrics)
	}
}

// TestProvisionKey demands a key that is made up and stays.
func TestProvisionKey(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	row := g.must("plugins", `{"name":"oauth2","config":{"enable_implicit_grant":true}}`)
	key, _ := row["config"].(doc)["provision_key"].(string)
	if len(key) != 32 {
		t.Fatalf("key %q", key)
	}
	changed, err := g.update("plugins", row["id"], `{"config":{"enable_password_grant":true}}`)
	if err != nil {
		t.Fatal(err)
	}
	if now := changed["config"].(doc)["provision_key"]; now != key {
		t.Errorf("key %v, want %v", now, key)
	}
}
