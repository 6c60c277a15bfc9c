package cassandra

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// hold is the right of one write to a row and to the unique values that the row is to have: nobody else who asks for such
// rights writes them meanwhile. It is made of locks, which go by themselves if the process dies.
type hold struct {
	locks lockTable
	owner string
	keys  []string
	// since is when the oldest lock was asked for.
	since time.Time
	// doubtful holds are not given back but left to expire, because a write under them may still take effect.
	doubtful bool
}

// What begins the owner of a lock: whether the row is to be written or to be deleted.
const (
	writing  = own + "write:"
	deleting = own + "delete:"
)

// errBusy says that somebody else has a lock, errSlow that a hold has got too old to be trusted.
var (
	errBusy = errors.New("another node is writing the same row")
	errSlow = errors.New("the cluster took too long")
)

func (s *Store) newHold(purpose string) *hold {
	return &hold{locks: s.locks, owner: purpose + uuid.NewString(), since: time.Now()}
}

// lifetime is how long a lock is kept if nobody gives it back: a write begins so long before its end that it is over by then.
func (h *hold) lifetime() time.Duration { return 3 * h.locks.opts.timeout() }

// patience is how long to wait for a lock at most, which is longer than one who died can have it.
func (h *hold) patience() time.Duration { return 2 * h.lifetime() }

// take adds locks to the hold, waiting for each in turn, or fails with errBusy.
func (h *hold) take(ctx context.Context, keys ...string) error {
	for _, key := range keys {
		if slices.Contains(h.keys, key) {
			continue
		}
		if err := h.locks.turns.wait(ctx, key); err != nil {
			return err
		}
		h.keys = append(h.keys, key)
		start := time.Now()
		for try := 1; ; try++ {
			err := h.lock(ctx, key)
			if err == nil {
				break
			}
			if !errors.Is(err, errBusy) || time.Since(start) > h.patience() {
				return err
			}
			if err := pause(ctx, try); err != nil {
				return fmt.Errorf("%w: %w", err, errBusy)
			}
		}
	}
	return nil
}

// try adds a lock to the hold, or fails with errBusy.
func (h *hold) try(ctx context.Context, key string) error {
	if slices.Contains(h.keys, key) {
		return nil
	}
	if !h.locks.turns.try(key) {
		return errBusy
	}
	h.keys = append(h.keys, key)
	return h.lock(ctx, key)
}

func (h *hold) lock(ctx context.Context, key string) error {
	if len(h.keys) == 1 {
		h.since = time.Now()
	}
	holder, err := h.locks.take(ctx, key, h.owner, h.lifetime())
	if err == nil && holder != "" && holder != h.owner {
		err = errBusy
	}
	return err
}

// good fails if the locks may be gone before a write that begins now is done.
func (h *hold) good() error {
	if time.Since(h.since) > h.lifetime()-h.locks.opts.timeout() {
		return unachieved(h.locks.levels.quorum, "the locks of the row took too long", errSlow)
	}
	return nil
}

// renew lets the locks count from now on, or fails if one of them has gone.
func (h *hold) renew(ctx context.Context) error {
	h.since = time.Now()
	for _, key := range h.keys {
		kept, err := h.locks.extend(ctx, key, h.owner, h.lifetime())
		if err == nil && !kept {
			err = errBusy
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// attempts is how often something is begun that the cluster is too slow for. It is while a node has died and the others have
// not noticed yet.
const attempts = 5

// persist calls fn, which does under the hold what can be done again, until it does not fail for want of an answer.
func (h *hold) persist(ctx context.Context, fn func() error) error {
	err := fn()
	for try := 1; passing(err) && try < attempts; try++ {
		if err = h.renew(ctx); err == nil {
			err = fn()
		}
	}
	h.doubtful = err != nil && !refusal(err)
	return err
}

// release gives the locks back. One that can't be given back is free when its time is over.
func (h *hold) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.locks.opts.timeout())
	defer cancel()
	var all sync.WaitGroup
	for _, key := range h.keys {
		all.Go(func() {
			defer h.locks.turns.end(key)
			if h.doubtful {
				return
			}
			if err := h.locks.give(ctx, key, h.owner); err != nil && h.locks.opts.Log != nil {
				h.locks.opts.Log.Warn("cassandra: could not give back a lock, which nobody gets before its time is over",
					"key", key, "error", err)
			}
		})
	}
	all.Wait()
	h.keys = nil
}

// rowLock is the name of the lock of a row.
func (t *table) rowLock(id string) string { return own + t.name + ":" + strings.ToLower(id) }

// valueLocks are the names of the locks of the unique values of a row, in an order that is the same for all rows, so that no
// two writes wait for each other. Values may be secret or long, so the names have their hashes.
func (t *table) valueLocks(row datastore.Document) ([]string, error) {
	ws, _ := row[schema.ColumnWorkspace].(string)
	var keys []string
	for _, c := range t.uniques() {
		v, err := c.encode(row[c.member], ws)
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		keys = append(keys, t.valueLock(c.name, v))
	}
	if parts := t.unkeyed(); parts != nil {
		var values []any
		for _, c := range parts {
			v, err := c.encode(row[c.member], ws)
			if err != nil {
				return nil, err
			}
			values = append(values, v)
		}
		keys = append(keys, t.valueLock(schema.ColumnCacheKey, values))
	}
	slices.Sort(keys)
	return keys, nil
}

func (t *table) valueLock(column string, value any) string {
	sum := sha256.Sum256(fmt.Append(nil, value))
	return own + t.name + ":" + column + ":" + hex.EncodeToString(sum[:16])
}
