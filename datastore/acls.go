package datastore

import "github.com/kongo-gateway/kongo/datastore/schema"

// aclRules: nodes remember all groups of a consumer together.
type aclRules struct{ plain }

func (aclRules) aliases(e *schema.Entity, row Document, ws string) []string {
	return []string{cacheKey(e.Name, ws, ForeignID(row, "consumer"))}
}
