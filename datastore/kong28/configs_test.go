package kong28_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return schema.Normalize(v).(map[string]any)
}

func TestConfigsOfPlugins(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ plugin, old, upgraded, finished string }{
		"redis of rate-limiting": {
			"rate-limiting", `{"minute":5,"redis_host":"h","redis_port":1,"redis_password":null}`,
			`{"minute":5,"redis_host":"h","redis_port":1,"redis_password":null,"redis":{"host":"h","port":1,"password":null}}`,
			`{"minute":5,"redis":{"host":"h","port":1,"password":null}}`,
		},
		"what nodes of Kong 2.8 wrote last counts": {
			"response-ratelimiting", `{"redis_host":"new","redis":{"host":"old","timeout":2}}`,
			`{"redis_host":"new","redis":{"host":"new","timeout":2}}`, `{"redis":{"host":"new","timeout":2}}`,
		},
		"nothing to do":       {"rate-limiting", `{"redis":{"host":"h"}}`, `{"redis":{"host":"h"}}`, `{"redis":{"host":"h"}}`},
		"storage of acme":     {"acme", `{"storage_config":{"redis":{"auth":"a","ssl_server_name":"s"}}}`, `{"storage_config":{"redis":{"auth":"a","password":"a","ssl_server_name":"s","server_name":"s"}}}`, `{"storage_config":{"redis":{"password":"a","server_name":"s"}}}`},
		"acme without redis":  {"acme", `{"storage_config":{}}`, `{"storage_config":{}}`, `{"storage_config":{}}`},
		"headers of http-log": {"http-log", `{"headers":{"a":["1","2"],"b":"3","c":[]}}`, `{"headers":{"a":["1","2"],"b":"3","c":[]}}`, `{"headers":{"a":"1, 2","b":"3","c":""}}`},
		"no headers":          {"http-log", `{"headers":null}`, `{"headers":null}`, `{"headers":null}`},
		"functions":           {"pre-function", `{"functions":["f"],"access":[]}`, `{"functions":["f"],"access":["f"]}`, `{"access":["f"]}`},
		"functions and access": {
			"post-function", `{"functions":["f"],"access":["a"]}`, `{"functions":["f"],"access":["a"]}`, `{"access":["a"]}`,
		},
		"batches of one":     {"opentelemetry", `{"queue":{"max_batch_size":1}}`, `{"queue":{"max_batch_size":1}}`, `{"queue":{"max_batch_size":200}}`},
		"batches of another": {"opentelemetry", `{"queue":{"max_batch_size":2}}`, `{"queue":{"max_batch_size":2}}`, `{"queue":{"max_batch_size":2}}`},
		"statistics": {
			"ai-proxy", `{"route_type":"llm/v1/completions","model":{"provider":"anthropic"},"logging":{"log_statistics":true}}`,
			`{"route_type":"llm/v1/completions","model":{"provider":"anthropic"},"logging":{"log_statistics":true}}`,
			`{"route_type":"llm/v1/completions","model":{"provider":"anthropic"},"logging":{"log_statistics":false}}`,
		},
		"a plugin that is as it was": {"cors", `{"redis_host":"h","functions":["f"]}`, `{"redis_host":"h","functions":["f"]}`, `{"redis_host":"h","functions":["f"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := object(t, c.old)
			for _, half := range []struct {
				run  func(string, map[string]any) bool
				want map[string]any
			}{{kong28.UpgradeConfig, object(t, c.upgraded)}, {kong28.FinishConfig, object(t, c.finished)}} {
				before := schema.Clone(config)
				changed := half.run(c.plugin, config)
				if !reflect.DeepEqual(config, half.want) {
					t.Errorf("%v becomes %v, want %v", before, config, half.want)
				}
				if changed == reflect.DeepEqual(before, config) {
					t.Errorf("changed: %v, %v became %v", changed, before, config)
				}
				if half.run(c.plugin, config) {
					t.Errorf("a second time it becomes %v", config)
				}
			}
		})
	}
}
