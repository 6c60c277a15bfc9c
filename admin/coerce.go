package admin

import (
	"strconv"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// coerce turns the text of a form into the values of an entity. The time to live of a row is no field, but a number too.
func coerce(e *schema.Entity, form datastore.Document) datastore.Document {
	doc := e.Coerce(form)
	if text, ok := doc[schema.ColumnTTL].(string); ok && e.TTL {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			doc[schema.ColumnTTL] = n
		}
	}
	return doc
}
