package cassandra_test

import (
	"testing"
	"time"

	"github.com/gocql/gocql"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// A poll reads what is new, however much has happened before and whether that has expired.
func TestPollAfterManyEvents(t *testing.T) {
	t.Parallel()
	server := testenv.Cassandra(t)
	model := coreModel(t)
	opts := lean(t, server, model)
	log := &requestLog{}
	opts.Observe = log.add
	opts.Timeout = patience
	store, err := cassandra.Open(t.Context(), opts, model)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	session := server.Session(t)

	// poll measures the best of some polls, which read only what was published last.
	poll := func() time.Duration {
		t.Helper()
		node := uuid.NewString()
		before, err := store.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Publish(t.Context(), node, []datastore.Event{{Channel: datastore.ChannelInvalidations, Data: "x"}}, 0, time.Hour); err != nil {
			t.Fatal(err)
		}
		log.take()
		best := patience
		for range 10 {
			start := time.Now()
			events, _, err := store.Events(t.Context(), []string{datastore.ChannelInvalidations, datastore.ChannelTargets}, before.Add(-time.Millisecond))
			if err != nil || len(events) != 1 {
				t.Fatalf("%d events: %v", len(events), err)
			}
			best = min(best, time.Since(start))
		}
		for _, r := range log.take() {
			if r.Rows > 1 {
				t.Errorf("a poll reads %d rows: %s", r.Rows, r.Statement)
			}
		}
		return best
	}

	first := poll()
	// Half of the old events are gone a second later, and have left their tombstones.
	const batch = 100
	past := time.Now().Add(-time.Minute)
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(8)
	for n := 0; n < testenv.CassandraEvents.N(); n += batch {
		group.Go(func() error {
			b := session.NewBatch(gocql.UnloggedBatch).WithContext(ctx)
			for i := range batch {
				ttl := 1 + (n/batch)%2*3600
				b.Query("INSERT INTO "+opts.Keyspace+".cluster_events (channel, at, node_id, id, data) VALUES (?, ?, uuid(), uuid(), ?) USING TTL ?",
					datastore.ChannelInvalidations, past.Add(time.Duration(n+i)*time.Microsecond/100), "services:x:::::", ttl)
			}
			return session.ExecuteBatch(b)
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	then := poll()
	t.Logf("a poll takes %v, and %v after %d events", first, then, testenv.CassandraEvents.N())
	// On a busy machine everything takes its time, but reading the old events would take seconds.
	if limit := 20*first + 100*time.Millisecond; then > limit {
		t.Errorf("a poll takes %v after %d events, and took %v before", then, testenv.CassandraEvents.N(), first)
	}
}
