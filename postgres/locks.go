package postgres

import (
	"context"
	"fmt"
	"time"
)

// takeLock takes a lock that is free, past its time or the owner's own already.
//
// Kong 3.9: PostgreSQL, the cluster mutex.
const takeLock = `INSERT INTO locks AS l (key, owner, ttl) VALUES ($1, $2, CURRENT_TIMESTAMP + make_interval(secs => $3))
ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, ttl = excluded.ttl
WHERE l.ttl < CURRENT_TIMESTAMP OR l.owner = excluded.owner`

// Lock implements datastore.Store.
func (s *Store) Lock(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	taken, err := s.database.writer.exec(ctx, takeLock, name, owner, ttl.Seconds())
	if err != nil {
		return false, fmt.Errorf("postgres: lock %s: %w", name, err)
	}
	return taken > 0, nil
}

// Unlock implements datastore.Store.
func (s *Store) Unlock(ctx context.Context, name, owner string) error {
	if _, err := s.database.writer.exec(ctx, "DELETE FROM locks WHERE key = $1 AND owner = $2", name, owner); err != nil {
		return fmt.Errorf("postgres: unlock %s: %w", name, err)
	}
	return nil
}
