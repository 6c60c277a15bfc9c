package datastore_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// A node that could not poll for longer than events live may have missed some, and drops all that it knows.
func TestJoiningC5DropsEverythingAfterAGap(t *testing.T) {
	for gap, want := range map[time.Duration][]string{
		50 * time.Minute: {"c missed"},
		2 * time.Hour:    {"everything ", "c missed"},
	} {
		t.Run(gap.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &scripted{now: time.Unix(1700000000, 0)}
				feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{
					Node: "self", Frequency: 5 * time.Second, Log: slog.New(slog.DiscardHandler),
				})
				if err != nil {
					t.Fatal(err)
				}
				r := &receiver{}
				feed.Subscribe(r.notify, "c")
				ctx, cancel := context.WithCancel(t.Context())
				var running sync.WaitGroup
				running.Go(func() { feed.Run(ctx) })
				defer running.Wait()
				defer cancel()

				fail := func(err error) {
					store.mu.Lock()
					defer store.mu.Unlock()
					store.away = err
				}
				fail(errors.New("away"))
				store.happen("missed", store.now)
				time.Sleep(gap)
				r.expect(t)
				fail(nil)
				time.Sleep(10 * time.Second)
				r.expect(t, want...)
			})
		})
	}
}
