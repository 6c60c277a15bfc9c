package session

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// Sessions are the sessions that the database keeps instead of the client's cookie.
var Sessions = schema.Entity{
	Name: "sessions", EndpointKey: "session_id", CacheKey: []string{"session_id"}, TTL: true, NoExport: true,
	Owner: "session",
	Fields: []schema.Field{
		typedef.ID,
		{Name: "session_id", Type: schema.String, Required: schema.Required, Unique: true},
		{Name: "expires", Type: schema.Integer},
		{Name: "data", Type: schema.String},
		typedef.CreatedAt,
	},
}
