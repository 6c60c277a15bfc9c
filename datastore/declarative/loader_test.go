package declarative_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
)

func source(text string) declarative.Source { return declarative.Source{Text: []byte(text)} }

// services is a document with a number of services.
func services(names ...string) string {
	text := `"services": [`
	for i, name := range names {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(`{"name": %q, "host": "h"}`, name)
	}
	return document(text + "]")
}

// TestLoadReplaces replaces one configuration by another.
func TestLoadReplaces(t *testing.T) {
	n := start(t)
	if n.loader.Hash() != declarative.NoHash || n.loader.NotReady() != "no configuration available (empty configuration present)" {
		t.Errorf("hash %s, reason %q in the beginning", n.loader.Hash(), n.loader.NotReady())
	}
	n.load(t, services("a", "b"))
	n.load(t, services("b", "c"))
	names := map[any]bool{}
	for _, row := range n.rows(t, "services") {
		names[row["name"]] = true
	}
	if len(names) != 2 || !names["b"] || !names["c"] {
		t.Errorf("services %v", names)
	}
	if n.loader.Hash() != declarative.TextHash([]byte(services("b", "c"))) || n.loader.NotReady() != "" {
		t.Errorf("hash %s, reason %q", n.loader.Hash(), n.loader.NotReady())
	}
}

// TestLoadRefuses loads what is wrong, which leaves everything as it was.
func TestLoadRefuses(t *testing.T) {
	n := start(t)
	n.load(t, services("a"))
	told := false
	n.feed.Subscribe(func(context.Context, []datastore.Event) { told = true }, datastore.ChannelEverything)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		text string
	}{
		{"unreadable", t.Context(), "a: ["},
		{"invalid", t.Context(), document(`"services": [{}]`)},
		{"a name twice", t.Context(), services("a", "a")},
		{"a reference to nothing", t.Context(), document(`"routes": [{"paths": ["/"], "service": "x"}]`)},
		{"too late", over, services("b")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := n.loader.Load(c.ctx, source(c.text)); err == nil {
				t.Error("no error")
			}
			if rows := n.rows(t, "services"); len(rows) != 1 || rows[0]["name"] != "a" || told {
				t.Errorf("services %v, told %v", rows, told)
			}
			if n.loader.Hash() != declarative.TextHash([]byte(services("a"))) {
				t.Errorf("hash %s", n.loader.Hash())
			}
		})
	}
}

// TestLoadTells looks at what a subscriber finds, who is told before Load returns.
func TestLoadTells(t *testing.T) {
	n := start(t)
	found := -1
	n.feed.Subscribe(func(_ context.Context, events []datastore.Event) {
		if len(events) == 1 && events[0].Channel == datastore.ChannelEverything {
			found = len(n.rows(t, "services"))
		}
	}, "anything")
	n.load(t, services("a", "b", "c"))
	if found != 3 {
		t.Errorf("the subscriber found %d services", found)
	}
}

// TestLoadOneAtATime loads a configuration while another one is on its way.
func TestLoadOneAtATime(t *testing.T) {
	n := start(t)
	under, finish := make(chan struct{}), make(chan struct{})
	n.feed.Subscribe(func(context.Context, []datastore.Event) {
		under <- struct{}{}
		<-finish
	}, "anything")
	var loading sync.WaitGroup
	loading.Go(func() { n.load(t, services("a")) })
	<-under
	if _, err := n.loader.Load(t.Context(), source(services("b"))); !errors.Is(err, declarative.ErrBusy) {
		t.Errorf("error %v", err)
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		if err := n.loader.Close(); err != nil {
			t.Error(err)
		}
	}()
	select {
	case <-closed:
		t.Error("closed while a configuration is on its way")
	default:
	}
	close(finish)
	loading.Wait()
	<-closed
	if _, err := n.loader.Load(t.Context(), source(services("b"))); !errors.Is(err, declarative.ErrClosed) {
		t.Errorf("error %v after the end", err)
	}
	if rows := n.rows(t, "services"); len(rows) != 1 || rows[0]["name"] != "a" {
		t.Errorf("services %v", rows)
	}
}

// TestLoadIsAtomic reads while configurations replace each other: what belongs together is seen together.
func TestLoadIsAtomic(t *testing.T) {
	n := start(t)
	ctx, stop := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	for range 4 {
		reading.Go(func() {
			for ctx.Err() == nil {
				rows, _, err := n.db.Page(ctx, n.model.Entity("services"), datastore.PageOptions{Size: 100})
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				for _, row := range rows {
					if row["host"] != rows[0]["host"] {
						t.Errorf("services of two configurations: %v and %v", rows[0]["host"], row["host"])
					}
				}
			}
		})
	}
	for round := range 20 {
		text := ""
		for i := range 50 {
			text += fmt.Sprintf(`{"name": "s%d", "host": "h%d"},`, i, round)
		}
		n.load(t, document(`"services": [`+text[:len(text)-1]+"]"))
	}
	stop()
	reading.Wait()
}
