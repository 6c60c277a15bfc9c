package filelog

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of file-log and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "path", Type: schema.String, Required: schema.Required, Match: "^[^*&%%\\`]+$",
					Err: "not a valid filename",
				},
				{Name: "reopen", Type: schema.Boolean, Required: schema.Required, Default: false},
				schemas.CustomFieldsByLua,
			},
		},
	},
}
