package acl

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Groups are the memberships of consumers in groups.
var Groups = schema.Entity{
	Name: "acls", CacheKey: []string{"consumer", "group"}, Workspaceable: true, Owner: "acl",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		schemas.Consumer,
		{Name: "group", Type: schema.String, Required: schema.Required},
		typedef.Tags,
	},
}
