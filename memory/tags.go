package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// tagPosition is a place in the order of tags: by entity and, of one entity, by the order in which it bears them. Entities
// of different kinds may have one id.
type tagPosition struct {
	id      string
	kind    string
	ordinal int
}

func (p tagPosition) compare(q tagPosition) int {
	return cmp.Or(strings.Compare(p.id, q.id), strings.Compare(p.kind, q.kind), cmp.Compare(p.ordinal, q.ordinal))
}

// Tags implements datastore.Store. Its tokens are ["id", "kind", ordinal].
func (s *Store) Tags(ctx context.Context, q datastore.TagQuery) (datastore.TagPage, error) {
	if err := alive(ctx, "tags"); err != nil {
		return datastore.TagPage{}, err
	}
	after, err := decodeTagOffset(q.Offset)
	if err != nil {
		return datastore.TagPage{}, err
	}
	type pair struct {
		tagPosition
		datastore.TagRow
	}
	var pairs []pair
	for kind, t := range s.contents.Load().tables {
		// Every table may have a whole page to itself; what is beyond that in one table is beyond it in all.
		beyond := 0
		for p, tag := range t.tagPairs(kind, q.Tag, after) {
			pairs = append(pairs, pair{p, datastore.TagRow{Tag: tag, EntityName: t.entity().TableName(), EntityID: p.id}})
			if beyond++; beyond > q.Size {
				break
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return a.compare(b.tagPosition) })
	var page datastore.TagPage
	for i, p := range pairs {
		if i == q.Size {
			last := pairs[i-1]
			page.Next = datastore.EncodeOffset(last.id, last.kind, last.ordinal)
			break
		}
		page.Rows = append(page.Rows, p.TagRow)
	}
	return page, nil
}

// tagPairs gives the tags of a table behind a position, in order; only those that are tag unless that is "".
func (t *table) tagPairs(kind, tag string, after tagPosition) func(yield func(tagPosition, string) bool) {
	return func(yield func(tagPosition, string) bool) {
		x, ok := t.indexes[tagsField]
		if !ok {
			return
		}
		// The row at the position itself may have more to show.
		before := after.id
		if before != "" {
			before = before[:len(before)-1]
		}
		walk := t.after(before)
		if tag != "" {
			walk = x.after(tag, before)
		}
		now := time.Now()
		for r := range walk {
			if expired(r, now) {
				continue
			}
			ordinal, more := 0, true
			t.codec.Texts(*r, func(field, value string) {
				if field != tagsField || !more {
					return
				}
				p := tagPosition{r.ID, kind, ordinal}
				ordinal++
				if p.compare(after) > 0 && (tag == "" || tag == value) {
					more = yield(p, value)
				}
			})
			if !more {
				return
			}
		}
	}
}

// decodeTagOffset reads a token. One that stops short means the end of what it names.
func decodeTagOffset(token string) (tagPosition, error) {
	if token == "" {
		return tagPosition{}, nil
	}
	key, err := datastore.DecodeOffset(token)
	if err != nil {
		return tagPosition{}, err
	}
	p := tagPosition{id: key[0].(string), kind: "\xff"}
	if len(key) == 3 {
		kind, ok := key[1].(string)
		ordinal, ok2 := key[2].(float64)
		if !ok || !ok2 || ordinal < 0 || ordinal > 1<<30 {
			return p, datastore.InvalidOffset(token, "bad json encoding")
		}
		p.kind, p.ordinal = kind, int(ordinal)
	}
	return p, nil
}
