package datastore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// CacheOptions are the settings of a Cache.
type CacheOptions struct {
	// TTL is how long a row is believed to be as it was read, NegativeTTL how long it is believed to be missing; 0 is until an
	// event says otherwise (db_cache_ttl, db_cache_neg_ttl).
	TTL, NegativeTTL time.Duration
	// ResurrectTTL is for how much longer a row is believed in that could not be read again, because the store failed
	// (db_resurrect_ttl).
	ResurrectTTL time.Duration
	// Size is about how many bytes the rows may take up; those that were not used for the longest time go first
	// (mem_cache_size).
	Size int64
	Log  *slog.Logger
}

// Cache remembers the rows that requests are about one by one, such as consumers and their credentials, and those that are
// missing. It knows rows by the names that events give them, and forgets what an event names; so what any node changes is
// read anew by all. Its methods may be called by many goroutines.
//
// Kong 3.9: cluster events, cache stores and keys; cache times.
type Cache struct {
	db   *DB
	opts CacheOptions

	mu      sync.Mutex
	entries entries
	// reading are the rows that are being read, by name.
	reading map[string]*reading
}

// reading is the one attempt to read a row for all who want it.
type reading struct {
	done  chan struct{}
	value any // nil if there is none
	err   error
	// outdated is set when the row changes meanwhile: it is not remembered then.
	outdated bool
}

// NewCache makes a cache of the entities in db that forgets what feed tells of.
func NewCache(db *DB, feed *Feed, opts CacheOptions) *Cache {
	c := &Cache{db: db, opts: opts, entries: newEntries(opts.Size), reading: make(map[string]*reading)}
	feed.Subscribe(c.notice, ChannelInvalidations, ChannelCoreInvalidations)
	return c
}

// Find is DB.Find with a memory. Only lookups that events name are remembered: by the field that is the cache key of e, by id
// where there is no such field, and of consumers by username. The row must not be changed.
func (c *Cache) Find(ctx context.Context, e *schema.Entity, key Key) (Document, error) {
	name := c.nameOf(e, key)
	if name == "" {
		return c.db.Find(AllowReplica(ctx), e, key)
	}
	value, err := c.get(ctx, name, func(ctx context.Context) (any, error) { return c.db.Find(ctx, e, key) })
	switch {
	case err != nil:
		return nil, err
	case value == nil:
		return nil, notFound(key)
	}
	return value.(Document), nil
}

// Groups returns the rows of the entity acls that belong to a consumer. They must not be changed.
func (c *Cache) Groups(ctx context.Context, consumer string) ([]Document, error) {
	acls := c.db.model.Entity("acls")
	value, err := c.get(ctx, cacheKey(acls.Name, c.db.Workspace(), consumer), func(ctx context.Context) (any, error) {
		groups := []Document{}
		err := c.db.Each(ctx, acls, Key{Field: "consumer", Value: consumer}, func(row Document) error {
			groups = append(groups, row)
			return nil
		})
		return groups, err
	})
	if err != nil {
		return nil, err
	}
	return value.([]Document), nil
}

// nameOf is the name under which events tell of the row that key addresses, "" if none does.
func (c *Cache) nameOf(e *schema.Entity, key Key) string {
	switch {
	case e.Unkeyed:
		return ""
	case len(e.CacheKey) == 1 && e.CacheKey[0] == key.Field, len(e.CacheKey) == 0 && key.IsID():
		return CacheKey(e, Document{key.Field: key.Value}, c.db.Workspace())
	case e.Name == "consumers" && key.Field == "username":
		return cacheKey(e.Name, c.db.Workspace(), key.Value)
	}
	return ""
}

// get returns what is remembered under a name, or reads it: once, however many want it. What is missing is nil.
func (c *Cache) get(ctx context.Context, name string, read func(context.Context) (any, error)) (any, error) {
	c.mu.Lock()
	if e := c.entries.use(name); e != nil && e.fresh(time.Now()) {
		c.mu.Unlock()
		return e.value, nil
	}
	r := c.reading[name]
	if r == nil {
		r = &reading{done: make(chan struct{})}
		c.reading[name] = r
		c.mu.Unlock()
		// It is read for others too, who wait for it: nobody's impatience ends that, only the store's.
		c.read(AllowReplica(context.WithoutCancel(ctx)), name, r, read)
		return r.value, r.err
	}
	c.mu.Unlock()
	select {
	case <-r.done:
		return r.value, r.err
	case <-ctx.Done():
		return nil, fmt.Errorf("read %s: %w", name, ctx.Err())
	}
}

// read reads what has a name and remembers it, unless it has changed meanwhile.
func (c *Cache) read(ctx context.Context, name string, r *reading, read func(context.Context) (any, error)) {
	defer close(r.done)
	value, err := read(ctx)
	ttl := c.opts.TTL
	if ErrorCode(err) == CodeNotFound || errors.Is(err, ErrNotFound) {
		value, err, ttl = nil, nil, c.opts.NegativeTTL
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reading[name] == r {
		delete(c.reading, name)
	}
	if stale := c.entries.use(name); err != nil && stale != nil && !r.outdated {
		c.opts.Log.Warn("could not read a row; going on with what is remembered", "row", name, "error", err)
		value, err, ttl = stale.value, nil, c.opts.ResurrectTTL
	}
	if r.value, r.err = value, err; err == nil && !r.outdated {
		c.entries.put(name, value, ttl)
	}
}

// notice forgets what events name.
func (c *Cache) notice(_ context.Context, events []Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range events {
		switch {
		case e.Channel == ChannelEverything:
			c.forget("")
		case wellFormed(e.Data):
			c.entries.remove(e.Data)
			if r := c.reading[e.Data]; r != nil {
				c.outdate(e.Data, r)
			}
		default:
			// Something of that entity has changed.
			entity, _, _ := strings.Cut(e.Data, ":")
			c.forget(entity + ":")
		}
	}
}

// wellFormed reports whether a name is one that rows are remembered by: an entity, five values and a workspace, with colons
// between and perhaps in them, or the hash of a token.
func wellFormed(name string) bool {
	entity, rest, _ := strings.Cut(name, ":")
	return strings.Count(name, ":") > cacheKeyParts || entity == "oauth2_tokens" && !strings.Contains(rest, ":")
}

// forget drops everything whose name begins with a prefix. The caller holds the lock.
func (c *Cache) forget(prefix string) {
	c.entries.removeAll(prefix)
	for name, r := range c.reading {
		if strings.HasPrefix(name, prefix) {
			c.outdate(name, r)
		}
	}
}

// outdate makes those who come from now on read again. The caller holds the lock.
func (c *Cache) outdate(name string, r *reading) {
	r.outdated = true
	delete(c.reading, name)
}
