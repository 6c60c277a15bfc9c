package storetest

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// frequency is how often the nodes of the suite poll.
const frequency = 10 * time.Millisecond

// nodeSuite is one test of nodes that share storage for the entities of the core.
type nodeSuite struct {
	*suite
}

func newNodeSuite(t *testing.T, d Driver) *nodeSuite {
	entities := entity.Core(entity.Options{RouterFlavor: "traditional"})
	if d.Variant != nil {
		entities = d.Variant(entities)
	}
	return &nodeSuite{newSuite(t, d, mustModel(entities...))}
}

// node is a process of a cluster: a store, a feed that polls and the DB on top of them.
type node struct {
	*nodeSuite
	db  *datastore.DB
	log *eventLog
}

// node starts a node, which stops when the test ends.
func (s *nodeSuite) node(store datastore.Store, propagation time.Duration) *node {
	s.Helper()
	logger := slog.New(slog.DiscardHandler)
	feed, err := datastore.NewFeed(s.ctx, store, datastore.FeedOptions{
		Node: uuid.NewString(), Frequency: frequency, Propagation: propagation, Log: logger,
	})
	s.must(err)
	log := &eventLog{}
	feed.Subscribe(log.add, datastore.ChannelInvalidations, datastore.ChannelCoreInvalidations, datastore.ChannelTargets,
		datastore.ChannelUpstreams)
	db, err := datastore.NewDB(s.ctx, store, s.model, feed, logger)
	s.must(err)
	ctx, cancel := context.WithCancel(s.ctx)
	var running sync.WaitGroup
	running.Go(func() { feed.Run(ctx) })
	s.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return &node{nodeSuite: s, db: db, log: log}
}

// entity is the entity of the core with a name.
func (s *nodeSuite) entity(name string) *schema.Entity { return s.model.Entity(name) }

// insert adds an entity through the node's DB.
func (n *node) insert(name string, body datastore.Document) datastore.Document {
	n.Helper()
	row, err := n.db.Insert(n.ctx, n.entity(name), body)
	n.must(err)
	return row
}

// eventLog gathers events in the order in which a node learns of them.
type eventLog struct {
	mu     sync.Mutex
	events []datastore.Event
	times  []time.Time
}

func (l *eventLog) add(_ context.Context, events []datastore.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range events {
		l.events = append(l.events, e)
		l.times = append(l.times, time.Now())
	}
}

func (l *eventLog) all() ([]datastore.Event, []time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.events), slices.Clone(l.times)
}

// changes are the events of a whole life, made on a node.
func (n *node) changes() {
	n.Helper()
	service := n.insert("services", datastore.Document{"name": "s", "host": "example.com"})
	n.insert("routes", datastore.Document{"paths": []any{"/a"}, "service": foreign(service)})
	key := datastore.ID(datastore.DocumentID(service))
	if _, err := n.db.Update(n.ctx, n.entity("services"), key, datastore.Document{"retries": int64(1)}); err != nil {
		n.Fatal(err)
	}
	upstream := n.insert("upstreams", datastore.Document{"name": "u"})
	for _, target := range []string{"a.example:1", "b.example:2"} {
		n.insert("targets", datastore.Document{"target": target, "upstream": foreign(upstream)})
	}
	if _, err := n.db.Delete(n.ctx, n.entity("upstreams"), datastore.Key{Field: "name", Value: "u"}); err != nil {
		n.Fatal(err)
	}
}

// caughtUp fails the test unless other learns of the same events as n, in the same order and once.
func (n *node) caughtUp(other *node) {
	n.Helper()
	want, _ := n.log.all()
	n.eventually("the other node learns of every event", func() bool {
		got, _ := other.log.all()
		return len(got) >= len(want)
	})
	time.Sleep(10 * frequency) // what would be told twice is told at the next polls
	if got, _ := other.log.all(); !slices.Equal(got, want) {
		n.Errorf("the other node learned of\n%v\nwant\n%v", got, want)
	}
	if again, _ := n.log.all(); !slices.Equal(again, want) {
		n.Errorf("the node was told of its own events again:\n%v\nfirst\n%v", again, want)
	}
}

// testFeed compares what two nodes learn of.
func testFeed(s *nodeSuite) {
	a, b := s.node(s.store, 0), s.node(s.open(), 0)
	a.changes()
	if own, _ := a.log.all(); len(own) == 0 {
		s.Error("the node itself did not learn of its changes before they were acknowledged")
	}
	a.caughtUp(b)
	first, _ := a.log.all()
	c := s.node(s.open(), 0)
	a.insert("consumers", datastore.Document{"username": "late"})
	a.caughtUp(b)
	s.eventually("a node that starts later learns of later events", func() bool {
		got, _ := c.log.all()
		return len(got) > 0
	})
	if got, _ := c.log.all(); slices.ContainsFunc(got, func(e datastore.Event) bool { return e == first[0] }) {
		s.Errorf("a node that started later was told of %v", first[0])
	}
}

// testFeedDelay lets events wait.
func testFeedDelay(s *nodeSuite) {
	const delay = time.Second
	a, b := s.node(s.store, delay), s.node(s.open(), delay)
	start := time.Now()
	a.insert("services", datastore.Document{"host": "example.com"})
	if own, _ := a.log.all(); len(own) == 0 {
		s.Error("a node waits for its own events")
	}
	a.caughtUp(b)
	_, times := b.log.all()
	// Clocks of stores are cut to milliseconds.
	if waited := times[0].Sub(start); waited < delay-10*time.Millisecond {
		s.Errorf("the other node acted after %v, want %v", waited, delay)
	}
}

// testFeedOutage keeps a node from its store while others change something.
func testFeedOutage(s *nodeSuite) {
	link := &unreliable{Store: s.open()}
	a, b := s.node(s.store, 0), s.node(link, 0)
	a.insert("services", datastore.Document{"host": "before.example"})
	a.caughtUp(b)

	link.cut(true)
	a.changes()
	told, _ := b.log.all()
	link.cut(false)
	if all, _ := a.log.all(); len(told) >= len(all) {
		s.Error("the node learned of changes while it could not")
	}
	a.caughtUp(b)
}

// unreliable is a store whose server may be away.
type unreliable struct {
	datastore.Store
	mu   sync.Mutex
	away bool
}

func (u *unreliable) cut(away bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.away = away
}

func (u *unreliable) Events(
	ctx context.Context, channels []string, after time.Time,
) ([]datastore.StoredEvent, time.Time, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.away {
		return nil, time.Time{}, errors.New("the server is away")
	}
	return u.Store.Events(ctx, channels, after)
}
