package storetest

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
)

// testRegistry keeps a list of nodes.
func testRegistry(s *suite) {
	other := s.open()
	before, err := s.store.Now(s.ctx)
	s.must(err)
	first, second := uuid.NewString(), uuid.NewString()
	started := before.Add(-time.Hour).Truncate(time.Millisecond)
	announce := func(store datastore.Store, id, description string) {
		s.Helper()
		s.must(store.Announce(s.ctx, datastore.NodeRecord{ID: id, StartedAt: started, Description: []byte(description)}))
	}
	list := func() (map[string]datastore.NodeRecord, time.Time) {
		s.Helper()
		nodes, now, err := other.Nodes(s.ctx)
		s.must(err)
		byID := make(map[string]datastore.NodeRecord)
		for _, n := range nodes {
			byID[n.ID] = n
		}
		if len(byID) != len(nodes) {
			s.Errorf("a node is on the list twice: %v", nodes)
		}
		return byID, now
	}

	if nodes, _ := list(); len(nodes) > 0 {
		s.Errorf("a new list has %v", nodes)
	}
	announce(s.store, first, `{"n": 1}`)
	announce(other, second, `{"n": "'\"\u00e4"}`)
	nodes, now := list()
	if got := slices.Sorted(maps.Keys(nodes)); !slices.Equal(got, slices.Sorted(slices.Values([]string{first, second}))) {
		s.Fatalf("the list has %v, want %s and %s", got, first, second)
	}
	n := nodes[first]
	if !n.StartedAt.Equal(started) || strings.ReplaceAll(string(n.Description), " ", "") != `{"n":1}` {
		s.Errorf("the node is %+v", n)
	}
	// Servers of one store may have clocks of their own.
	if n.LastSeen.Before(before.Add(-time.Second)) || n.LastSeen.After(now.Add(time.Second)) {
		s.Errorf("it was seen at %v, between %v and %v", n.LastSeen, before, now)
	}
	time.Sleep(20 * time.Millisecond)
	announce(s.store, first, `{"n": 2}`)
	nodes, _ = list()
	again := nodes[first]
	if len(nodes) != 2 || !again.LastSeen.After(n.LastSeen) || !strings.Contains(string(again.Description), "2") {
		s.Errorf("announced again the node is %+v of %d", again, len(nodes))
	}

	for _, want := range []bool{true, false} {
		if found, err := s.store.Forget(s.ctx, first); err != nil || found != want {
			s.Errorf("forget: %v, error %v, want %v", found, err, want)
		}
	}
	if nodes, _ := list(); len(nodes) != 1 || nodes[second].ID == "" {
		s.Errorf("the list still has %v", nodes)
	}
}

// testWriters finds out who published events.
func testWriters(s *suite) {
	before, err := s.store.Now(s.ctx)
	s.must(err)
	first, second := uuid.NewString(), uuid.NewString()
	publish := func(node, channel string) {
		s.Helper()
		s.must(s.store.Publish(s.ctx, node, []datastore.Event{{Channel: channel, Data: "x"}}, 0, time.Hour))
	}
	publish(first, datastore.ChannelInvalidations)
	time.Sleep(20 * time.Millisecond)
	publish(first, datastore.ChannelTargets)
	publish(second, "left out")
	writers, err := s.store.Writers(s.ctx, before.Add(-time.Second), "left out")
	s.must(err)
	events, _, err := s.store.Events(s.ctx, []string{datastore.ChannelTargets}, before.Add(-time.Second))
	s.must(err)
	if len(writers) != 1 || len(events) != 1 || !writers[first].Equal(events[0].At) {
		s.Errorf("the writers are %v, want %s at the time of %v", writers, first, events)
	}
	if late, err := s.store.Writers(s.ctx, writers[first], ""); err != nil || !late[first].IsZero() {
		s.Errorf("after the last event the writers are %v, error %v", late, err)
	}
}
