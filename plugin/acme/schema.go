package acme

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// subschema describes the configs of acme on a node and where they may apply.
func subschema(node schemas.Node) *schema.Subschema {
	return &schema.Subschema{
		Fields: []schema.Field{
			schemas.NoConsumer,
			schemas.NoService,
			schemas.NoRoute,
			schemas.HTTPProtocols,
			{
				Name: "config", Type: schema.Record, Required: schema.Required,
				Fields: []schema.Field{
					{
						Name: "account_email", Type: schema.String, Required: schema.Required, Match: "%w*%p*@+%w*%.?%w*",
						Referenceable: true, Encrypted: true,
					},
					{
						Name: "account_key", Type: schema.Record, Required: schema.Optional,
						Fields: []schema.Field{
							{Name: "key_id", Type: schema.String, Required: schema.Required},
							{Name: "key_set", Type: schema.String},
						},
					},
					typedef.WithDefault("api_uri", typedef.URL, "https://acme-v02.api.letsencrypt.org/directory"),
					{Name: "tos_accepted", Type: schema.Boolean, Default: false},
					{Name: "eab_kid", Type: schema.String, Referenceable: true, Encrypted: true},
					{Name: "eab_hmac_key", Type: schema.String, Referenceable: true, Encrypted: true},
					{Name: "cert_type", Type: schema.String, Default: "rsa", OneOf: []any{"rsa", "ecc"}},
					{Name: "rsa_key_size", Type: schema.Number, Default: 4096, OneOf: []any{2048, 3072, 4096}},
					{Name: "renew_threshold_days", Type: schema.Number, Default: 14},
					{Name: "domains", Type: schema.Array, Elements: &typedef.HostPattern},
					{Name: "allow_any_domain", Type: schema.Boolean, Default: false},
					{Name: "fail_backoff_minutes", Type: schema.Number, Default: 5},
					{
						Name: "storage", Type: schema.String, Default: "shm",
						OneOf: []any{"kong", "shm", "redis", "consul", "vault"},
					},
					storage(node),
					{Name: "preferred_chain", Type: schema.String},
					{Name: "enable_ipv4_common_name", Type: schema.Boolean, Default: true},
				},
			},
		},
		Checks: []schema.Check{
			schema.Conditional{
				If: "config.api_uri",
				IfMatch: schema.Field{OneOf: []any{
					"https://acme-v02.api.letsencrypt.org", "https://acme-staging-v02.api.letsencrypt.org",
				}},
				Then: "config.tos_accepted", ThenMatch: schema.Field{Eq: true},
				ThenErr: "terms of service must be accepted, see https://letsencrypt.org/repository/",
			},
			redisNeeds("host"),
			redisNeeds("port"),
			schema.CustomCheck{Fields: []string{"config.storage"}, Check: func(doc map[string]any) error {
				return checkStorage(doc, node)
			}},
		},
	}
}
