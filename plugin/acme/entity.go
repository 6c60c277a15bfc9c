package acme

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// Storage is where certificates, accounts and challenges are kept if the database is to keep them.
var Storage = schema.Entity{
	Name: "acme_storage", CacheKey: []string{"key"}, TTL: true, Owner: "acme",
	Fields: []schema.Field{
		typedef.ID,
		{Name: "key", Type: schema.String, Required: schema.Required, Auto: true, Unique: true},
		{Name: "value", Type: schema.String, Required: schema.Required, Auto: true},
		typedef.CreatedAt,
	},
}
