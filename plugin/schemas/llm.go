package schemas

import (
	"fmt"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// LLMFields are the members of a record that describes the use of a language model. LLMChecks belong to it.
var LLMFields = []schema.Field{
	{
		Name: "route_type", Type: schema.String, Required: schema.Required,
		OneOf: []any{"llm/v1/chat", "llm/v1/completions", "preserve"},
	},
	llmAuth,
	{
		Name: "model", Type: schema.Record, Required: schema.Required,
		Fields: []schema.Field{
			{
				Name: "provider", Type: schema.String, Required: schema.Required,
				OneOf: []any{
					"openai", "azure", "anthropic", "cohere", "mistral", "llama2", "gemini", "bedrock", "huggingface",
				},
			},
			{Name: "name", Type: schema.String, Required: schema.Optional},
			llmOptions,
		},
	},
	{
		Name: "logging", Type: schema.Record, Required: schema.Required,
		Fields: []schema.Field{
			{Name: "log_statistics", Type: schema.Boolean, Required: schema.Required, Default: false},
			{Name: "log_payloads", Type: schema.Boolean, Required: schema.Required, Default: false},
		},
	},
}

var llmAuth = schema.Field{
	Name: "auth", Type: schema.Record, Required: schema.Optional,
	Fields: []schema.Field{
		{Name: "header_name", Type: schema.String, Required: schema.Optional, Referenceable: true},
		{Name: "header_value", Type: schema.String, Required: schema.Optional, Referenceable: true, Encrypted: true},
		{Name: "param_name", Type: schema.String, Required: schema.Optional, Referenceable: true},
		{Name: "param_value", Type: schema.String, Required: schema.Optional, Referenceable: true, Encrypted: true},
		{Name: "param_location", Type: schema.String, Required: schema.Optional, OneOf: []any{"query", "body"}},
		{Name: "gcp_use_service_account", Type: schema.Boolean, Required: schema.Optional, Default: false},
		{Name: "gcp_service_account_json", Type: schema.String, Required: schema.Optional, Referenceable: true},
		{Name: "aws_access_key_id", Type: schema.String, Required: schema.Optional, Referenceable: true, Encrypted: true},
		{Name: "aws_secret_access_key", Type: schema.String, Required: schema.Optional, Referenceable: true, Encrypted: true},
		{Name: "allow_override", Type: schema.Boolean, Required: schema.Optional, Default: false},
	},
}

var llmOptions = schema.Field{
	Name: "options", Type: schema.Record, Required: schema.Optional,
	Fields: []schema.Field{
		{Name: "max_tokens", Type: schema.Integer, Required: schema.Optional},
		{Name: "input_cost", Type: schema.Number, Required: schema.Optional, GreaterThan: new(0.0)},
		{Name: "output_cost", Type: schema.Number, Required: schema.Optional, GreaterThan: new(0.0)},
		{Name: "temperature", Type: schema.Number, Required: schema.Optional, Between: []float64{0, 5}},
		{Name: "top_p", Type: schema.Number, Required: schema.Optional, Between: []float64{0, 1}},
		{Name: "top_k", Type: schema.Integer, Required: schema.Optional, Between: []float64{0, 500}},
		{Name: "anthropic_version", Type: schema.String, Required: schema.Optional},
		{Name: "azure_instance", Type: schema.String, Required: schema.Optional},
		{Name: "azure_api_version", Type: schema.String, Required: schema.Optional, Default: "2023-05-15"},
		{Name: "azure_deployment_id", Type: schema.String, Required: schema.Optional},
		{Name: "llama2_format", Type: schema.String, Required: schema.Optional, OneOf: []any{"raw", "openai", "ollama"}},
		{Name: "mistral_format", Type: schema.String, Required: schema.Optional, OneOf: []any{"openai", "ollama"}},
		{Name: "upstream_url", Type: schema.String, Required: schema.Optional, Validator: typedef.ValidateURL},
		{Name: "upstream_path", Type: schema.String, Required: schema.Optional},
		{
			Name: "gemini", Type: schema.Record, Required: schema.Optional,
			Fields: []schema.Field{
				{Name: "api_endpoint", Type: schema.String, Required: schema.Optional},
				{Name: "project_id", Type: schema.String, Required: schema.Optional},
				{Name: "location_id", Type: schema.String, Required: schema.Optional},
			},
			Checks: []schema.Check{schema.MutuallyRequired{"api_endpoint", "project_id", "location_id"}},
		},
		{
			Name: "bedrock", Type: schema.Record, Required: schema.Optional,
			Fields: []schema.Field{{Name: "aws_region", Type: schema.String, Required: schema.Optional}},
		},
		{
			Name: "huggingface", Type: schema.Record, Required: schema.Optional,
			Fields: []schema.Field{
				{Name: "use_cache", Type: schema.Boolean, Required: schema.Optional},
				{Name: "wait_for_model", Type: schema.Boolean, Required: schema.Optional},
			},
		},
	},
}

// LLMChecks demand what a provider needs.
var LLMChecks = []schema.Check{
	schema.Conditional{
		If: "model.provider", IfMatch: schema.Field{OneOf: []any{"bedrock", "gemini"}},
		Then: "auth.allow_override", ThenMatch: schema.Field{Eq: false},
		ThenErr: "bedrock and gemini only support auth.allow_override = false",
	},
	schema.MutuallyRequired{"auth.header_name", "auth.header_value"},
	schema.MutuallyRequired{"auth.param_name", "auth.param_value", "auth.param_location"},
	providerNeeds("llama2", "model.options.llama2_format", "must set %s for llama2 provider"),
	providerNeeds("mistral", "model.options.mistral_format", "must set %s for mistral provider"),
	providerNeeds("anthropic", "model.options.anthropic_version", "must set %s for anthropic provider"),
	providerNeeds("azure", "model.options.azure_instance", "must set %s for azure provider"),
	providerNeeds("azure", "model.options.azure_api_version", "must set %s for azure provider"),
	providerNeeds("azure", "model.options.azure_deployment_id", "must set %s for azure provider"),
	providerNeeds("llama2", "model.options.upstream_url", "must set %s for self-hosted providers/models"),
	schema.CustomCheck{Fields: []string{"route_type", "model", "logging"}, Check: checkStatistics},
}

func providerNeeds(provider, field, message string) schema.Check {
	return schema.ConditionalAtLeastOneOf{
		If: "model.provider", IfMatch: schema.Field{OneOf: []any{provider}},
		Then: []string{field}, ThenErr: message,
	}
}

// checkStatistics refuses to log statistics where the provider's answers have none.
func checkStatistics(doc map[string]any) error {
	logging, _ := doc["logging"].(map[string]any)
	model, _ := doc["model"].(map[string]any)
	if logging["log_statistics"] == true && model["provider"] == "anthropic" && doc["route_type"] == "llm/v1/completions" {
		return fmt.Errorf("%v does not support statistics when route_type is %v", model["provider"], doc["route_type"])
	}
	return nil
}

// LLMFormat is the form of the requests that clients send to a language model.
var LLMFormat = schema.Field{
	Name: "llm_format", Type: schema.String, Required: schema.Optional, Default: "openai",
	OneOf: []any{"openai", "bedrock", "gemini"},
}

// MaxRequestBodySize bounds the bodies that an AI plugin reads, in bytes.
var MaxRequestBodySize = schema.Field{Name: "max_request_body_size", Type: schema.Integer, Default: 8192, GreaterThan: new(0.0)}
