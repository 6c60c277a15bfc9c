package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// uncounted are entities that come and go with traffic and say nothing of how requests are treated, beside those that are
// not exported.
var uncounted = []string{"oauth2_tokens", "acme_storage", "workspaces"}

// configHash is a hash over all rows of the entities that make up a configuration. Equal tables have the same one, whatever
// the store. Only the entities are read again that an event named.
type configHash struct {
	db       *datastore.DB
	entities []*schema.Entity

	mu    sync.Mutex
	stale map[string]bool // entities by name
	sums  map[string]datastore.Digest
}

func newConfigHash(db *datastore.DB) *configHash {
	h := &configHash{db: db, stale: make(map[string]bool), sums: make(map[string]datastore.Digest)}
	for _, e := range db.Model().Entities() {
		if !e.Internal && !e.Absent && !e.NoExport && !slices.Contains(uncounted, e.Name) {
			h.entities = append(h.entities, e)
			h.stale[e.Name] = true
		}
	}
	return h
}

// notice marks as stale what events are about, and reports whether there is anything to read again.
func (h *configHash) notice(events []datastore.Event) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	noticed := false
	for _, event := range events {
		for _, e := range h.entities {
			if event.Concerns(e.Name) {
				h.stale[e.Name], noticed = true, true
			}
		}
	}
	return noticed
}

// takeStale returns the names of what is stale, which is not any more.
func (h *configHash) takeStale() map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	stale := h.stale
	h.stale = make(map[string]bool)
	return stale
}

// refresh reads again what is stale and returns the hash. On an error it stays stale.
func (h *configHash) refresh(ctx context.Context) (string, error) {
	stale := h.takeStale()
	for _, e := range h.entities {
		if !stale[e.Name] {
			continue
		}
		sum, err := h.sum(ctx, e)
		if err != nil {
			h.mu.Lock()
			defer h.mu.Unlock()
			for name := range stale {
				h.stale[name] = true
			}
			return "", fmt.Errorf("hash %s: %w", e.Name, err)
		}
		h.sums[e.Name] = sum
		delete(stale, e.Name)
	}
	return h.total(), nil
}

func (h *configHash) sum(ctx context.Context, e *schema.Entity) (sum datastore.Digest, err error) {
	err = h.db.Each(datastore.AllowReplica(ctx), e, datastore.Key{}, func(row datastore.Document) error {
		hash, err := datastore.RowHash(e, row)
		if err == nil {
			sum.Add(hash)
		}
		return err
	})
	return sum, err
}

// total joins the sums of the entities that have rows, so that nodes with and without a plugin agree on what both have.
func (h *configHash) total() string {
	var names []string
	for name, sum := range h.sums {
		if sum.Rows > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	all := sha256.New()
	for _, name := range names {
		sum := h.sums[name]
		fmt.Fprintf(all, "%s %d %s\n", name, sum.Rows, sum)
	}
	return hex.EncodeToString(all.Sum(nil)[:16])
}
