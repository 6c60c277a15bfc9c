package acme

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// storage is the record of the places where certificates can be kept.
func storage(node schemas.Node) schema.Field {
	return schema.Field{
		Name: "storage_config", Type: schema.Record, Required: schema.Required,
		Fields: []schema.Field{
			{
				Name: "shm", Type: schema.Record, Required: schema.Required,
				Fields: []schema.Field{{
					Name: "shm_name", Type: schema.String, Default: "kong",
					Validator: func(v any) error { return validateZone(v, node) },
				}},
			},
			{Name: "kong", Type: schema.Record, Required: schema.Required, Fields: []schema.Field{}},
			redis,
			consul,
			vault,
		},
	}
}

// redis is the usual connection to redis with two settings more.
var redis = schema.Field{
	Name: "redis", Type: schema.Record, Required: schema.Required,
	Fields: append(slices.Clip(schemas.Redis.Fields), schema.Field{
		Name: "extra_options", Type: schema.Record, Required: schema.Required,
		Fields: []schema.Field{
			{
				Name: "namespace", Type: schema.String, Required: schema.Required, Default: "", LenMin: new(0),
				Validator: validateNamespace,
			},
			{Name: "scan_count", Type: schema.Number, Required: schema.Optional, Default: 10},
		},
	}),
	Shorthands: []schema.Shorthand{
		schemas.Renamed(schema.Field{Name: "auth", Type: schema.String, LenMin: new(0)}, "password"),
		schemas.Renamed(schema.Field{Name: "ssl_server_name", Type: schema.String}, "server_name"),
		schemas.Renamed(schema.Field{Name: "namespace", Type: schema.String, LenMin: new(0)}, "extra_options", "namespace"),
		schemas.Renamed(schema.Field{Name: "scan_count", Type: schema.Integer}, "extra_options", "scan_count"),
	},
}

var consul = schema.Field{
	Name: "consul", Type: schema.Record, Required: schema.Required,
	Fields: []schema.Field{
		{Name: "https", Type: schema.Boolean, Default: false},
		typedef.Named("host", typedef.Host),
		typedef.Named("port", typedef.Port),
		{Name: "kv_path", Type: schema.String},
		{Name: "timeout", Type: schema.Number},
		{Name: "token", Type: schema.String, Referenceable: true},
	},
}

var vault = schema.Field{
	Name: "vault", Type: schema.Record, Required: schema.Required,
	Fields: []schema.Field{
		{Name: "https", Type: schema.Boolean, Default: false},
		typedef.Named("host", typedef.Host),
		typedef.Named("port", typedef.Port),
		{Name: "kv_path", Type: schema.String},
		{Name: "timeout", Type: schema.Number},
		{Name: "token", Type: schema.String, Referenceable: true},
		{Name: "tls_verify", Type: schema.Boolean, Default: true},
		{Name: "tls_server_name", Type: schema.String},
		{Name: "auth_method", Type: schema.String, Default: "token", OneOf: []any{"token", "kubernetes"}},
		{Name: "auth_path", Type: schema.String},
		{Name: "auth_role", Type: schema.String},
		{Name: "jwt_path", Type: schema.String},
	},
}

func redisNeeds(member string) schema.Check {
	return schema.Conditional{
		If: "config.storage", IfMatch: schema.Field{Eq: "redis"},
		Then: "config.storage_config.redis." + member, ThenMatch: schema.Field{Required: schema.Required},
	}
}

// checkStorage refuses the database as a place where there is none.
func checkStorage(doc map[string]any, node schemas.Node) error {
	config, _ := doc["config"].(map[string]any)
	if config["storage"] == "kong" && node.DBLess {
		return errors.New(`"kong" storage can't be used with dbless mode`)
	}
	return nil
}

func validateZone(v any, node schemas.Node) error {
	if name := v.(string); !node.HasZone(name) {
		return fmt.Errorf("failed validating: %s", name)
	}
	return nil
}

// validateNamespace refuses to mix up the keys of a namespace with those of the plugin itself.
func validateNamespace(v any) error {
	for _, word := range []string{"kong_acme:renew_config:", "kong_acme:renew_last_run", "kong_acme:cert_key:"} {
		if strings.HasPrefix(v.(string), word) {
			return errors.New("namespace can't be prefixed with reserved word: " + word)
		}
	}
	return nil
}
