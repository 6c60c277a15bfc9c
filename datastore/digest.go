package datastore

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

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

// Remove takes out a row that was added.
func (d *Digest) Remove(hash [sha256.Size]byte) {
	d.Rows--
	for i := range d.lanes {
		d.lanes[i] -= binary.BigEndian.Uint64(hash[8*i:])
	}
}

// RowHash is the same for rows that say the same, whatever stores they come from. It leaves out what stores may keep in
// different ways, which is fields without a value and the order of sets and ids; what follows from the rest; and the workspace and
// the moment of expiry.
func RowHash(e *schema.Entity, row Document) ([sha256.Size]byte, error) {
	text := make([]byte, 0, 1024)
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Transient {
			continue
		}
		var err error
		if text, err = appendMember(text, f.Name, row[f.Name], unordered(f)); err != nil {
			return [sha256.Size]byte{}, fmt.Errorf("hash %s: field %s: %w", e.Name, f.Name, err)
		}
	}
	return sha256.Sum256(text), nil
}

// unordered reports whether the order of a list means nothing: that of a set, and that of ids, which some databases keep as a
// set.
func unordered(f *schema.Field) bool {
	return f.Type == schema.Set || f.Elements != nil && f.Elements.UUID
}

// appendMember appends a name and its value, or nothing if there is no value in it.
func appendMember(dst []byte, name string, value any, anyOrder bool) ([]byte, error) {
	start := len(dst)
	dst = appendText(dst, name)
	named := len(dst)
	dst, err := appendValue(dst, value, anyOrder)
	if len(dst) == named {
		dst = dst[:start]
	}
	return dst, err
}

// appendValue appends a value in a form that no other value has, and nothing for what is empty.
func appendValue(dst []byte, value any, anyOrder bool) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return dst, nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		return appendText(append(dst, '"'), v), nil
	case int64:
		return strconv.AppendInt(append(dst, '#'), v, 10), nil
	case float64:
		if whole := int64(v); float64(whole) == v {
			return strconv.AppendInt(append(dst, '#'), whole, 10), nil
		}
		return strconv.AppendFloat(append(dst, '#'), v, 'g', -1, 64), nil
	case []any:
		return appendList(dst, v, anyOrder)
	case map[string]any:
		start := len(dst)
		dst = append(dst, '{')
		for _, name := range slices.Sorted(maps.Keys(v)) {
			var err error
			if dst, err = appendMember(dst, name, v[name], false); err != nil {
				return dst, err
			}
		}
		if len(dst) == start+1 {
			return dst[:start], nil
		}
		return append(dst, '}'), nil
	}
	text, err := json.Marshal(value)
	return append(dst, text...), err
}

func appendList(dst []byte, list []any, anyOrder bool) ([]byte, error) {
	if len(list) == 0 {
		return dst, nil
	}
	members := make([][]byte, len(list))
	for i, member := range list {
		var err error
		if members[i], err = appendValue(nil, member, false); err != nil {
			return dst, err
		}
	}
	if anyOrder {
		slices.SortFunc(members, bytes.Compare)
	}
	dst = append(dst, '[')
	for _, member := range members {
		dst = append(append(dst, member...), ',')
	}
	return append(dst, ']'), nil
}

// appendText appends a text after its length, so that it is clear where it ends.
func appendText(dst []byte, text string) []byte {
	return append(append(strconv.AppendInt(dst, int64(len(text)), 10), ':'), text...)
}
