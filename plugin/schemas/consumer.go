package schemas

import "github.com/kongo-gateway/kongo/datastore/schema"

// Consumer is the field of a credential that says whose it is.
var Consumer = schema.Field{
	Name: "consumer", Type: schema.Foreign, Required: schema.Required, Reference: "consumers", OnDelete: schema.Cascade,
}
