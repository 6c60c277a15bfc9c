package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
)

// testEvents stores events and polls them.
func testEvents(s *suite) {
	const node = "6f1c1f43-6a4a-4f0c-8f0e-4a5d6e7f8091"
	start, err := s.store.Now(s.ctx)
	s.must(err)
	before := start.Add(-time.Millisecond)
	s.must(s.store.Publish(s.ctx, node, nil, 0, time.Hour))
	sent := []datastore.Event{{Channel: "a", Data: "1"}, {Channel: "b", Data: "2:x:'\"{}"}, {Channel: "a", Data: "3"}}
	s.must(s.store.Publish(s.ctx, node, sent, 0, time.Hour))
	s.must(s.store.Publish(s.ctx, node, []datastore.Event{{Channel: "later", Data: "4"}}, 3*time.Second, time.Hour))

	events, now, err := s.store.Events(s.ctx, []string{"a", "b", "unused"}, before)
	s.must(err)
	if len(events) != len(sent) {
		s.Fatalf("got the events %v, want %v", events, sent)
	}
	seen := make(map[string]bool)
	for i, e := range events {
		if e.Event != sent[i] || e.Node != node {
			s.Errorf("event %d is %v, want %v", i, e, sent[i])
		}
		if !e.NotBefore.IsZero() || e.At.Before(before) || e.At.After(now) {
			s.Errorf("event %d happened at %v, not before %v; it was published after %v and read at %v",
				i, e.At, e.NotBefore, before, now)
		}
		if seen[e.ID] || e.ID == "" {
			s.Errorf("event %d has no id of its own: %q", i, e.ID)
		}
		seen[e.ID] = true
	}
	events, _, err = s.store.Events(s.ctx, []string{"later"}, before)
	s.must(err)
	if len(events) != 1 || events[0].NotBefore.Sub(events[0].At) != 3*time.Second {
		s.Fatalf("the delayed event: %v", events)
	}
	for _, channels := range [][]string{nil, {"unused"}} {
		if events, _, err := s.store.Events(s.ctx, channels, before); err != nil || len(events) > 0 {
			s.Errorf("events on %v: %v %v", channels, events, err)
		}
	}
	if late, _, err := s.store.Events(s.ctx, []string{"later"}, events[0].At); err != nil || len(late) > 0 {
		s.Errorf("events after the last one: %v %v", late, err)
	}

	s.must(s.store.Publish(s.ctx, node, []datastore.Event{{Channel: "short", Data: "5"}}, 0, time.Second))
	s.eventually("the event is forgotten", func() bool {
		s.must(s.store.DeleteExpired(s.ctx, s.model))
		events, _, err := s.store.Events(s.ctx, []string{"short"}, before)
		s.must(err)
		return len(events) == 0
	})
	if events, _, err := s.store.Events(s.ctx, []string{"a", "b"}, before); err != nil || len(events) != len(sent) {
		s.Errorf("the events that last: %v %v", events, err)
	}
}

// testEventsConcurrently polls while several stores publish, from shortly before the newest event of the last poll on. No
// event may be missed because it was committed later than others that happened after it.
func testEventsConcurrently(s *suite) {
	const publishers, each = 4, 40
	position, err := s.store.Now(s.ctx)
	s.must(err)
	stores := []datastore.Store{s.open(), s.open()}
	var published atomic.Int64
	var publishing sync.WaitGroup
	for p := range publishers {
		publishing.Go(func() {
			defer published.Add(1)
			for n := range each {
				e := datastore.Event{Channel: "c", Data: fmt.Sprintf("%d/%d", p, n)}
				if err := stores[p%len(stores)].Publish(s.ctx, uuid.NewString(), []datastore.Event{e}, 0, time.Hour); err != nil {
					s.Errorf("publish: %v", err)
					return
				}
			}
		})
	}
	seen := make(map[string]bool)
	var data []string
	for done := false; !done; {
		done = published.Load() == publishers
		events, _, err := s.store.Events(s.ctx, []string{"c"}, position.Add(-datastore.Lateness))
		s.must(err)
		for _, e := range events {
			if !seen[e.ID] {
				seen[e.ID] = true
				data = append(data, e.Data)
			}
			if e.At.After(position) {
				position = e.At
			}
		}
	}
	publishing.Wait()
	for p := range publishers {
		for n := range each {
			if !slices.Contains(data, fmt.Sprintf("%d/%d", p, n)) {
				s.Errorf("event %d of publisher %d was missed", n, p)
			}
		}
	}
}

// testLocks takes locks and waits for them.
func testLocks(s *suite) {
	lock := func(name, owner string, ttl time.Duration, want bool) {
		s.Helper()
		got, err := s.store.Lock(s.ctx, name, owner, ttl)
		s.must(err)
		if got != want {
			s.Errorf("%s gets lock %s: %v, want %v", owner, name, got, want)
		}
	}
	lock("l", "a", time.Hour, true)
	lock("l", "b", time.Hour, false)
	lock("other", "b", time.Hour, true)
	lock("l", "a", time.Hour, true)
	s.must(s.store.Unlock(s.ctx, "l", "b"))
	lock("l", "b", time.Hour, false)
	s.must(s.store.Unlock(s.ctx, "l", "a"))
	lock("l", "b", time.Second, true)
	s.eventually("the lock is free again", func() bool {
		got, err := s.store.Lock(s.ctx, "l", "c", time.Hour)
		s.must(err)
		return got
	})
	lock("l", "b", time.Hour, false)

	stores := []datastore.Store{s.store, s.open()}
	var winners atomic.Int64
	concurrently(writers, func(n int) {
		got, err := stores[n%len(stores)].Lock(s.ctx, "contended", fmt.Sprint(n), time.Hour)
		if err != nil {
			s.Errorf("lock: %v", err)
		}
		if got {
			winners.Add(1)
		}
	})
	if winners.Load() != 1 {
		s.Errorf("%d owners got the lock at once", winners.Load())
	}
}

// testDeadlines calls methods whose context is over.
func testDeadlines(s *suite) {
	row := s.insert(&authors, datastore.Document{"name": "Ada"})
	expired, cancel := context.WithDeadline(s.ctx, time.Now().Add(-time.Second))
	defer cancel()
	id := datastore.DocumentID(row)
	for name, call := range map[string]func() error{
		"select": func() error { _, err := s.store.Select(expired, &authors, datastore.ID(id), ""); return err },
		"page":   func() error { _, err := s.store.Page(expired, &authors, datastore.Query{Size: 1}); return err },
		"insert": func() error {
			return s.store.Insert(expired, &authors, s.row(&authors, datastore.Document{"name": "B"}))
		},
		"update":  func() error { return s.store.Update(expired, &authors, row) },
		"upsert":  func() error { _, err := s.store.Upsert(expired, &authors, "id", row); return err },
		"delete":  func() error { _, err := s.store.Delete(expired, &authors, id); return err },
		"tags":    func() error { _, err := s.store.Tags(expired, datastore.TagQuery{Size: 1}); return err },
		"publish": func() error { return s.store.Publish(expired, "n", []datastore.Event{{}}, 0, time.Hour) },
		"events":  func() error { _, _, err := s.store.Events(expired, []string{"c"}, time.Time{}); return err },
		"lock":    func() error { _, err := s.store.Lock(expired, "l", "a", time.Hour); return err },
		"ping":    func() error { return s.store.Ping(expired) },
	} {
		if err := call(); !errors.Is(err, context.DeadlineExceeded) {
			s.Errorf("%s: %v, want the context's error", name, err)
		}
	}
	s.holds(&authors, row)
}
