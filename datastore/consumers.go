package datastore

import "github.com/kongo-gateway/kongo/datastore/schema"

// consumerRules: nodes look consumers up by name as well.
type consumerRules struct{ plain }

func (consumerRules) aliases(e *schema.Entity, row Document, ws string) []string {
	if username := keyValue(e, row, "username"); username != "" {
		return []string{cacheKey(e.Name, ws, username)}
	}
	return nil
}
