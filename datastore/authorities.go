package datastore

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// authorityRules: no foreign key guards the lists of authorities that others trust, so these rules do.
type authorityRules struct{ plain }

// trustList is where the rows of an entity list the ids of the authorities that they trust.
type trustList struct {
	entity string
	list   func(row Document) any
	// channel is the one on which nodes are told of the trust stores made of such lists.
	channel string
}

var trustLists = []trustList{
	{
		"services",
		func(service Document) any { return service["ca_certificates"] },
		ChannelCoreInvalidations,
	},
	{
		"plugins",
		func(plugin Document) any {
			config, _ := plugin["config"].(map[string]any)
			return config["ca_certificates"]
		},
		ChannelInvalidations,
	},
}

// trusting calls fn with every row that trusts the authority with an id, and with the ids in its list, until fn fails.
func (db *DB) trusting(ctx context.Context, id string, fn func(t trustList, row Document, ids []string) error) error {
	for _, t := range trustLists {
		e := db.model.Entity(t.entity)
		if e == nil {
			continue
		}
		err := db.Each(ctx, e, Key{}, func(row Document) error {
			trusted, _ := t.list(row).([]any)
			if !slices.Contains(trusted, any(id)) {
				return nil
			}
			ids := make([]string, len(trusted))
			for i := range trusted {
				ids[i], _ = trusted[i].(string)
			}
			return fn(t, row, ids)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// deleting refuses the deletion of an authority that is trusted.
func (authorityRules) deleting(ctx context.Context, db *DB, row Document) error {
	id := DocumentID(row)
	return db.trusting(ctx, id, func(t trustList, row Document, _ []string) error {
		return stillTrusted(id, t.entity, DocumentID(row))
	})
}

// events make nodes load anew the trust stores that hold a changed authority. Nodes know a store by the ids in it.
//
// Kong 3.9: cluster events, rows written per change.
func (authorityRules) events(ctx context.Context, db *DB, c change) ([]Event, error) {
	if c.op != Updated {
		return nil, nil
	}
	var events []Event
	err := db.trusting(ctx, DocumentID(c.new), func(t trustList, _ Document, ids []string) error {
		slices.Sort(ids)
		sum := md5.Sum([]byte(strings.Join(ids, ":")))
		e := Event{Channel: t.channel, Data: "ca_stores:" + hex.EncodeToString(sum[:])}
		if !slices.Contains(events, e) {
			events = append(events, e)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("trust stores with %s: %w", DocumentID(c.new), err)
	}
	return events, nil
}
