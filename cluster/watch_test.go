package cluster_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/datastore"
)

func TestWatch(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := join(t, open(t, path), "a", nil)
	second := join(t, open(t, path), "b", nil)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	enough := errors.New("enough was seen")
	var change string
	var joined *member
	started := make(chan struct{})
	var changing sync.WaitGroup
	changing.Go(func() {
		<-started
		first.insert(t, "services", datastore.Document{"host": "h"})
	})
	defer changing.Wait()
	begin := sync.OnceFunc(func() { close(started) })
	defer begin()
	err := cluster.NewView(first.store, nil).Watch(ctx, func(h cluster.Happening) error {
		switch {
		case h.Nodes != nil:
			begin() // the watcher tells of what happens from now on
		case h.Change != nil && h.Change.Node == first.ID() && strings.HasPrefix(h.Change.Data, "services:"):
			change = h.Change.ID
		case h.Seen != nil && h.Seen.Change == change && h.Seen.Node == second.ID():
			if h.Seen.AfterMS < 0 || h.Seen.Hostname != "b" {
				t.Errorf("it was seen by %+v", h.Seen)
			}
			joined = join(t, open(t, path), "c", nil)
		case h.Joined != nil && joined != nil && h.Joined.ID == joined.ID():
			joined.stop()
			joined.Leave(ctx)
		case h.Gone != nil && joined != nil && h.Gone.ID == joined.ID():
			return enough
		case h.Fault != nil:
			t.Errorf("a fault: %+v", h.Fault)
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Errorf("watching ended with %v", err)
	}
}

// An outage is told of once when it begins and once when it is over, and nobody counts as gone because of it.
func TestWatchSurvivesAnOutage(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := join(t, open(t, path), "a", nil)
	store := &faulty{Store: open(t, path)}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	enough := errors.New("enough was seen")
	var told []string
	outage := func(on bool) {
		store.mu.Lock()
		defer store.mu.Unlock()
		store.list = nil
		if on {
			store.list = errors.New("no route to host")
		}
	}
	time.AfterFunc(time.Second, func() { outage(true) })
	err := cluster.NewView(store, nil).Watch(ctx, func(h cluster.Happening) error {
		switch {
		case h.Fault != nil:
			told = append(told, "fault")
			if !strings.Contains(h.Fault.Reason, "no route to host") || h.Fault.Remedy == "" {
				t.Errorf("the fault is %+v", h.Fault)
			}
			time.AfterFunc(time.Second, func() { outage(false) })
		case h.Recovered:
			told = append(told, "recovered")
			first.insert(t, "services", datastore.Document{"host": "h"})
		case h.Change != nil:
			return enough
		case h.Nodes != nil && len(told) == 0 && h.Nodes.Total == 1:
			told = append(told, "nodes")
		default:
			t.Errorf("this happened: %+v", h)
		}
		return nil
	})
	if !errors.Is(err, enough) || strings.Join(told, " ") != "nodes fault recovered" {
		t.Errorf("watching told %v and ended with %v", told, err)
	}
}
