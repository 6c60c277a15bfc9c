package datastore

import (
	"context"
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Operation names what happened to a row, in the words of balancer events.
type Operation string

// The operations.
const (
	Created Operation = "create"
	Updated Operation = "update"
	Deleted Operation = "delete"
)

// change is one committed change of one row. Old is nil for Created, New for Deleted.
type change struct {
	entity   *schema.Entity
	op       Operation
	old, new Document
	ws       string
}

// row is the row after the change, or the one that is gone.
func (c change) row() Document {
	if c.new != nil {
		return c.new
	}
	return c.old
}

// events lists what other nodes must be told of c, in the form in which real Kong nodes act on it. Creations are told too,
// because nodes remember what they did not find. The error says that some are missing.
//
// Kong 3.9: cluster events, rows written per change.
func (c change) events(ctx context.Context, db *DB) ([]Event, error) {
	more, err := rulesOf(c.entity).events(ctx, db, c)
	return append(c.keys(), more...), err
}

// keys are the names under which caches know the row, before and after.
func (c change) keys() []Event {
	channel := ChannelInvalidations
	if c.entity.CoreCache {
		channel = ChannelCoreInvalidations
	}
	keys := names(c.entity, c.row(), c.ws)
	if c.op == Updated {
		keys = append(keys, names(c.entity, c.old, c.ws)...)
	}
	var events []Event
	for i, key := range keys {
		if !slices.Contains(keys[:i], key) {
			events = append(events, Event{Channel: channel, Data: key})
		}
	}
	return events
}

// names are all names under which nodes know a row.
func names(e *schema.Entity, row Document, ws string) []string {
	return append([]string{CacheKey(e, row, ws)}, rulesOf(e).aliases(e, row, ws)...)
}

func coreKey(key string) Event { return Event{Channel: ChannelCoreInvalidations, Data: key} }
