package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

func TestJoiningC1ReadsEveryEventOnce(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	told := n.listen(general)
	n.poll()
	conn := connect(t, location)
	var want []string
	for i := range 30 {
		data := fmt.Sprint("event ", i)
		want = append(want, data)
		insertEvent(t, location, general, data)
		if i%10 != 0 {
			continue
		}
		// This one gets its time now, and is committed when polls have gone past it.
		late := fmt.Sprint("late event ", i)
		want = append(want, late)
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = tx.Exec(t.Context(), `INSERT INTO cluster_events (id, node_id, at, expire_at, channel, data)
			VALUES ($1, $2, CURRENT_TIMESTAMP(3), CURRENT_TIMESTAMP(3) + INTERVAL '1 hour', $3, $4)`,
			uuid.NewString(), kongsNode, general, late)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * frequency)
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	told.wait(t, want...)
}

// The position is one of the database's clock, however far that is from the clock of this machine.
func TestJoiningC1PollsByTheDatabasesClock(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]time.Duration{"ahead": 24 * time.Hour, "behind": -24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			location := kong(t)
			server := serverAt(t, location)
			n := startNode(t, server, nil)
			var err error
			n.feed, err = datastore.NewFeed(t.Context(), &clock{n.store, by}, datastore.FeedOptions{
				Node: uuid.NewString(), Frequency: frequency, Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Fatal(err)
			}
			told := n.listen(general)
			n.poll()
			insertEvent(t, location, general, "one")
			run(t, location, fmt.Sprintf(`INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data) VALUES
				('%s', '%s', CURRENT_TIMESTAMP(3), CURRENT_TIMESTAMP(3) + INTERVAL '0.5 s', CURRENT_TIMESTAMP(3) + INTERVAL '1 hour',
				'%s', 'two')`, uuid.NewString(), kongsNode, general))
			told.wait(t, "one", "two")
		})
	}
}

// clock is a database whose clock is off, seen from this machine.
type clock struct {
	datastore.EventStore
	by time.Duration
}

func (c *clock) Now(ctx context.Context) (time.Time, error) {
	now, err := c.EventStore.Now(ctx)
	return now.Add(c.by), err
}

func (c *clock) Events(ctx context.Context, channels []string, after time.Time) ([]datastore.StoredEvent, time.Time, error) {
	events, now, err := c.EventStore.Events(ctx, channels, after.Add(-c.by))
	for i := range events {
		events[i].At = events[i].At.Add(c.by)
		if !events[i].NotBefore.IsZero() {
			events[i].NotBefore = events[i].NotBefore.Add(c.by)
		}
	}
	return events, now.Add(c.by), err
}

func TestJoiningC2SkipsItsOwnAndWaitsForOthers(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	told := n.listen(general)
	n.poll()
	insert := func(node, channel, data, nbf string) {
		t.Helper()
		run(t, location, fmt.Sprintf(`INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data) VALUES
			('%s', '%s', CURRENT_TIMESTAMP(3), %s, CURRENT_TIMESTAMP(3) + INTERVAL '1 hour', '%s', '%s')`,
			uuid.NewString(), node, nbf, channel, data))
	}
	insert(n.id, general, "its own", "NULL")
	insert(kongsNode, "a channel of the future", "unknown", "NULL")
	start := time.Now()
	insert(kongsNode, general, "later", "CURRENT_TIMESTAMP(3) + INTERVAL '1 second'")
	insert(kongsNode, general, "at once", "NULL")
	insert(kongsNode, general, "overdue", "CURRENT_TIMESTAMP(3) - INTERVAL '1 second'")
	told.wait(t, "at once", "overdue", "later")
	if waited := time.Since(start); waited < 990*time.Millisecond {
		t.Errorf("acted after %v on what was not to be acted on for a second", waited)
	}
}

// C3 and C4 are about what a data plane does: see the tests of whole nodes. C5 takes hours: see those of package datastore.

func TestJoiningC6ExpiredRowsAreAbsent(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	consumer := n.insert("consumers", datastore.Document{"username": "c"})
	key := n.insert("keyauth_credentials", datastore.Document{"key": "k", "ttl": int64(1000), "consumer": datastore.Document{"id": consumer["id"]}})
	id := datastore.DocumentID(key)
	run(t, location, "ALTER TABLE keyauth_credentials DISABLE TRIGGER USER; UPDATE keyauth_credentials SET ttl = CURRENT_TIMESTAMP - INTERVAL '1 s'")
	e := n.entity("keyauth_credentials")
	if _, err := n.db.Select(t.Context(), e, datastore.Key{Field: "key", Value: "k"}); datastore.ErrorCode(err) != datastore.CodeNotFound {
		t.Errorf("select: %v", err)
	}
	if rows, _, err := n.db.Page(t.Context(), e, datastore.PageOptions{Size: 10}); err != nil || len(rows) != 0 {
		t.Errorf("page: %v, %v", rows, err)
	}
	if _, err := n.db.Update(t.Context(), e, datastore.ID(id), datastore.Document{"tags": []any{"x"}}); datastore.ErrorCode(err) != datastore.CodeNotFound {
		t.Errorf("update: %v", err)
	}
	if deleted, err := n.db.Delete(t.Context(), e, datastore.ID(id)); err != nil || deleted {
		t.Errorf("delete: %v, %v", deleted, err)
	}
	checkAlike(t, "rows", 1, value(t, location, "SELECT count(*) FROM keyauth_credentials"))
	n.insert("keyauth_credentials", datastore.Document{"key": "k", "consumer": datastore.Document{"id": consumer["id"]}})
}

func TestJoiningC7OtherWorkspacesAreRoutedButNotShown(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	run(t, location, `INSERT INTO workspaces (id, name) VALUES ('11111111-1111-4111-a111-111111111111', 'other');
		INSERT INTO routes (id, ws_id, name, paths, protocols) VALUES
			('22222222-2222-4222-a222-222222222221', '11111111-1111-4111-a111-111111111111', 'other', '{/a}', '{http}'),
			('22222222-2222-4222-a222-222222222222', NULL, 'none', '{/b}', '{http}')`)
	e := n.entity("routes")
	if rows, _, err := n.db.Page(t.Context(), e, datastore.PageOptions{Size: 10}); err != nil || len(rows) != 0 {
		t.Errorf("shown: %v, %v", rows, err)
	}
	if _, err := n.db.Select(t.Context(), e, datastore.Key{Field: "name", Value: "other"}); datastore.ErrorCode(err) != datastore.CodeNotFound {
		t.Errorf("select: %v", err)
	}
	routed := 0
	err := n.db.Each(t.Context(), e, datastore.Key{}, func(datastore.Document) error {
		routed++
		return nil
	})
	if err != nil || routed != 2 {
		t.Errorf("%d rows are routed: %v", routed, err)
	}
}

func TestJoiningC8ReadsWhatOthersLeaveOut(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	run(t, location, `
		INSERT INTO services (id, ws_id, host, retries, enabled, port, protocol)
			SELECT '22222222-2222-4222-a222-222222222222', id, 'h', NULL, NULL, 80, 'http' FROM workspaces;
		INSERT INTO routes (id, ws_id, paths, protocols, service_id)
			SELECT '33333333-3333-4333-a333-333333333333', id, '{/fixed,/(regex).*}', NULL, '22222222-2222-4222-a222-222222222222' FROM workspaces;
		INSERT INTO plugins (id, ws_id, name, enabled, config)
			SELECT '44444444-4444-4444-a444-444444444444', id, 'key-auth', TRUE,
				'{"unknown": {"x": [1]}, "key_names": null, "anonymous": null}' FROM workspaces;
		INSERT INTO upstreams (id, ws_id, name, slots) SELECT '55555555-5555-4555-a555-555555555555', id, 'u', 100 FROM workspaces;
		INSERT INTO targets (id, ws_id, upstream_id, target, weight, cache_key)
			SELECT '66666666-6666-4666-a666-666666666666', id, '55555555-5555-4555-a555-555555555555', 'h:1', 1, NULL FROM workspaces`)
	read := func(entity, id string) datastore.Document {
		t.Helper()
		doc, err := n.db.Select(t.Context(), n.entity(entity), datastore.ID(id))
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	service := read("services", "22222222-2222-4222-a222-222222222222")
	if service["enabled"] != true || service["retries"] != nil {
		t.Errorf("the service is %v", service)
	}
	route := read("routes", "33333333-3333-4333-a333-333333333333")
	if got := fmt.Sprint(route["protocols"], route["paths"], route["strip_path"]); got != "[http https] [/fixed /(regex).*] true" {
		t.Errorf("the route has %s", got)
	}
	config := read("plugins", "44444444-4444-4444-a444-444444444444")["config"].(map[string]any)
	if got := fmt.Sprint(config["key_names"], config["key_in_header"], config["anonymous"]); got != "[apikey] true <nil>" {
		t.Errorf("the plugin's config has %s", got)
	}
	if target := read("targets", "66666666-6666-4666-a666-666666666666"); target["target"] != "h:1" {
		t.Errorf("the target is %v", target)
	}
	n.update("targets", "66666666-6666-4666-a666-666666666666", datastore.Document{"weight": int64(2)})
	if got := value(t, location, "SELECT cache_key FROM targets"); got != "targets:55555555-5555-4555-a555-555555555555:h:1::::"+n.db.Workspace() {
		t.Errorf("the target's cache_key becomes %v", got)
	}
}

// kongsIncrement is what a Kong node sends to count a call, here as one more of the year 2023 on a route.
const kongsIncrement = `INSERT INTO ratelimiting_metrics (identifier, period, period_date, service_id, route_id, value, ttl)
	VALUES ('client', 'year', TO_TIMESTAMP('1672531200') AT TIME ZONE 'UTC', '00000000-0000-0000-0000-000000000000',
		'22222222-2222-4222-a222-222222222222', 1, CURRENT_TIMESTAMP AT TIME ZONE 'UTC' + INTERVAL '31536000 second')
	ON CONFLICT (identifier, period, period_date, service_id, route_id)
	DO UPDATE SET value = ratelimiting_metrics.value + EXCLUDED.value`

func TestJoiningC9CountsTogetherWithOthers(t *testing.T) {
	t.Parallel()
	for name, create := range map[string]func(*testing.T) string{
		"Kong 3.9": kong,
		"Kong 2.8": func(t *testing.T) string { return create28(t, testenv.PostgreSQL(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			location := create(t)
			var store datastore.CounterStore = open(t, serverAt(t, location)).Store(kongModel(t))
			moment := time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)
			counter := func(p datastore.Period) datastore.Counter {
				return datastore.Counter{Identifier: "client", Route: "22222222-2222-4222-a222-222222222222", Period: p, Start: p.Start(moment)}
			}
			counts := func(p datastore.Period, want int64) {
				t.Helper()
				got, err := store.Count(t.Context(), counter(p))
				if err != nil || got != want {
					t.Errorf("%s: %d, %v; want %d", p, got, err, want)
				}
			}
			counts(datastore.Year, 0)
			run(t, location, "SET TIME ZONE 'UTC';"+kongsIncrement)
			counts(datastore.Year, 1)
			var all []datastore.Counter
			for _, p := range []datastore.Period{datastore.Second, datastore.Minute, datastore.Hour, datastore.Day, datastore.Month, datastore.Year} {
				all = append(all, counter(p))
			}
			var adding sync.WaitGroup
			for i := range 8 {
				adding.Go(func() {
					mixed := slices.Clone(all)
					if i%2 == 0 {
						slices.Reverse(mixed)
					}
					if err := store.Add(context.Background(), mixed, 2); err != nil {
						t.Error(err)
					}
				})
			}
			adding.Wait()
			run(t, location, "SET TIME ZONE 'UTC';"+kongsIncrement)
			counts(datastore.Month, 16)
			counts(datastore.Year, 18)

			for query, want := range map[string]int64{
				"SELECT count(*) FROM ratelimiting_metrics":                                                                               6,
				"SELECT value FROM ratelimiting_metrics WHERE period = 'second' AND period_date = '2023-11-14 22:13:20+00'":               16,
				"SELECT value FROM ratelimiting_metrics WHERE period = 'minute' AND period_date = '2023-11-14 22:13:00+00'":               16,
				"SELECT value FROM ratelimiting_metrics WHERE period = 'hour' AND period_date = '2023-11-14 22:00:00+00'":                 16,
				"SELECT value FROM ratelimiting_metrics WHERE period = 'day' AND period_date = '2023-11-14 00:00:00+00'":                  16,
				"SELECT value FROM ratelimiting_metrics WHERE period = 'month' AND period_date = '2023-11-01 00:00:00+00'":                16,
				"SELECT value FROM ratelimiting_metrics WHERE period = 'year' AND period_date = '2023-01-01 00:00:00+00'":                 18,
				"SELECT round(extract(epoch FROM ttl - CURRENT_TIMESTAMP) / 86400)::int FROM ratelimiting_metrics WHERE period = 'month'": 30,
				`SELECT count(*) FROM ratelimiting_metrics WHERE identifier = 'client'
					AND service_id = '00000000-0000-0000-0000-000000000000' AND route_id = '22222222-2222-4222-a222-222222222222'`: 6,
			} {
				if got := fmt.Sprint(value(t, location, query)); got != fmt.Sprint(want) {
					t.Errorf("%s: %s, want %d", query, got, want)
				}
			}
			run(t, location, "UPDATE ratelimiting_metrics SET ttl = CURRENT_TIMESTAMP - INTERVAL '1 s' WHERE period = 'year'")
			counts(datastore.Year, 0)
		})
	}
}
