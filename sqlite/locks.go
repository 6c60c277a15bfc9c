package sqlite

import (
	"context"
	"fmt"
	"time"
)

// Lock implements datastore.Store. An owner that has the lock already gets it for longer.
func (s *Store) Lock(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	n, err := s.write.exec(ctx, "INSERT INTO locks (key, owner, ttl) VALUES (?, ?, "+machineClock+" + ?)"+
		" ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, ttl = excluded.ttl"+
		" WHERE locks.owner = excluded.owner OR locks.ttl < "+machineClock, name, owner, ttl.Milliseconds())
	if err != nil {
		return false, fmt.Errorf("sqlite: lock %s: %w", name, err)
	}
	return n > 0, nil
}

// Unlock implements datastore.Store. Giving back a lock that somebody else has taken over in the meantime does nothing.
func (s *Store) Unlock(ctx context.Context, name, owner string) error {
	if _, err := s.write.exec(ctx, "DELETE FROM locks WHERE key = ? AND owner = ?", name, owner); err != nil {
		return fmt.Errorf("sqlite: unlock %s: %w", name, err)
	}
	return nil
}
