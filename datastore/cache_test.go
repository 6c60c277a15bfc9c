package datastore_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/plugin/bundled"
)

// counted is a store that counts the rows and pages that are read from it, and that can be away or slow.
type counted struct {
	datastore.Store
	reads atomic.Int64
	away  atomic.Bool
	gate  atomic.Pointer[sync.Mutex] // is held while reading has to wait
}

func (s *counted) read() error {
	s.reads.Add(1)
	if gate := s.gate.Load(); gate != nil {
		gate.Lock()
		defer gate.Unlock()
	}
	if s.away.Load() {
		return errors.New("away")
	}
	return nil
}

func (s *counted) Select(ctx context.Context, e *schema.Entity, key datastore.Key, ws string) (datastore.Document, error) {
	row, err := s.Store.Select(ctx, e, key, ws)
	if failure := s.read(); failure != nil {
		return nil, failure
	}
	return row, err
}

func (s *counted) Page(ctx context.Context, e *schema.Entity, q datastore.Query) (datastore.Page, error) {
	page, err := s.Store.Page(ctx, e, q)
	if failure := s.read(); failure != nil {
		return datastore.Page{}, failure
	}
	return page, err
}

// cached is a cache on a store with a consumer.
type cached struct {
	*testing.T
	store    *counted
	feed     *datastore.Feed
	db       *datastore.DB
	cache    *datastore.Cache
	consumer datastore.Document
}

func newCached(t *testing.T, opts datastore.CacheOptions) *cached {
	t.Helper()
	model, err := schema.NewModel(slices.Concat(entity.Core(entity.Options{}), bundled.Entities())...)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	c := &cached{T: t, store: &counted{Store: memory.New(memory.Options{Model: model})}}
	t.Cleanup(func() {
		if err := c.store.Close(); err != nil {
			t.Error(err)
		}
	})
	c.feed, err = datastore.NewFeed(t.Context(), c.store, datastore.FeedOptions{Node: "self", Frequency: time.Second, Log: log})
	if err == nil {
		c.db, err = datastore.NewDB(t.Context(), c.store, model, c.feed, log)
	}
	if err != nil {
		t.Fatal(err)
	}
	opts.Log = log
	if opts.Size == 0 {
		opts.Size = 1 << 20
	}
	c.cache = datastore.NewCache(c.db, c.feed, opts)
	c.consumer = c.insert("consumers", datastore.Document{"username": "joe"})
	c.store.reads.Store(0)
	return c
}

func (c *cached) entity(name string) *schema.Entity { return c.db.Model().Entity(name) }

func (c *cached) insert(name string, body datastore.Document) datastore.Document {
	c.Helper()
	row, err := c.db.Insert(c.Context(), c.entity(name), body)
	if err != nil {
		c.Fatal(err)
	}
	return row
}

func (c *cached) owner() datastore.Document { return datastore.Document{"id": c.consumer["id"]} }

// finds looks a row up and fails the test unless it is there or not, and the store was asked for it so many times.
func (c *cached) finds(what, entity, field, value string, there bool, reads int64) {
	c.Helper()
	before := c.store.reads.Load()
	_, err := c.cache.Find(c.Context(), c.entity(entity), datastore.Key{Field: field, Value: value})
	if there && err != nil || !there && datastore.ErrorCode(err) != datastore.CodeNotFound {
		c.Errorf("%s: %v", what, err)
	}
	if got := c.store.reads.Load() - before; got != reads {
		c.Errorf("%s: the store was asked %d times, want %d", what, got, reads)
	}
}

func TestCacheFollowsEvents(t *testing.T) {
	t.Parallel()
	c := newCached(t, datastore.CacheOptions{})
	const keys = "keyauth_credentials"
	c.finds("before the creation", keys, "key", "k", false, 1)
	c.finds("missing", keys, "key", "k", false, 0)
	key := c.insert(keys, datastore.Document{"key": "k", "consumer": c.owner()})
	c.finds("created", keys, "key", "k", true, 1)
	c.finds("known", keys, "key", "k", true, 0)
	c.finds("another", keys, "key", "other", false, 1)
	id := datastore.ID(datastore.DocumentID(key))
	if _, err := c.db.Update(t.Context(), c.entity(keys), id, datastore.Document{"key": "k2"}); err != nil {
		t.Fatal(err)
	}
	c.finds("renamed", keys, "key", "k", false, 1)
	c.finds("under its new name", keys, "key", "k2", true, 1)
	c.finds("by id, of which no event tells", keys, "id", id.Value, true, 1)
	c.finds("by id, again", keys, "id", id.Value, true, 1)
	if _, err := c.db.Delete(t.Context(), c.entity("consumers"), datastore.ID(datastore.DocumentID(c.consumer))); err != nil {
		t.Fatal(err)
	}
	c.finds("gone with its owner", keys, "key", "k2", false, 1)
}

func TestCacheKnowsRowsByEveryName(t *testing.T) {
	t.Parallel()
	c := newCached(t, datastore.CacheOptions{})
	id := datastore.DocumentID(c.consumer)
	credential := c.insert("oauth2_credentials", datastore.Document{"name": "app", "consumer": c.owner()})
	token := c.insert("oauth2_tokens", datastore.Document{
		"credential": datastore.Document{"id": credential["id"]}, "expires_in": int64(1), "access_token": "a:b",
	})
	names := []struct{ entity, field, value string }{
		{"consumers", "id", id}, {"consumers", "username", "joe"}, {"oauth2_tokens", "access_token", "a:b"},
	}
	for _, n := range names {
		c.finds("first", n.entity, n.field, n.value, true, 1)
		c.finds("again", n.entity, n.field, n.value, true, 0)
	}
	if _, err := c.db.Update(t.Context(), c.entity("consumers"), datastore.ID(id), datastore.Document{"custom_id": "x"}); err != nil {
		t.Fatal(err)
	}
	tokenID := datastore.ID(datastore.DocumentID(token))
	if _, err := c.db.Update(t.Context(), c.entity("oauth2_tokens"), tokenID, datastore.Document{"scope": "x"}); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		c.finds("after a change", n.entity, n.field, n.value, true, 1)
	}
}

func TestCacheOfGroups(t *testing.T) {
	t.Parallel()
	c := newCached(t, datastore.CacheOptions{})
	expect := func(want string, reads int64) {
		t.Helper()
		before := c.store.reads.Load()
		rows, err := c.cache.Groups(t.Context(), datastore.DocumentID(c.consumer))
		if err != nil {
			t.Fatal(err)
		}
		var groups []string
		for _, row := range rows {
			groups = append(groups, row["group"].(string))
		}
		slices.Sort(groups)
		if got := strings.Join(groups, " "); got != want || c.store.reads.Load()-before != reads {
			t.Errorf("got %q after %d reads, want %q after %d", got, c.store.reads.Load()-before, want, reads)
		}
	}
	expect("", 1)
	expect("", 0)
	c.insert("acls", datastore.Document{"group": "a", "consumer": c.owner()})
	b := c.insert("acls", datastore.Document{"group": "b", "consumer": c.owner()})
	expect("a b", 1)
	expect("a b", 0)
	if _, err := c.db.Delete(t.Context(), c.entity("acls"), datastore.ID(datastore.DocumentID(b))); err != nil {
		t.Fatal(err)
	}
	expect("a", 1)
}

// Names that are none make everything of an entity be forgotten, and an event about everything makes everything.
func TestCacheForgets(t *testing.T) {
	t.Parallel()
	c := newCached(t, datastore.CacheOptions{})
	for data, forgets := range map[string]bool{
		"consumers:joe":        true,
		"consumers":            true,
		"routes:x":             false,
		"router:version":       false,
		"consumers:j:::::none": false,
	} {
		c.finds("before "+data, "consumers", "username", "joe", true, 1)
		if err := c.feed.Publish(t.Context(), datastore.Event{Channel: datastore.ChannelInvalidations, Data: data}); err != nil {
			t.Fatal(err)
		}
		var reads int64
		if forgets {
			reads = 1
		}
		c.finds("after "+data, "consumers", "username", "joe", true, reads)
		c.feed.Everything(t.Context())
	}
}

func TestCacheTimes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCached(t, datastore.CacheOptions{TTL: time.Minute, NegativeTTL: 10 * time.Second, ResurrectTTL: 30 * time.Second})
		c.finds("present", "consumers", "username", "joe", true, 1)
		c.finds("missing", "consumers", "username", "jim", false, 1)
		time.Sleep(9 * time.Second)
		c.finds("still missing", "consumers", "username", "jim", false, 0)
		time.Sleep(2 * time.Second)
		c.finds("still present", "consumers", "username", "joe", true, 0)
		c.finds("looked for again", "consumers", "username", "jim", false, 1)

		time.Sleep(time.Minute)
		c.store.away.Store(true)
		c.finds("resurrected", "consumers", "username", "joe", true, 1)
		c.finds("and for a while", "consumers", "username", "joe", true, 0)
		if _, err := c.cache.Find(t.Context(), c.entity("consumers"), datastore.Key{Field: "username", Value: "new"}); err == nil {
			t.Error("a row is missing because the store is away")
		}
		time.Sleep(31 * time.Second)
		c.finds("resurrected again", "consumers", "username", "joe", true, 1)
		c.feed.Everything(t.Context())
		if _, err := c.cache.Find(t.Context(), c.entity("consumers"), datastore.Key{Field: "username", Value: "joe"}); err == nil {
			t.Error("what was forgotten is still there")
		}
		c.store.away.Store(false)
		c.finds("back", "consumers", "username", "joe", true, 1)
	})
}

func TestCacheReadsOnceForAll(t *testing.T) {
	t.Parallel()
	c := newCached(t, datastore.CacheOptions{})
	var gate sync.Mutex
	gate.Lock()
	c.store.gate.Store(&gate)
	var all sync.WaitGroup
	find := func() {
		key := datastore.Key{Field: "username", Value: "joe"}
		if _, err := c.cache.Find(context.Background(), c.entity("consumers"), key); err != nil {
			t.Error(err)
		}
	}
	for range 20 {
		all.Go(find)
	}
	for c.store.reads.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	// One gives up; the others don't mind.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.cache.Find(ctx, c.entity("consumers"), datastore.Key{Field: "username", Value: "joe"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	time.Sleep(10 * time.Millisecond)
	if got := c.store.reads.Load(); got != 1 {
		t.Errorf("the store was asked %d times", got)
	}
	// What was read before a change is not remembered after it.
	c.feed.Everything(t.Context())
	all.Go(find)
	for c.store.reads.Load() == 1 {
		time.Sleep(time.Millisecond)
	}
	gate.Unlock()
	all.Wait()
	c.finds("known", "consumers", "username", "joe", true, 0)
	if got := c.store.reads.Load(); got != 2 {
		t.Errorf("the store was asked %d times in all", got)
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newCached(t, datastore.CacheOptions{Size: 20_000})
	for i := range 1000 {
		c.finds("new", "consumers", "username", fmt.Sprint("nobody ", i), false, 1)
		c.finds("used often", "consumers", "username", "joe", true, map[bool]int64{true: 1}[i == 0])
	}
	c.finds("the latest", "consumers", "username", "nobody 999", false, 0)
	c.finds("the first", "consumers", "username", "nobody 0", false, 1)
	c.finds("too large", "consumers", "username", strings.Repeat("x", 20_000), false, 1)
}
