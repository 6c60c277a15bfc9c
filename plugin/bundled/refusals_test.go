package bundled_test

import (
	"testing"

	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// TestConfigRefusals goes through everything that code and checks over several fields refuse in configs.
func TestConfigRefusals(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	for _, c := range []struct{ name, plugin, config, want string }{
		{"both lists", "acl", `{"allow":["a"],"deny":["b"]}`,
			"(exactly one of these fields must be non-empty: 'config.allow', 'config.deny')"},
		{"neither list", "acl", `{}`, "2 schema violations (exactly one of these fields must be non-empty: 'config.allow', 'config.deny'; " +
			"at least one of these fields must be non-empty: 'config.allow', 'config.deny')"},

		{"email", "acme", `{"account_email":"none"}`, "(config.account_email: invalid value: none)"},
		{"terms of service", "acme", `{"account_email":"a@b.c","api_uri":"https://acme-v02.api.letsencrypt.org"}`,
			"2 schema violations (terms of service must be accepted, see https://letsencrypt.org/repository/; " +
				"config.tos_accepted: value must be true)"},
		{"two wildcards", "acme", `{"account_email":"a@b.c","domains":["*.a.*"]}`,
			"(config.domains: {\n  \"invalid wildcard: must have at most one wildcard\"\n})"},
		{"wildcard inside", "acme", `{"account_email":"a@b.c","domains":["a.example","b.*.example"]}`,
			"(config.domains: {\n  [2] = \"invalid wildcard: must be placed at leftmost or rightmost label\"\n})"},
		{"redis without host", "acme", `{"account_email":"a@b.c","storage":"redis"}`,
			"2 schema violations (failed conditional validation given value of field 'config.storage'; " +
				"config.storage_config: {\n  redis = {\n    host = \"required field missing\"\n  }\n})"},
		{"redis without port", "acme",
			`{"account_email":"a@b.c","storage":"redis","storage_config":{"redis":{"host":"r","port":null}}}`,
			"2 schema violations (failed conditional validation given value of field 'config.storage'; " +
				"config.storage_config: {\n  redis = {\n    port = \"required field missing\"\n  }\n})"},
		{"reserved namespace", "acme",
			`{"account_email":"a@b.c","storage_config":{"redis":{"extra_options":{"namespace":"kong_acme:cert_key:x"}}}}`,
			"(config.storage_config: {\n  redis = {\n    extra_options = {\n      " +
				"namespace = \"namespace can't be prefixed with reserved word: kong_acme:cert_key:\"\n    }\n  }\n})"},
		{"unknown zone", "acme", `{"account_email":"a@b.c","storage_config":{"shm":{"shm_name":"attic"}}}`,
			"(config.storage_config: {\n  shm = {\n    shm_name = \"failed validating: attic\"\n  }\n})"},
		{"account key without id", "acme", `{"account_email":"a@b.c","account_key":{}}`,
			"(config.account_key: {\n  key_id = \"required field missing\"\n})"},

		{"no prompts", "ai-prompt-decorator", `{}`, "(at least one of these fields must be non-empty: " +
			"'config.prompts.prepend', 'config.prompts.append')"},
		{"role", "ai-prompt-decorator", `{"prompts":{"append":[{"role":"judge","content":"c"}]}}`,
			"(config.prompts: {\n  append = {\n    {\n      role = \"expected one of: system, assistant, user\"\n    }\n  }\n})"},
		{"no patterns", "ai-prompt-guard", `{}`, "(at least one of these fields must be non-empty: " +
			"'config.allow_patterns', 'config.deny_patterns')"},
		{"all roles and history", "ai-prompt-guard",
			`{"deny_patterns":["x"],"match_all_roles":true,"allow_all_conversation_history":true}`,
			"2 schema violations (failed conditional validation given value of field 'config.match_all_roles'; " +
				"config.allow_all_conversation_history: value must be false)"},
		{"body size", "ai-prompt-template", `{"templates":[],"max_request_body_size":0}`,
			"(config.max_request_body_size: value must be greater than 0)"},

		{"header without value", "ai-proxy", `{"route_type":"llm/v1/chat","model":{"provider":"openai"},"auth":{"header_name":"a"}}`,
			"(config.@entity: {\n  \"all or none of these fields must be set: 'auth.header_name', 'auth.header_value'\"\n})"},
		{"parameter without place", "ai-proxy",
			`{"route_type":"llm/v1/chat","model":{"provider":"openai"},"auth":{"param_name":"a","param_value":"b"}}`,
			"(config.@entity: {\n  \"all or none of these fields must be set: " +
				"'auth.param_name', 'auth.param_value', 'auth.param_location'\"\n})"},
		{"override", "ai-proxy", `{"route_type":"llm/v1/chat","model":{"provider":"gemini"},"auth":{"allow_override":true}}`,
			"2 schema violations (config.@entity: {\n  \"bedrock and gemini only support auth.allow_override = false\"\n}; " +
				"config.auth: {\n  allow_override = \"value must be false\"\n})"},
		{"override not ruled out", "ai-proxy", `{"route_type":"llm/v1/chat","model":{"provider":"bedrock"}}`,
			"2 schema violations (config.@entity: {\n  \"bedrock and gemini only support auth.allow_override = false\"\n}; " +
				"config.auth: {\n  allow_override = \"value must be false\"\n})"},
		{"llama2", "ai-proxy", `{"route_type":"llm/v1/chat","model":{"provider":"llama2"}}`,
			"(config.@entity: {\n  \"must set 'model.options.llama2_format' for llama2 provider\",\n  " +
				"\"must set 'model.options.upstream_url' for self-hosted providers/models\"\n})"},
		{"mistral", "ai-proxy", `{"route_type":"llm/v1/chat","model":{"provider":"mistral"}}`,
			"(config.@entity: {\n  \"must set 'model.options.mistral_format' for mistral provider\"\n})"},
		{"anthropic", "ai-proxy", `{"route_type":"llm/v1/chat","model":{"provider":"anthropic"}}`,
			"(config.@entity: {\n  \"must set 'model.options.anthropic_version' for anthropic provider\"\n})"},
		{"azure", "ai-proxy", `{"route_type":"llm/v1/chat","model":{"provider":"azure","options":{"azure_api_version":null}}}`,
			"(config.@entity: {\n  \"must set 'model.options.azure_instance' for azure provider\",\n  " +
				"\"must set 'model.options.azure_api_version' for azure provider\",\n  " +
				"\"must set 'model.options.azure_deployment_id' for azure provider\"\n})"},
		{"gemini options", "ai-proxy",
			`{"route_type":"llm/v1/chat","model":{"provider":"openai","options":{"gemini":{"api_endpoint":"e"}}}}`,
			"(config.model: {\n  options = {\n    gemini = {\n      [\"@entity\"] = {\n        \"all or none of these fields " +
				"must be set: 'api_endpoint', 'project_id', 'location_id'\"\n      }\n    }\n  }\n})"},
		{"statistics", "ai-proxy", `{"route_type":"llm/v1/completions","logging":{"log_statistics":true},` +
			`"model":{"provider":"anthropic","options":{"anthropic_version":"1"}}}`,
			"(config.@entity: {\n  \"anthropic does not support statistics when route_type is llm/v1/completions\"\n})"},
		{"native format of another provider", "ai-proxy",
			`{"route_type":"llm/v1/chat","llm_format":"gemini","model":{"provider":"openai"}}`,
			"2 schema violations (native llm_format 'gemini' can only be used with the 'gemini' model.provider; " +
				"config.model: {\n  provider = \"value must be gemini\"\n})"},
		{"native format of completions", "ai-proxy", `{"route_type":"llm/v1/completions","llm_format":"bedrock",` +
			`"model":{"provider":"bedrock"},"auth":{"allow_override":false}}`,
			"2 schema violations (native provider options in llm_format can only be used with the 'llm/v1/chat' route_type; " +
				"config.route_type: value must be llm/v1/chat)"},
		{"no chat", "ai-request-transformer",
			`{"prompt":"p","llm":{"route_type":"preserve","model":{"provider":"openai"}}}`,
			"2 schema violations ('config.llm.route_type' must be 'llm/v1/chat' for AI transformer plugins; " +
				"config.llm: {\n  route_type = \"value must be llm/v1/chat\"\n})"},
		{"proxy without port", "ai-response-transformer",
			`{"prompt":"p","https_proxy_host":"h","llm":{"route_type":"llm/v1/chat","model":{"provider":"openai"}}}`,
			"(all or none of these fields must be set: 'config.https_proxy_host', 'config.https_proxy_port')"},

		{"key without secret", "aws-lambda", `{"aws_key":"k"}`,
			"(all or none of these fields must be set: 'config.aws_key', 'config.aws_secret')"},
		{"encrypted proxy", "aws-lambda", `{"proxy_url":"https://p"}`, "(proxy_url scheme must be http)"},
		{"no URL", "aws-lambda", `{"proxy_url":"p"}`, "(config.proxy_url: missing host in url)"},
		{"no scheme", "aws-lambda", `{"proxy_url":"//p"}`, "(config.proxy_url: missing scheme in url)"},

		{"expression", "bot-detection", `{"deny":["ok","("]}`, "(config.deny: {\n  [2] = \"not a valid regex: (\"\n})"},
		{"origin", "cors", `{"origins":["*","("]}`, "(config.origins: {\n  [2] = \"'(' is not a valid regex\"\n})"},
		{"method", "cors", `{"methods":["FETCH"]}`, "(config.methods: {\n  \"expected one of: " +
			"GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS, TRACE, CONNECT\"\n})"},

		{"counter without rate", "datadog", `{"metrics":[{"name":"latency","stat_type":"counter"}]}`,
			"(config.metrics: {\n  {\n    [\"@entity\"] = {\n      " +
				"\"failed conditional validation given value of field 'stat_type'\"\n    },\n    " +
				"sample_rate = \"required field missing\"\n  }\n})"},
		{"tag", "datadog", `{"metrics":[{"name":"latency","stat_type":"timer","tags":["a:"]}]}`,
			"(config.metrics: {\n  {\n    tags = {\n      \"invalid value: a:\"\n    }\n  }\n})"},
		{"file name", "file-log", `{"path":"a*"}`, "(config.path: not a valid filename)"},
		{"Lua", "file-log", `{"path":"/a","custom_fields_by_lua":{"a":"return +"}}`,
			`(config.custom_fields_by_lua: Error parsing function: [string "return +"]:1: unexpected symbol near '+')`},

		{"no endpoint", "http-log", `{}`, "(config.http_endpoint: required field missing)"},
		{"two credentials", "http-log", `{"http_endpoint":"http://u:p@h/","headers":{"AUTHORIZATION":"x"}}`,
			"(config: specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed)"},
		{"host header", "http-log", `{"http_endpoint":"http://h","headers":{"HOST":"x"}}`,
			"(config.headers: cannot contain 'Host' header)"},
		{"length header", "http-log", `{"http_endpoint":"http://h","headers":{"Content-Length":"1"}}`,
			"(config.headers: cannot contain 'Content-Length' header)"},
		{"type header", "http-log", `{"http_endpoint":"http://h","headers":{"content-type":"x"}}`,
			"(config.headers: cannot contain 'Content-Type' header)"},
		{"header name", "http-log", `{"http_endpoint":"http://h","headers":{"a b":"x"}}`,
			"(config.headers: bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-')"},
		{"queue", "http-log", `{"http_endpoint":"http://h","queue":{"concurrency_limit":2,"max_batch_size":0}}`,
			"(config.queue: {\n  concurrency_limit = \"expected one of: -1, 1\",\n  " +
				"max_batch_size = \"value should be between 1 and 1000000\"\n})"},

		{"no lists", "ip-restriction", `{}`, "(at least one of these fields must be non-empty: 'config.allow', 'config.deny')"},
		{"block", "ip-restriction", `{"allow":["10.0.0.0/33"]}`,
			"(config.allow: {\n  \"invalid ip or cidr range: '10.0.0.0/33'\"\n})"},
		{"expiration", "jwt", `{"maximum_expiration":60,"claims_to_verify":["nbf"]}`,
			"2 schema violations (failed conditional validation given value of field 'config.maximum_expiration'; " +
				"config.claims_to_verify: expected to contain: exp)"},
		{"no list", "key-auth", `{"key_names":"apikey"}`, "(config.key_names: expected an array)"},
		{"key name", "key-auth", `{"key_names":["ok","bad name"]}`, "(config.key_names: {\n  [2] = \"bad header name 'bad name', " +
			"allowed characters are A-Z, a-z, 0-9, '_', and '-'\"\n})"},
		{"both kinds of encryption", "ldap-auth",
			`{"ldap_host":"h","base_dn":"d","attribute":"a","ldaps":true,"start_tls":true}`,
			"2 schema violations (config.@entity: {\n  \"'ldaps' and 'start_tls' cannot be enabled simultaneously\"\n}; " +
				"config.start_tls: value must be false)"},

		{"no grant", "oauth2", `{}`, "(config: at least one of these fields must be true: enable_authorization_code, " +
			"enable_implicit_grant, enable_client_credentials, enable_password_grant)"},
		{"scope without scopes", "oauth2", `{"enable_implicit_grant":true,"mandatory_scope":true}`,
			"2 schema violations (config.@entity: {\n  \"failed conditional validation given value of field 'mandatory_scope'\"\n}; " +
				"config.scopes: required field missing)"},
		{"no destination", "opentelemetry", `{}`,
			"(config.@entity: {\n  \"at least one of these fields must be non-empty: 'traces_endpoint', 'logs_endpoint'\"\n})"},
		{"attribute that is no text", "opentelemetry", `{"traces_endpoint":"http://h","resource_attributes":{"a":1}}`,
			"(config.resource_attributes: expected a string)"},
		{"attribute that is empty", "opentelemetry", `{"traces_endpoint":"http://h","resource_attributes":{"a":""}}`,
			"(config.resource_attributes: length must be at least 1)"},
		{"no function", "pre-function", `{"access":[]}`, "(at least one of these fields must be non-empty: 'config.certificate', " +
			"'config.rewrite', 'config.access', 'config.header_filter', 'config.body_filter', 'config.log')"},
		{"Lua", "pre-function", `{"access":["print("]}`,
			"(config.access: {\n  \"error parsing pre-function: [string \\\"print(\\\"]:1: unexpected symbol near '<eof>'\"\n})"},
		{"Lua", "post-function", `{"log":["x = 1","y ="]}`,
			"(config.log: {\n  [2] = \"error parsing post-function: [string \\\"y =\\\"]:1: unexpected symbol near '<eof>'\"\n})"},
		{"unknown zone", "proxy-cache", `{"strategy":"memory","memory":{"dictionary_name":"attic"}}`, "(missing shared dict 'attic')"},
		{"no strategy", "proxy-cache", `{}`, "(config.strategy: required field missing)"},

		{"no limit", "rate-limiting", `{}`, "(at least one of these fields must be non-empty: 'config.second', " +
			"'config.minute', 'config.hour', 'config.day', 'config.month', 'config.year')"},
		{"inverted limits", "rate-limiting", `{"minute":10,"hour":4}`,
			"(config: The limit for hour(4.0) cannot be lower than the limit for minute(10.0))"},
		{"inverted limits, the first", "rate-limiting", `{"second":2.55,"day":1,"year":1}`,
			"(config: The limit for day(1.0) cannot be lower than the limit for second(2.5))"},
		{"synchronised without redis", "rate-limiting", `{"minute":1,"sync_rate":2}`,
			"(config: sync_rate can only be used with the redis policy)"},
		{"synchronised too often", "rate-limiting", `{"minute":1,"policy":"redis","redis":{"host":"h"},"sync_rate":0.01}`,
			"(config: sync_rate must be greater than 0.02, or -1 to disable)"},
		{"redis without host", "rate-limiting", `{"minute":1,"policy":"redis"}`,
			"2 schema violations (failed conditional validation given value of field 'config.policy'; " +
				"config.redis: {\n  host = \"required field missing\"\n})"},
		{"redis without port and timeout", "rate-limiting",
			`{"minute":1,"policy":"redis","redis":{"host":"h","port":null,"timeout":null}}`,
			"3 schema violations (failed conditional validation given value of field 'config.policy'; " +
				"failed conditional validation given value of field 'config.policy'; " +
				"config.redis: {\n  port = \"required field missing\",\n  timeout = \"required field missing\"\n})"},
		{"by header without name", "rate-limiting", `{"minute":1,"limit_by":"header"}`,
			"2 schema violations (failed conditional validation given value of field 'config.limit_by'; " +
				"config.header_name: required field missing)"},
		{"by path without path", "rate-limiting", `{"minute":1,"limit_by":"path"}`,
			"2 schema violations (failed conditional validation given value of field 'config.limit_by'; " +
				"config.path: required field missing)"},
		{"no policy", "rate-limiting", `{"minute":1,"policy":""}`, "(config.policy: expected one of: local, cluster, redis)"},

		{"message and body", "request-termination", `{"message":"m","body":"b"}`,
			"(config: message cannot be used with content_type or body)"},
		{"message and type", "request-termination", `{"message":"m","content_type":"t"}`,
			"(config: message cannot be used with content_type or body)"},
		{"type alone", "request-termination", `{"content_type":"t"}`, "(config: content_type requires a body)"},
		{"echo and body", "request-termination", `{"echo":true,"body":"b"}`,
			"(config: echo cannot be used with content_type and body)"},

		{"header without colon", "request-transformer", `{"add":{"headers":["x-only"]}}`,
			"(config.add: {\n  headers = {\n    \"invalid value: x-only\"\n  }\n})"},
		{"bad header", "request-transformer", `{"replace":{"headers":["a b:c"]}}`,
			"(config.replace: {\n  headers = {\n    \"'a b' is not a valid header\"\n  }\n})"},
		{"header without name", "request-transformer", `{"remove":{"headers":[":v"]}}`,
			"(config.remove: {\n  headers = {\n    \"'nil' is not a valid header\"\n  }\n})"},
		{"header renamed to none", "request-transformer", `{"rename":{"headers":["a:"]}}`,
			"(config.rename: {\n  headers = {\n    \"'' is not a valid header\"\n  }\n})"},
		{"key without value", "request-transformer", `{"append":{"body":["k"]}}`,
			"(config.append: {\n  body = {\n    \"key 'k' has no value\"\n  }\n})"},
		{"template", "request-transformer", `{"add":{"querystring":["k:$(1+)"]}}`,
			"(config.add: {\n  querystring = {\n    \"value '$(1+)' is not in supported format, " +
				"error:[string \\\"TMP\\\"]:4: unexpected symbol near ')'\"\n  }\n})"},
		{"response header", "response-transformer", `{"rename":{"headers":["a:b c"]}}`,
			"(config.rename: {\n  headers = {\n    \"'b c' is not a valid header\"\n  }\n})"},
		{"response pair", "response-transformer", `{"add":{"json":["a"]}}`,
			"(config.add: {\n  json = {\n    \"invalid value: a\"\n  }\n})"},

		{"no limits", "response-ratelimiting", `{}`, "(config.limits: required field missing)"},
		{"empty limits", "response-ratelimiting", `{"limits":{}}`, "(config.limits: length must be at least 1)"},
		{"limit without period", "response-ratelimiting", `{"limits":{"v":{}}}`,
			"(config.limits: {\n  [\"@entity\"] = {\n    \"at least one of these fields must be non-empty: " +
				"'second', 'minute', 'hour', 'day', 'month', 'year'\"\n  }\n})"},
		{"inverted limits", "response-ratelimiting", `{"limits":{"v":{"minute":10,"hour":4}}}`,
			"(config.limits: the limit for hour(4.0) cannot be lower than the limit for minute(10.0))"},
		{"redis without host", "response-ratelimiting", `{"limits":{"v":{"minute":1}},"policy":"redis"}`,
			"2 schema violations (failed conditional validation given value of field 'config.policy'; " +
				"config.redis: {\n  host = \"required field missing\"\n})"},

		{"tolerance", "standard-webhooks", `{"secret_v1":"s","tolerance_second":-1}`,
			"(config.tolerance_second: value must be greater than -1)"},
		{"gauge without rate", "statsd", `{"metrics":[{"name":"latency","stat_type":"gauge"}]}`,
			"(config.metrics: {\n  {\n    [\"@entity\"] = {\n      " +
				"\"failed conditional validation given value of field 'stat_type'\"\n    },\n    " +
				"sample_rate = \"required field missing\"\n  }\n})"},
		{"status codes", "statsd", `{"allow_status_codes":["200"]}`, "(config.allow_status_codes: {\n  \"invalid value: 200\"\n})"},
		{"tag twice", "zipkin", `{"static_tags":[{"name":"a","value":"1"},{"name":"a","value":"2"}]}`,
			"(config.static_tags: repeated tags are not allowed: a)"},
		{"tag of the gateway", "zipkin", `{"static_tags":[{"name":"lc","value":"1"}]}`,
			"(config.static_tags: {\n  {\n    name = \"must not be one of: error, http.method, http.path, http.status_code, " +
				"kong.balancer.state, kong.balancer.try, kong.consumer, kong.credential, kong.node.id, kong.route, " +
				"kong.service, lc, peer.hostname\"\n  }\n})"},
	} {
		t.Run(c.plugin+", "+c.name, func(t *testing.T) {
			g := g.on(t)
			if _, err := g.config(c.plugin, c.config); err == nil {
				t.Errorf("%s is accepted, want %s", c.config, c.want)
			} else if said := g.said(err); said != c.want {
				t.Errorf("said %s\nwant %s", said, c.want)
			}
		})
	}
}

// TestScopes tries to configure every plugin for a consumer, a service and a route that are not there: where the plugin may
// be configured for one, that is what is found.
func TestScopes(t *testing.T) {
	g := newGateway(t, schemas.Node{})
	for _, p := range bundled.Plugins(schemas.Node{}) {
		for _, scope := range []string{"consumer", "service", "route"} {
			t.Run(p.Name+" "+scope, func(t *testing.T) {
				g := g.on(t)
				_, err := g.insert("plugins", `{"name":"`+p.Name+`","config":`+minimal(p.Name)+
					`,"`+scope+`":{"id":"00000000-0000-4000-8000-000000000000"}}`)
				want := "the foreign key '{id=\"00000000-0000-4000-8000-000000000000\"}' does not reference an existing '" +
					scope + "s' entity."
				for _, f := range p.Schema.Fields {
					if f.Name == scope {
						want = "(" + scope + ": value must be null)"
					}
				}
				if said := g.said(err); said != want {
					t.Errorf("said %s\nwant %s", said, want)
				}
			})
		}
	}
}

// TestNode tries what depends on the node.
func TestNode(t *testing.T) {
	usual := newGateway(t, schemas.Node{})
	other := newGateway(t, schemas.Node{DBLess: true, Zones: []string{"attic"}})
	for _, c := range []struct{ plugin, config, usual, other string }{
		{"acme", `{"account_email":"a@b.c","storage":"kong"}`, "", `("kong" storage can't be used with dbless mode)`},
		{"acme", `{"account_email":"a@b.c","storage":"shm"}`, "", ""},
		{"acme", `{"account_email":"a@b.c","storage_config":{"shm":{"shm_name":"attic"}}}`,
			"(config.storage_config: {\n  shm = {\n    shm_name = \"failed validating: attic\"\n  }\n})", ""},
		{"proxy-cache", `{"strategy":"memory","memory":{"dictionary_name":"attic"}}`, "(missing shared dict 'attic')", ""},
		{"proxy-cache", `{"strategy":"memory","memory":{"dictionary_name":"kong_secrets"}}`, "", ""},
	} {
		for g, want := range map[*gateway]string{usual: c.usual, other: c.other} {
			said := ""
			if _, err := g.config(c.plugin, c.config); err != nil {
				said = g.said(err)
			}
			if said != want {
				t.Errorf("%s %s: said %s\nwant %s", c.plugin, c.config, said, want)
			}
		}
	}
}

// minimal is a config with what a plugin cannot do without.
func minimal(plugin string) string {
	config := map[string]string{
		"acl":                     `{"allow":["a"]}`,
		"acme":                    `{"account_email":"a@b.c"}`,
		"ai-prompt-decorator":     `{"prompts":{"append":[{"content":"c"}]}}`,
		"ai-prompt-guard":         `{"allow_patterns":["a"]}`,
		"ai-prompt-template":      `{"templates":[{"name":"n","template":"t"}]}`,
		"ai-proxy":                `{"route_type":"llm/v1/chat","model":{"provider":"openai"}}`,
		"ai-request-transformer":  `{"prompt":"p","llm":{"route_type":"llm/v1/chat","model":{"provider":"openai"}}}`,
		"ai-response-transformer": `{"prompt":"p","llm":{"route_type":"llm/v1/chat","model":{"provider":"openai"}}}`,
		"azure-functions":         `{"appname":"a","functionname":"f"}`,
		"file-log":                `{"path":"/tmp/f"}`,
		"http-log":                `{"http_endpoint":"http://h"}`,
		"ip-restriction":          `{"deny":["10.0.0.0/8"]}`,
		"ldap-auth":               `{"ldap_host":"h","base_dn":"d","attribute":"a"}`,
		"loggly":                  `{"key":"k"}`,
		"oauth2":                  `{"enable_implicit_grant":true}`,
		"opentelemetry":           `{"traces_endpoint":"http://h"}`,
		"post-function":           `{"access":["return"]}`,
		"pre-function":            `{"access":["return"]}`,
		"proxy-cache":             `{"strategy":"memory"}`,
		"rate-limiting":           `{"minute":1}`,
		"redirect":                `{"location":"http://h"}`,
		"response-ratelimiting":   `{"limits":{"v":{"minute":1}}}`,
		"standard-webhooks":       `{"secret_v1":"s"}`,
		"tcp-log":                 `{"host":"h","port":1}`,
		"udp-log":                 `{"host":"h","port":1}`,
	}[plugin]
	if config == "" {
		return `{}`
	}
	return config
}
