package cluster

import (
	"context"
	"errors"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// View reads who shares a store. Its methods may be called by many goroutines.
type View struct {
	store datastore.Store
	reach Reach
}

// NewView returns a view of the nodes that share a store. Reach may be nil.
func NewView(store datastore.Store, reach Reach) *View { return &View{store, reach} }

// Nodes returns the nodes, the live ones or all.
func (v *View) Nodes(ctx context.Context, all bool) (List, error) {
	list, err := v.read(ctx)
	return list.filtered(all), err
}

// kongMemory is for how long a node of Kong's counts as live after an event that it wrote: for as long as the event is there.
const kongMemory = time.Hour

// read returns all nodes, in no order.
func (v *View) read(ctx context.Context) (List, error) {
	records, now, err := v.store.Nodes(ctx)
	if errors.Is(err, datastore.ErrNoRegistry) {
		now, err = v.store.Now(ctx)
	}
	if err != nil {
		return List{}, err
	}
	writers, err := v.store.Writers(ctx, now.Add(-kongMemory), channelProbe)
	if err != nil {
		return List{}, err
	}
	var list List
	var newest time.Time
	for _, at := range writers {
		if at.After(newest) {
			newest = at
		}
	}
	for _, r := range records {
		e := parseEntry(r)
		switch {
		case e.Kind == KindKongo:
			n := newNode(r.ID, r.StartedAt, r.LastSeen, now, &e)
			n.behind(writers, newest, now)
			list.Data = append(list.Data, n)
			delete(writers, r.ID)
		case !writers[r.ID].After(r.LastSeen): // hidden, and silent since
			delete(writers, r.ID)
		}
	}
	for id, at := range writers {
		list.Data = append(list.Data, kongNode(id, at, now))
	}
	list.markReplaced()
	return list, nil
}

// behind tells how long events of others have been waiting for a node that has not polled since the newest.
func (n *Node) behind(writers map[string]time.Time, newest, now time.Time) {
	if newest.Equal(writers[n.ID]) || !newest.After(n.polled) {
		return
	}
	if waiting := now.Sub(newest).Milliseconds(); waiting > *n.LagMS {
		n.LagMS = &waiting
	}
}

// kongNode is a node that is known by what it has written alone.
func kongNode(id string, at, now time.Time) Node {
	n := Node{
		ID: id, Kind: KindKong, LastSeenAt: unixSeconds(at), Live: now.Sub(at) <= kongMemory, seen: at,
		Listen: []string{}, AdminListen: []string{}, Differs: []string{}, Settings: Settings{},
	}
	n.name()
	return n
}

// Forget takes a node off the list and reports whether it was there. One that goes on announcing itself, or writing events,
// comes back.
func (v *View) Forget(ctx context.Context, id string) (bool, error) {
	list, err := v.read(ctx)
	if err != nil {
		return false, err
	}
	for _, n := range list.Data {
		if n.ID == id {
			return true, Hide(ctx, v.store, id)
		}
	}
	return false, nil
}
