package schemas

import (
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// Redis is the record of a connection to a redis server.
var Redis = schema.Field{
	Name: "redis", Type: schema.Record, Required: schema.Required,
	Fields: []schema.Field{
		typedef.Named("host", typedef.Host),
		typedef.WithDefault("port", typedef.Port, 6379),
		typedef.WithDefault("timeout", typedef.Timeout, 2000),
		{Name: "username", Type: schema.String, Referenceable: true},
		{Name: "password", Type: schema.String, LenMin: new(0), Referenceable: true, Encrypted: true},
		{Name: "database", Type: schema.Integer, Default: 0},
		{Name: "ssl", Type: schema.Boolean, Required: schema.Optional, Default: false},
		{Name: "ssl_verify", Type: schema.Boolean, Required: schema.Optional, Default: false},
		{Name: "server_name", Type: schema.String, Required: schema.Optional, Validator: typedef.ValidateSNI},
	},
}

// RedisShorthands are the names that the members of Redis had when they were members of the config itself.
var RedisShorthands = []schema.Shorthand{
	Renamed(schema.Field{Name: "redis_host", Type: schema.String}, "redis", "host"),
	Renamed(schema.Field{Name: "redis_port", Type: schema.Integer}, "redis", "port"),
	Renamed(schema.Field{Name: "redis_password", Type: schema.String, LenMin: new(0)}, "redis", "password"),
	Renamed(schema.Field{Name: "redis_username", Type: schema.String}, "redis", "username"),
	Renamed(schema.Field{Name: "redis_ssl", Type: schema.Boolean}, "redis", "ssl"),
	Renamed(schema.Field{Name: "redis_ssl_verify", Type: schema.Boolean}, "redis", "ssl_verify"),
	Renamed(schema.Field{Name: "redis_server_name", Type: schema.String}, "redis", "server_name"),
	Renamed(schema.Field{Name: "redis_timeout", Type: schema.Integer}, "redis", "timeout"),
	Renamed(schema.Field{Name: "redis_database", Type: schema.Integer}, "redis", "database"),
}

// RedisChecks demand a server where the policy of a rate limit needs one.
var RedisChecks = []schema.Check{redisNeeds("host"), redisNeeds("port"), redisNeeds("timeout")}

func redisNeeds(member string) schema.Check {
	return schema.Conditional{
		If: "config.policy", IfMatch: schema.Field{Eq: "redis"},
		Then: "config.redis." + member, ThenMatch: schema.Field{Required: schema.Required},
	}
}

// Renamed is the old name of a field that is now at path in the same record. A body may use either, and answers show both.
func Renamed(old schema.Field, path ...string) schema.Shorthand {
	old.Deprecation = &schema.Deprecation{RemovalInVersion: Removal, ReplacedWith: path}
	return schema.Shorthand{Field: old, Expand: func(v any) map[string]any {
		for _, name := range slices.Backward(path[1:]) {
			v = map[string]any{name: v}
		}
		return map[string]any{path[0]: v}
	}}
}
