package schemas

import (
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// LLMTransformer is the config of a plugin that lets a language model rewrite messages. Fields of the plugin's own come
// after transformation_extract_pattern. LLMTransformerChecks belong to it.
func LLMTransformer(own ...schema.Field) schema.Field {
	return schema.Field{
		Name: "config", Type: schema.Record, Required: schema.Required,
		Fields: slices.Concat(
			[]schema.Field{
				{Name: "prompt", Type: schema.String, Required: schema.Required},
				{Name: "transformation_extract_pattern", Type: schema.String, Required: schema.Optional},
			},
			own,
			[]schema.Field{
				{Name: "http_timeout", Type: schema.Integer, Required: schema.Required, Default: 60000},
				{Name: "https_verify", Type: schema.Boolean, Required: schema.Required, Default: true},
				MaxRequestBodySize,
				typedef.Named("http_proxy_host", typedef.Host),
				typedef.Named("http_proxy_port", typedef.Port),
				typedef.Named("https_proxy_host", typedef.Host),
				typedef.Named("https_proxy_port", typedef.Port),
				{Name: "llm", Type: schema.Record, Required: schema.Required, Fields: LLMFields, Checks: LLMChecks},
			},
		),
	}
}

// LLMTransformerChecks limit a transformer to chats, and to proxies with host and port.
var LLMTransformerChecks = []schema.Check{
	schema.Conditional{
		If: "config.llm.route_type", IfMatch: schema.Field{NotOneOf: []any{"llm/v1/chat"}},
		Then: "config.llm.route_type", ThenMatch: schema.Field{Eq: "llm/v1/chat"},
		ThenErr: "'config.llm.route_type' must be 'llm/v1/chat' for AI transformer plugins",
	},
	schema.MutuallyRequired{"config.http_proxy_host", "config.http_proxy_port"},
	schema.MutuallyRequired{"config.https_proxy_host", "config.https_proxy_port"},
}
