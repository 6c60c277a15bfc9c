package keyauth

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Credentials are the keys of consumers.
var Credentials = schema.Entity{
	Name: "keyauth_credentials", EndpointKey: "key", CacheKey: []string{"key"}, Workspaceable: true, TTL: true,
	AdminName: "key-auths", AdminNestedName: "key-auth", Owner: "key-auth",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		schemas.Consumer,
		{Name: "key", Type: schema.String, Required: schema.Optional, Auto: true, Unique: true},
		typedef.Tags,
	},
}
