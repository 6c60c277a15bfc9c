package ldapauth

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of ldap-auth and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.NoConsumer,
		schemas.HTTPProtocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				typedef.Mandatory("ldap_host", typedef.Host),
				{
					Name: "ldap_port", Type: schema.Integer, Required: schema.Required, Default: 389,
					Between: []float64{0, 65535},
				},
				{Name: "ldaps", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "start_tls", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "verify_ldap_host", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "base_dn", Type: schema.String, Required: schema.Required},
				{Name: "attribute", Type: schema.String, Required: schema.Required},
				{Name: "cache_ttl", Type: schema.Number, Required: schema.Required, Default: 60},
				{Name: "hide_credentials", Type: schema.Boolean, Required: schema.Required, Default: false},
				{Name: "timeout", Type: schema.Number, Default: 10000},
				{Name: "keepalive", Type: schema.Number, Default: 60000},
				{Name: "anonymous", Type: schema.String},
				{Name: "header_type", Type: schema.String, Default: "ldap"},
				{Name: "realm", Type: schema.String, Required: schema.Optional},
			},
			Checks: []schema.Check{
				schema.Conditional{
					If: "ldaps", IfMatch: schema.Field{Eq: true},
					Then: "start_tls", ThenMatch: schema.Field{Eq: false},
					ThenErr: "'ldaps' and 'start_tls' cannot be enabled simultaneously",
				},
			},
		},
	},
}
