package hmacauth

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Credentials are the names and secrets of consumers.
var Credentials = schema.Entity{
	Name: "hmacauth_credentials", EndpointKey: "username", CacheKey: []string{"username"}, Workspaceable: true,
	AdminName: "hmac-auths", AdminNestedName: "hmac-auth", Owner: "hmac-auth",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		schemas.Consumer,
		{Name: "username", Type: schema.String, Required: schema.Required, Unique: true},
		{Name: "secret", Type: schema.String, Auto: true},
		typedef.Tags,
	},
}
