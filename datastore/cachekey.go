package datastore

import (
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// cacheKeyParts is the number of values between an entity's name and the workspace in a cache key.
const cacheKeyParts = 5

// CacheKey is the name under which the caches of all nodes know a row: the entity's name, the values of its cache key (or
// its id), empty up to five, and the workspace, joined by colons. Some entities have forms of their own.
//
// Kong 3.9: cluster events, cache keys.
func CacheKey(e *schema.Entity, doc Document, ws string) string {
	return rulesOf(e).cacheKey(e, doc, ws)
}

// composedKey is a cache key of the common form.
func composedKey(e *schema.Entity, doc Document, ws string) string {
	values := make([]string, 0, cacheKeyParts)
	for _, name := range e.CacheKey {
		values = append(values, keyValue(e, doc, name))
	}
	if strings.Join(values, "") == "" || e.Unkeyed {
		values = append(values[:0], DocumentID(doc))
	}
	if !e.Workspaceable || uniqueEverywhere(e) {
		ws = ""
	}
	return cacheKey(e.Name, ws, values...)
}

// uniqueEverywhere reports whether one field makes up the key of e's rows and tells them apart in all workspaces.
func uniqueEverywhere(e *schema.Entity) bool {
	if len(e.CacheKey) != 1 {
		return false
	}
	f := e.Field(e.CacheKey[0])
	return f != nil && f.UniqueAcrossWorkspaces
}

func cacheKey(entity, ws string, values ...string) string {
	var b strings.Builder
	b.WriteString(entity)
	for i := range cacheKeyParts {
		b.WriteByte(':')
		if i < len(values) {
			b.WriteString(values[i])
		}
	}
	b.WriteByte(':')
	b.WriteString(ws)
	return b.String()
}

func keyValue(e *schema.Entity, doc Document, name string) string {
	if f := e.Field(name); f != nil && f.Type == schema.Foreign {
		return ForeignID(doc, name)
	}
	s, _ := doc[name].(string)
	return s
}
