package datastore

import "github.com/kongo-gateway/kongo/datastore/schema"

// Document is an entity in the form of package schema: nil, bool, int64, float64, string, []any and map[string]any. Foreign
// fields are {"id": …}.
//
// The documents that a Store takes and returns have members beyond the entity's fields: "ws_id", "cache_key" and, where the
// entity can expire, "ttl" with the moment of expiry in Unix seconds or nil.
type Document = map[string]any

// Key addresses one row by its id or by a unique field.
type Key struct {
	Field string
	Value string
}

// ID addresses a row by its primary key.
func ID(id string) Key { return Key{Field: schema.PrimaryKey, Value: id} }

// IsID reports whether k is a primary key.
func (k Key) IsID() bool { return k.Field == schema.PrimaryKey }

// document is k in the notation of messages.
func (k Key) document() Document { return Document{k.Field: k.Value} }

// ForeignID returns the id that the foreign field of doc points to, or "".
func ForeignID(doc Document, field string) string {
	parent, _ := doc[field].(map[string]any)
	id, _ := parent[schema.PrimaryKey].(string)
	return id
}

// DocumentID returns the id of doc, or "".
func DocumentID(doc Document) string {
	id, _ := doc[schema.PrimaryKey].(string)
	return id
}
