package datastore

import "github.com/kongo-gateway/kongo/datastore/schema"

// keyRules: the name of a key of a key set has a form of its own.
type keyRules struct{ plain }

func (keyRules) cacheKey(e *schema.Entity, row Document, _ string) string {
	return e.Name + ":" + keyValue(e, row, "kid") + ":" + keyValue(e, row, "set")
}
