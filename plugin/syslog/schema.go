package syslog

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of syslog and where they may apply.
var subschema = schema.Subschema{
	Fields: []schema.Field{
		schemas.Protocols,
		{
			Name: "config", Type: schema.Record, Required: schema.Required,
			Fields: []schema.Field{
				{
					Name: "log_level", Type: schema.String, Required: schema.Required, Default: "info",
					OneOf: schemas.Severities,
				},
				{
					Name: "successful_severity", Type: schema.String, Required: schema.Required, Default: "info",
					OneOf: schemas.Severities,
				},
				{
					Name: "client_errors_severity", Type: schema.String, Required: schema.Required, Default: "info",
					OneOf: schemas.Severities,
				},
				{
					Name: "server_errors_severity", Type: schema.String, Required: schema.Required, Default: "info",
					OneOf: schemas.Severities,
				},
				schemas.CustomFieldsByLua,
				{
					Name: "facility", Type: schema.String, Required: schema.Required, Default: "user",
					OneOf: []any{
						"auth", "authpriv", "cron", "daemon", "ftp", "kern", "lpr", "mail", "news", "syslog",
						"user", "uucp", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
						"local7",
					},
				},
			},
		},
	},
}
