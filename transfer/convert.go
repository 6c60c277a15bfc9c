package transfer

import (
	"fmt"
	"reflect"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// convert returns a row of the source as the target keeps it in the workspace ws.
func (k kind) convert(row datastore.Document, ws string) datastore.Document {
	converted := make(datastore.Document, len(row)+2)
	for i := range k.to.Fields {
		f := &k.to.Fields[i]
		v, ok := row[f.Name]
		if from := k.from.Field(f.Name); v == nil && f.Auto && !f.Transient && from != nil && from.Transient {
			v, ok = row[createdAt], true
		}
		if ok {
			converted[f.Name] = v
		}
	}
	converted = k.to.Complete(converted)
	if k.to.TTL {
		converted[schema.ColumnTTL] = row[schema.ColumnTTL]
	}
	return datastore.Stored(k.to, converted, ws)
}

// createdAt is the timestamp that rows have in databases of every age.
const createdAt = "created_at"

// lost says what of a row the target can't keep, or "": fields that it does not have, and values that it refuses although
// the source takes them.
func (k kind) lost(row datastore.Document) string {
	for i := range k.from.Fields {
		f := &k.from.Fields[i]
		v := row[f.Name]
		if f.Transient || f.Auto || empty(v) {
			continue
		}
		if k.to.Field(f.Name) == nil {
			return "field " + f.Name
		}
		if reason := k.to.ValidateField(f.Name, v); reason != "" && k.from.ValidateField(f.Name, v) == "" {
			return fmt.Sprintf("%s: %s", f.Name, reason)
		}
	}
	return ""
}

func empty(v any) bool {
	if v == nil {
		return true
	}
	kind := reflect.ValueOf(v).Kind()
	return (kind == reflect.Map || kind == reflect.Slice) && reflect.ValueOf(v).Len() == 0
}
