package datastore

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Digest is a hash over rows that does not depend on their order, together with their number. Digests are equal, by ==, if the
// same rows went in.
type Digest struct {
	Rows  uint64
	lanes [sha256.Size / 8]uint64
}

// Add counts one more row, by its RowHash.
func (d *Digest) Add(hash [sha256.Size]byte) {
	d.Rows++
	for i := range d.lanes {
		d.lanes[i] += binary.BigEndian.Uint64(hash[8*i:])
	}
}

// String is the hash in hexadecimal digits.
func (d Digest) String() string {
	var sum [sha256.Size]byte
	for i, lane := range d.lanes {
		binary.BigEndian.PutUint64(sum[8*i:], lane)
	}
	return hex.EncodeToString(sum[:])
}

// RowHash is the same for rows that say the same, whatever stores they come from. It leaves out what stores may keep in
// different ways, which is fields without a value and the order of sets and ids; what follows from the rest; and the workspace and
// the moment of expiry.
func RowHash(e *schema.Entity, row Document) ([sha256.Size]byte, error) {
	kept := make(map[string]any, len(e.Fields))
	for i := range e.Fields {
		f := &e.Fields[i]
		value := valuesOnly(row[f.Name])
		if value == nil || f.Transient {
			continue
		}
		if list, ok := value.([]any); ok && unordered(f) {
			members, err := sorted(list)
			if err != nil {
				return [sha256.Size]byte{}, fmt.Errorf("hash %s: %w", e.Name, err)
			}
			kept[f.Name] = members
			continue
		}
		kept[f.Name] = value
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("hash %s: %w", e.Name, err)
	}
	return sha256.Sum256(text), nil
}

// unordered reports whether the order of a list means nothing: that of a set, and that of ids, which some databases keep as a
// set.
func unordered(f *schema.Field) bool {
	return f.Type == schema.Set || f.Elements != nil && f.Elements.UUID
}

// sorted returns the members of a set as they are written, in order.
func sorted(list []any) ([]json.RawMessage, error) {
	members := make([]json.RawMessage, len(list))
	for i, member := range list {
		text, err := json.Marshal(member)
		if err != nil {
			return nil, err
		}
		members[i] = text
	}
	slices.SortFunc(members, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	return members, nil
}

// valuesOnly returns a value without the empty ones in it, nil if it is one itself.
func valuesOnly(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := make(map[string]any, len(v))
		for name, member := range v {
			if member = valuesOnly(member); member != nil {
				kept[name] = member
			}
		}
		if len(kept) > 0 {
			return kept
		}
		return nil
	case []any:
		if len(v) == 0 {
			return nil
		}
		kept := make([]any, len(v))
		for i := range v {
			kept[i] = valuesOnly(v[i])
		}
		return kept
	}
	return v
}
