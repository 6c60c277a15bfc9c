package cassandra

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// lockTable is the table that Kong keeps the locks of its cluster in. Its rows go by themselves when their time is over.
//
// Kong 2.8: Cassandra, locks.
type lockTable struct {
	*connections
	// turns keeps this process from fighting with itself for a lock, which is dear.
	turns *turns
}

func newLockTable(c *connections) lockTable {
	return lockTable{c, &turns{taken: make(map[string]*turn)}}
}

// Lock implements datastore.Store.
func (s *Store) Lock(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	taken, err := s.locks.keep(ctx, name, owner, ttl)
	if err != nil {
		return false, fmt.Errorf("cassandra: lock %s: %w", name, err)
	}
	return taken, nil
}

// Unlock implements datastore.Store. Giving back a lock that somebody else has taken over in the meantime does nothing.
func (s *Store) Unlock(ctx context.Context, name, owner string) error {
	if err := s.locks.give(ctx, name, owner); err != nil {
		return fmt.Errorf("cassandra: unlock %s: %w", name, err)
	}
	return nil
}

// take takes a lock that nobody has, and returns "". Otherwise it returns who has it.
func (l lockTable) take(ctx context.Context, name, owner string, ttl time.Duration) (string, error) {
	_, holder, err := l.conditional(ctx, "INSERT INTO locks (key, owner) VALUES (?, ?) IF NOT EXISTS USING TTL ?",
		name, owner, seconds(ttl))
	return holder, err
}

// keep takes a lock that nobody has, or keeps it for longer if owner has it, and reports whether owner has it now.
func (l lockTable) keep(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	holder, err := l.take(ctx, name, owner, ttl)
	if err != nil || holder != owner {
		return holder == "", err
	}
	return l.extend(ctx, name, owner, ttl)
}

// extend keeps a lock for longer, and reports whether owner still had it.
func (l lockTable) extend(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	kept, _, err := l.conditional(ctx, "UPDATE locks USING TTL ? SET owner = ? WHERE key = ? IF owner = ?",
		seconds(ttl), owner, name, owner)
	return kept, err
}

// give gives a lock back.
func (l lockTable) give(ctx context.Context, name, owner string) error {
	_, _, err := l.conditional(ctx, "DELETE FROM locks WHERE key = ? IF owner = ?", name, owner)
	return err
}

// holder returns who has a lock, "" for nobody.
func (l lockTable) holder(ctx context.Context, name string) (string, error) {
	var owner string
	_, err := l.one(ctx, l.levels.quorum, []any{&owner}, "SELECT owner FROM locks WHERE key = ?", name)
	return owner, err
}

// seconds is a time to live for a statement, at least one second.
func seconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }

// contentions is how often a lightweight transaction is tried that others get into the way of. Each try goes on for as long
// as the servers have patience.
const contentions = 10

// conditional runs a lightweight transaction on a row of locks and reports whether its condition held, and otherwise the
// owner that the row has. One whose outcome is not known is run again: no two transactions write the same owner, so that the
// owner tells whether the first took effect.
func (l lockTable) conditional(ctx context.Context, text string, values ...any) (bool, string, error) {
	for try := 1; ; try++ {
		row := map[string]any{}
		applied, err := l.session.Query(text, values...).WithContext(ctx).
			Consistency(l.levels.quorum).SerialConsistency(l.levels.serial).MapScanCAS(row)
		switch {
		case err == nil:
			owner, _ := row["owner"].(string)
			return applied, owner, nil
		case try == contentions || ctx.Err() != nil || !passing(err):
			return false, "", explain(ctx, l.levels.quorum, err)
		}
		if err := pause(ctx, try); err != nil {
			return false, "", err
		}
	}
}

// pause waits before the next of several tries, at first a few milliseconds and in the end a tenth of a second.
func pause(ctx context.Context, try int) error {
	longest := min(5*time.Millisecond<<min(try, 5), 100*time.Millisecond)
	timer := time.NewTimer(longest/2 + rand.N(longest/2))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
