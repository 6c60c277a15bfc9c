package transfer

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

const (
	// expiryTolerance is how far the moments of expiry of the same row may be apart. Stores keep them in whole seconds, and some
	// work them out from what is left.
	expiryTolerance = 5 * time.Second
	// expiringSoon is the time before its expiry in which a row may be gone from one side already.
	expiringSoon = time.Minute
)

// difference is what it takes to make the rows of a kind the same.
type difference struct {
	kind
	// write are the ids of the rows that the target lacks or has otherwise, extra those that only the target has.
	write map[string]struct{}
	extra []string
	// lasting are the extra rows that will not expire by themselves within moments.
	lasting        int
	source, target datastore.Digest
}

// size is the number of rows that differ.
func (d *difference) size() int { return len(d.write) + len(d.extra) }

// state is what is remembered of a row: its hash, and its moment of expiry in Unix seconds, 0 for never.
type state struct {
	hash   [sha256.Size]byte
	expiry int64
}

func stateOf(e *schema.Entity, row datastore.Document) (state, error) {
	hash, err := datastore.RowHash(e, row)
	expiry, _ := row[schema.ColumnTTL].(int64)
	return state{hash, expiry}, err
}

func (s state) equal(other state) bool {
	if s.hash != other.hash || (s.expiry == 0) != (other.expiry == 0) {
		return false
	}
	return (time.Duration(s.expiry-other.expiry) * time.Second).Abs() <= expiryTolerance
}

// compare reads the rows of a kind on both sides. Unkept is told of rows that differ and that the target can't keep.
func (c *copier) compare(ctx context.Context, k kind, unkept func(id, what string)) (*difference, error) {
	d := &difference{kind: k, write: make(map[string]struct{})}
	c.reading(k.name)
	if k.to == nil {
		return d, c.from.DB.Each(ctx, k.from, datastore.Key{}, func(row datastore.Document) error {
			unkept(datastore.DocumentID(row), "")
			return nil
		})
	}
	there := make(map[string]state)
	err := c.to.DB.Each(ctx, k.to, datastore.Key{}, func(row datastore.Document) error {
		s, err := stateOf(k.to, row)
		there[datastore.DocumentID(row)] = s
		d.target.Add(s.hash)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	err = c.from.DB.Each(ctx, k.from, datastore.Key{}, func(row datastore.Document) error {
		id := datastore.DocumentID(row)
		s, err := stateOf(k.to, k.convert(row, c.to.DB.Workspace()))
		if err != nil {
			return err
		}
		d.source.Add(s.hash)
		if known, ok := there[id]; !ok || !known.equal(s) {
			d.write[id] = struct{}{}
			if what := k.lost(row); what != "" {
				unkept(id, what)
			}
		}
		delete(there, id)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	soon := time.Now().Add(expiringSoon).Unix()
	for id, s := range there {
		d.extra = append(d.extra, id)
		if s.expiry == 0 || s.expiry > soon {
			d.lasting++
		}
	}
	slices.Sort(d.extra)
	return d, nil
}

// compareAll compares kinds. It fails with an *UnkeptError if the target can't keep what there is to write.
func (c *copier) compareAll(ctx context.Context, kinds []kind) ([]*difference, error) {
	var unkept UnkeptError
	var all []*difference
	for _, k := range kinds {
		d, err := c.compare(ctx, k, func(id, what string) { unkept.add(k.name, id, what) })
		if err != nil {
			return nil, fmt.Errorf("compare %s: %w", k.name, err)
		}
		if k.to != nil {
			all = append(all, d)
		}
	}
	if len(unkept.Rows) > 0 {
		return nil, &unkept
	}
	return all, nil
}
