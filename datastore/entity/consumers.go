package entity

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

var consumers = schema.Entity{
	Name: "consumers", EndpointKey: "username", Workspaceable: true,
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		typedef.UpdatedAt,
		{Name: "username", Type: schema.String, Unique: true},
		{Name: "custom_id", Type: schema.String, Unique: true},
		typedef.Tags,
	},
	Checks: []schema.Check{schema.AtLeastOneOf{"custom_id", "username"}},
}
