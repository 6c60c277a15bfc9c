package awslambda

import (
	"errors"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of aws-lambda and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "timeout", Type: schema.Number, Required: schema.Required, Default: 60000},
				{Name: "keepalive", Type: schema.Number, Required: schema.Required, Default: 60000},
				{Name: "aws_key", Type: schema.String, Referenceable: true, Encrypted: true},
				{Name: "aws_secret", Type: schema.String, Referenceable: true, Encrypted: true},
				{Name: "aws_assume_role_arn", Type: schema.String, Referenceable: true, Encrypted: true},
				{Name: "aws_role_session_name", Type: schema.String, Default: "kong"},
				typedef.Named("aws_sts_endpoint_url", typedef.URL),
				typedef.Named("aws_region", typedef.Host),
				{Name: "function_name", Type: schema.String, Required: schema.Optional},
				{Name: "qualifier", Type: schema.String},
				{
					Name: "invocation_type", Type: schema.String, Required: schema.Required,
					Default: "RequestResponse", OneOf: []any{"RequestResponse", "Event", "DryRun"},
				},
				{
					Name: "log_type", Type: schema.String, Required: schema.Required, Default: "Tail",
					OneOf: []any{"Tail", "None"},
				},
				typedef.Named("host", typedef.Host),
				typedef.WithDefault("port", typedef.Port, 443),
				{Name: "disable_https", Type: schema.Boolean, Default: false},
				{Name: "unhandled_status", Type: schema.Integer, Between: []float64{100, 999}},
				{Name: "forward_request_method", Type: schema.Boolean, Default: false},
				{Name: "forward_request_uri", Type: schema.Boolean, Default: false},
				{Name: "forward_request_headers", Type: schema.Boolean, Default: false},
				{Name: "forward_request_body", Type: schema.Boolean, Default: false},
				{Name: "is_proxy_integration", Type: schema.Boolean, Default: false},
				{Name: "awsgateway_compatible", Type: schema.Boolean, Default: false},
				typedef.Named("proxy_url", typedef.URL),
				{Name: "skip_large_bodies", Type: schema.Boolean, Default: true},
				{Name: "base64_encode_body", Type: schema.Boolean, Default: true},
				{
					Name: "aws_imds_protocol_version", Type: schema.String, Required: schema.Required, Default: "v1",
					OneOf: []any{"v1", "v2"},
				},
				{
					Name: "empty_arrays_mode", Type: schema.String, Required: schema.Required, Default: "legacy",
					OneOf: []any{"legacy", "correct"},
				},
			},
		},
	},
	Checks: []schema.Check{
		schema.MutuallyRequired{"config.aws_key", "config.aws_secret"},
		schema.CustomCheck{Fields: []string{"config.proxy_url"}, Check: checkProxy},
	},
}

// checkProxy refuses proxies that are not spoken to in plain HTTP.
func checkProxy(doc map[string]any) error {
	config, _ := doc["config"].(map[string]any)
	url, _ := config["proxy_url"].(string)
	if scheme := typedef.SplitURL(url).Scheme; scheme != "" && scheme != "http" {
		return errors.New("proxy_url scheme must be http")
	}
	return nil
}
