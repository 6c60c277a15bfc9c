package entity

import (
	"strconv"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// protocolNames are all protocols of services, routes and plugins.
var protocolNames = []any{"grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"}

var services = schema.Entity{
	Name: "services", EndpointKey: "name", Workspaceable: true, CoreCache: true,
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		typedef.UpdatedAt,
		typedef.Named("name", typedef.UTF8Name),
		{Name: "retries", Type: schema.Integer, Default: 5, Between: []float64{0, 32767}},
		{Name: "protocol", Type: schema.String, Required: schema.Required, Default: "http", OneOf: protocolNames},
		{Name: "host", Type: schema.String, Required: schema.Required, Validator: typedef.ValidateHost},
		{Name: "port", Type: schema.Integer, Required: schema.Required, Default: 80, Between: []float64{0, 65535}},
		typedef.Named("path", typedef.Path),
		{Name: "connect_timeout", Type: schema.Integer, Default: 60000, Between: []float64{1, typedef.MaxTimeout}},
		{Name: "write_timeout", Type: schema.Integer, Default: 60000, Between: []float64{1, typedef.MaxTimeout}},
		{Name: "read_timeout", Type: schema.Integer, Default: 60000, Between: []float64{1, typedef.MaxTimeout}},
		typedef.Tags,
		{Name: "client_certificate", Type: schema.Foreign, Reference: "certificates"},
		{Name: "tls_verify", Type: schema.Boolean},
		{Name: "tls_verify_depth", Type: schema.Integer, Default: schema.Null, Between: []float64{0, 64}},
		{Name: "ca_certificates", Type: schema.Array, Elements: &typedef.UUID},
		{Name: "enabled", Type: schema.Boolean, Required: schema.Required, Default: true},
	},
	Checks: []schema.Check{
		schema.Conditional{
			If: "protocol", IfMatch: schema.Field{OneOf: []any{"tcp", "tls", "udp", "grpc", "grpcs"}},
			Then: "path", ThenMatch: schema.Field{Eq: schema.Null},
		},
		onlyOverTLS("client_certificate"),
		onlyOverTLS("tls_verify"),
		onlyOverTLS("tls_verify_depth"),
		onlyOverTLS("ca_certificates"),
	},
	Shorthands: []schema.Shorthand{
		{Field: schema.Field{Name: "url", Type: schema.String}, Expand: expandURL},
	},
}

// onlyOverTLS forbids a field on services whose protocol is not encrypted.
func onlyOverTLS(field string) schema.Check {
	return schema.Conditional{
		If: "protocol", IfMatch: schema.Field{NotOneOf: []any{"https", "tls"}},
		Then: field, ThenMatch: schema.Field{Eq: schema.Null},
	}
}

// expandURL turns the url of a service into the four fields that make it up. A port that is no number is passed on for the
// validation to refuse.
func expandURL(v any) map[string]any {
	text, _ := v.(string)
	parts := typedef.SplitURL(text)
	fields := map[string]any{"protocol": parts.Scheme, "host": nil, "port": int64(80), "path": nil}
	switch {
	case parts.Scheme != "":
	case parts.Port == "443":
		fields["protocol"] = "https"
	default:
		fields["protocol"] = "http"
	}
	if parts.Host != "" {
		fields["host"] = parts.Host
	}
	if parts.Path != "" {
		fields["path"] = parts.Path
	}
	switch {
	case parts.Port != "":
		fields["port"] = parts.Port
		if n, err := strconv.ParseInt(parts.Port, 10, 64); err == nil {
			fields["port"] = n
		}
	case parts.Scheme == "https":
		fields["port"] = int64(443)
	}
	return fields
}
