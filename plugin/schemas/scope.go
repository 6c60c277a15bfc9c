package schemas

import "github.com/kongo-gateway/kongo/datastore/schema"

// NoConsumer, NoService and NoRoute forbid to configure a plugin for one of those alone.
var (
	NoConsumer = schema.Field{Name: "consumer", Type: schema.Foreign, Reference: "consumers", Eq: schema.Null}
	NoService  = schema.Field{Name: "service", Type: schema.Foreign, Reference: "services", Eq: schema.Null}
	NoRoute    = schema.Field{Name: "route", Type: schema.Foreign, Reference: "routes", Eq: schema.Null}
)

// Protocols admits all protocols, HTTPProtocols those that carry HTTP requests.
var (
	Protocols     = protocols("grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp")
	HTTPProtocols = protocols("grpc", "grpcs", "http", "https")
)

func protocols(names ...any) schema.Field {
	return schema.Field{
		Name: "protocols", Type: schema.Set, Required: schema.Required, Default: []any{"grpc", "grpcs", "http", "https"},
		Elements: &schema.Field{Type: schema.String, OneOf: names},
	}
}
