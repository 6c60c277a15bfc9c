package azurefunctions

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of azure-functions and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{Name: "timeout", Type: schema.Number, Default: 600000},
				{Name: "keepalive", Type: schema.Number, Default: 60000},
				{Name: "https", Type: schema.Boolean, Default: true},
				{Name: "https_verify", Type: schema.Boolean, Default: false},
				{Name: "apikey", Type: schema.String, Referenceable: true, Encrypted: true},
				{Name: "clientid", Type: schema.String, Referenceable: true, Encrypted: true},
				{Name: "appname", Type: schema.String, Required: schema.Required},
				{Name: "hostdomain", Type: schema.String, Required: schema.Required, Default: "azurewebsites.net"},
				{Name: "routeprefix", Type: schema.String, Default: "api"},
				{Name: "functionname", Type: schema.String, Required: schema.Required},
			},
		},
	},
}
