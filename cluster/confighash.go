package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// uncounted are entities that come and go with traffic and say nothing of how requests are treated, beside those that are
// not exported.
var uncounted = []string{"oauth2_tokens", "acme_storage", "workspaces"}

// configHash is a hash over all rows of the entities that make up a configuration. Equal tables have the same one, whatever
// the store. Where an event names a row, that row alone is read again; otherwise all of the entity.
type configHash struct {
	db       *datastore.DB
	entities []*schema.Entity

	mu    sync.Mutex
	stale map[string]staleRows // by entity

	sums map[string]*entitySum // by entity
}

// staleRows are the ids of rows that may be others than they were, or all rows of an entity.
type staleRows struct {
	all bool
	ids map[string]struct{}
}

// entitySum is a digest of the rows of an entity. The hashes that went into it are kept where events name rows by their ids.
type entitySum struct {
	digest datastore.Digest
	rows   map[uuid.UUID]rowHash
}

type rowHash = [sha256.Size]byte

func newConfigHash(db *datastore.DB) *configHash {
	h := &configHash{db: db, stale: make(map[string]staleRows), sums: make(map[string]*entitySum)}
	for _, e := range db.Model().Entities() {
		if !e.Internal && !e.Absent && !e.NoExport && !slices.Contains(uncounted, e.Name) {
			h.entities = append(h.entities, e)
			h.stale[e.Name] = staleRows{all: true}
		}
	}
	return h
}

// knownByID reports whether the cache keys of an entity are the ids of its rows.
func knownByID(e *schema.Entity) bool { return len(e.CacheKey) == 0 || e.Unkeyed }

// notice marks as stale what events are about, and reports whether there is anything to read again.
func (h *configHash) notice(events []datastore.Event) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	noticed := false
	for _, event := range events {
		for _, e := range h.entities {
			if event.Concerns(e.Name) {
				h.markStale(e, event)
				noticed = true
			}
		}
	}
	return noticed
}

// markStale marks the row that an event names, or all if it names none.
func (h *configHash) markStale(e *schema.Entity, event datastore.Event) {
	stale := h.stale[e.Name]
	id := ""
	if rest, named := strings.CutPrefix(event.Data, e.Name+":"); named && knownByID(e) {
		id, _, _ = strings.Cut(rest, ":")
	}
	switch {
	case stale.all:
	case !schema.IsUUID(id):
		stale = staleRows{all: true}
	case stale.ids == nil:
		stale.ids = map[string]struct{}{id: {}}
	default:
		stale.ids[id] = struct{}{}
	}
	h.stale[e.Name] = stale
}

// takeStale returns what is stale, which is not any more.
func (h *configHash) takeStale() map[string]staleRows {
	h.mu.Lock()
	defer h.mu.Unlock()
	stale := h.stale
	h.stale = make(map[string]staleRows)
	return stale
}

// refresh reads again what is stale and returns the hash. On an error it stays stale. It is called by one goroutine at a time.
func (h *configHash) refresh(ctx context.Context) (string, error) {
	stale := h.takeStale()
	for _, e := range h.entities {
		rows, found := stale[e.Name]
		if !found {
			continue
		}
		if err := h.read(ctx, e, rows); err != nil {
			h.mu.Lock()
			defer h.mu.Unlock()
			for name := range stale {
				h.stale[name] = staleRows{all: true}
			}
			return "", fmt.Errorf("hash %s: %w", e.Name, err)
		}
		delete(stale, e.Name)
	}
	return h.total(), nil
}

// read takes stale rows of an entity into its sum. Where many are, reading all of them is less work for the store.
func (h *configHash) read(ctx context.Context, e *schema.Entity, stale staleRows) error {
	sum := h.sums[e.Name]
	if stale.all || sum == nil || len(stale.ids) > 100 && len(stale.ids) > len(sum.rows)/10 {
		return h.readAll(ctx, e)
	}
	for id := range stale.ids {
		row, err := h.db.Find(ctx, e, datastore.ID(id)) // a replica may not have it yet
		if missing := (*datastore.Error)(nil); errors.As(err, &missing) && missing.Code == datastore.CodeNotFound {
			row, err = nil, nil
		}
		if err == nil {
			err = sum.replace(e, uuid.MustParse(id), row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hashPause is the number of rows after which hashing lets requests go first.
const hashPause = 32

func (h *configHash) readAll(ctx context.Context, e *schema.Entity) error {
	sum := &entitySum{}
	if knownByID(e) {
		sum.rows = make(map[uuid.UUID]rowHash)
	}
	count := 0
	err := h.db.Each(datastore.AllowReplica(ctx), e, datastore.Key{}, func(row datastore.Document) error {
		if count++; count%hashPause == 0 {
			runtime.Gosched()
		}
		hash, err := datastore.RowHash(e, row)
		if err != nil {
			return err
		}
		sum.digest.Add(hash)
		if sum.rows == nil {
			return nil
		}
		id, err := uuid.Parse(datastore.DocumentID(row))
		sum.rows[id] = hash
		return err
	})
	if err == nil {
		h.sums[e.Name] = sum
	}
	return err
}

// replace puts a row, nil if there is none any more, in the place of what the sum knows of it.
func (s *entitySum) replace(e *schema.Entity, id uuid.UUID, row datastore.Document) error {
	if former, known := s.rows[id]; known {
		s.digest.Remove(former)
		delete(s.rows, id)
	}
	if row == nil {
		return nil
	}
	hash, err := datastore.RowHash(e, row)
	if err == nil {
		s.digest.Add(hash)
		s.rows[id] = hash
	}
	return err
}

// total joins the sums of the entities that have rows, so that nodes with and without a plugin agree on what both have.
func (h *configHash) total() string {
	var names []string
	for name, sum := range h.sums {
		if sum.digest.Rows > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	all := sha256.New()
	for _, name := range names {
		digest := h.sums[name].digest
		fmt.Fprintf(all, "%s %d %s\n", name, digest.Rows, digest)
	}
	return hex.EncodeToString(all.Sum(nil)[:16])
}
