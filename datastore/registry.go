package datastore

import (
	"context"
	"errors"
	"time"
)

// ErrNoRegistry says that a store has no place for a list of nodes, for example because a database is another program's and
// the user may not make tables in it. The nodes can do without.
var ErrNoRegistry = errors.New("the store has no list of nodes")

// NodeRecord is an entry in the list of nodes. What Description says is the business of package cluster; it is a JSON object.
type NodeRecord struct {
	ID        string
	StartedAt time.Time
	// LastSeen is when the node announced itself last, by the store's clock, which sets it.
	LastSeen    time.Time
	Description []byte
}

// Registry keeps the list of the nodes that share a store. Its methods fail with ErrNoRegistry where there is none.
type Registry interface {
	// Announce puts a node on the list, or replaces what the list says of it. It is seen now.
	Announce(ctx context.Context, r NodeRecord) error
	// Nodes returns the list, in no particular order, and the store's present time.
	Nodes(ctx context.Context) ([]NodeRecord, time.Time, error)
	// Forget takes a node off the list and reports whether it was there.
	Forget(ctx context.Context, id string) (bool, error)
	// Writers returns when each node has last published an event after a moment, by their ids, leaving out a channel. It is
	// there with or without a list. A store with very many events may look at the newest alone.
	Writers(ctx context.Context, after time.Time, except string) (map[string]time.Time, error)
}
