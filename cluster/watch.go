package cluster

import (
	"context"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// Happening is something that Watch tells of. One of its parts is set.
type Happening struct {
	// Nodes are those that are live when watching begins, before anything else is told. Those that somebody else has listed have
	// a warning.
	Nodes  *List   `json:"nodes,omitempty"`
	Change *Change `json:"change,omitempty"`
	Seen   *Seen   `json:"seen,omitempty"`
	// Joined and Gone are nodes.
	Joined *Node `json:"joined,omitempty"`
	Gone   *Node `json:"gone,omitempty"`
	// Fault says that the store can't be watched for the moment, Recovered that it can again.
	Fault     *Fault `json:"fault,omitempty"`
	Recovered bool   `json:"recovered,omitempty"`
}

// Change is an event that a node has published.
type Change struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Node    string    `json:"node_id"`
	Channel string    `json:"channel"`
	Data    string    `json:"data"`
}

// Seen tells that a node has read a change.
type Seen struct {
	Change   string `json:"change"`
	Node     string `json:"node_id"`
	Hostname string `json:"hostname"`
	Address  string `json:"address"`
	AfterMS  int64  `json:"after_ms"`
}

// watchedChannels are those of Kong.
var watchedChannels = []string{
	datastore.ChannelInvalidations, datastore.ChannelCoreInvalidations, datastore.ChannelTargets, datastore.ChannelUpstreams,
	datastore.ChannelHealth, datastore.ChannelLogLevel, datastore.ChannelCachePurge,
}

// watchPause is the time between two looks at the store.
const watchPause = 250 * time.Millisecond

// Watch tells of changes and of who has seen them, and of nodes that come and go, until ctx is done or tell fails.
func (v *View) Watch(ctx context.Context, tell func(Happening) error) error {
	w := watcher{view: v, tell: tell, seen: map[string]time.Time{}}
	for {
		if err := w.look(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(watchPause):
		}
	}
}

type watcher struct {
	view    *View
	tell    func(Happening) error
	start   time.Time
	newest  time.Time            // of the events
	seen    map[string]time.Time // events by id
	pending []pendingChange
	nodes   map[string]Node // the live ones; nil before the first look
	failing bool
	// settled is when the nodes have had time to announce themselves again after the store was away.
	settled time.Time
}

// pendingChange is one that not all nodes have seen.
type pendingChange struct {
	Change
	waiting map[string]bool
}

func (w *watcher) look(ctx context.Context) error {
	events, list, err := w.read(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		if w.failing {
			return nil
		}
		w.failing = true
		fault := StoreFault(err)
		return w.tell(Happening{Fault: &fault})
	}
	if w.failing {
		w.failing = false
		w.settled = time.Now().Add(w.patience())
		if err := w.tell(Happening{Recovered: true}); err != nil {
			return err
		}
	}
	if err := w.members(list); err != nil {
		return err
	}
	if err := w.changes(events); err != nil {
		return err
	}
	return w.readers(list)
}

// read returns what happened since shortly before the last look.
func (w *watcher) read(ctx context.Context) ([]datastore.StoredEvent, List, error) {
	if w.start.IsZero() {
		now, err := w.view.store.Now(ctx)
		if err != nil {
			return nil, List{}, err
		}
		w.start = now.Add(-time.Millisecond)
	}
	after := w.newest.Add(-datastore.Lateness)
	if after.Before(w.start) {
		after = w.start
	}
	events, _, err := w.view.store.Events(ctx, watchedChannels, after)
	if err != nil {
		return nil, List{}, err
	}
	list, err := w.view.Nodes(ctx, false)
	return events, list, err
}

// patience is how long the nodes may take to announce themselves.
func (w *watcher) patience() time.Duration {
	longest := leastPatience
	for _, n := range w.nodes {
		if n.Kind == KindKongo {
			longest = max(longest, n.entry.patience())
		}
	}
	return longest
}

// members tells of nodes that came or went.
func (w *watcher) members(list List) error {
	first := w.nodes == nil
	if first {
		if err := w.tell(Happening{Nodes: &list}); err != nil {
			return err
		}
	}
	live := map[string]Node{}
	for _, n := range list.Data {
		live[n.ID] = n
		if _, known := w.nodes[n.ID]; !known && !first {
			if err := w.tell(Happening{Joined: &n}); err != nil {
				return err
			}
		}
	}
	for id, n := range w.nodes {
		if _, there := live[id]; !there {
			if time.Now().Before(w.settled) {
				live[id] = n
				continue
			}
			if err := w.tell(Happening{Gone: &n}); err != nil {
				return err
			}
		}
	}
	w.nodes = live
	return nil
}

// changes tells of new events and begins to wait for those who have to see them.
func (w *watcher) changes(events []datastore.StoredEvent) error {
	for _, e := range events {
		if _, known := w.seen[e.ID]; known {
			continue
		}
		w.seen[e.ID] = e.At
		if e.At.After(w.newest) {
			w.newest = e.At
		}
		c := pendingChange{Change{ID: e.ID, At: e.At, Node: e.Node, Channel: e.Channel, Data: e.Data}, map[string]bool{}}
		for id, n := range w.nodes {
			if n.Kind == KindKongo && id != e.Node {
				c.waiting[id] = true
			}
		}
		w.pending = append(w.pending, c)
		if err := w.tell(Happening{Change: &c.Change}); err != nil {
			return err
		}
	}
	for id, at := range w.seen {
		if at.Before(w.newest.Add(-2 * datastore.Lateness)) { // no look reaches back so far
			delete(w.seen, id)
		}
	}
	return nil
}

// readers tells who has read up to behind a change.
func (w *watcher) readers(list List) error {
	var left []pendingChange
	for _, c := range w.pending {
		for _, n := range list.Data {
			if !c.waiting[n.ID] || n.polled.Before(c.At) {
				continue
			}
			delete(c.waiting, n.ID)
			err := w.tell(Happening{Seen: &Seen{
				Change: c.ID, Node: n.ID, Hostname: n.Hostname, Address: n.Address, AfterMS: n.polled.Sub(c.At).Milliseconds(),
			}})
			if err != nil {
				return err
			}
		}
		for id := range c.waiting { // a node that went sees nothing any more
			if _, there := w.nodes[id]; !there {
				delete(c.waiting, id)
			}
		}
		if len(c.waiting) > 0 {
			left = append(left, c)
		}
	}
	w.pending = left
	return nil
}
