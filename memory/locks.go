package memory

import (
	"context"
	"sync"
	"time"
)

// locks are the named locks that somebody holds or held.
type locks struct {
	mu   sync.Mutex
	held map[string]lock
}

type lock struct {
	owner   string
	expires time.Time
}

// Lock implements datastore.Store.
func (s *Store) Lock(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	if err := alive(ctx, "lock "+name); err != nil {
		return false, err
	}
	s.locks.mu.Lock()
	defer s.locks.mu.Unlock()
	now := time.Now()
	if l, ok := s.locks.held[name]; ok && l.owner != owner && l.expires.After(now) {
		return false, nil
	}
	if s.locks.held == nil {
		s.locks.held = make(map[string]lock)
	}
	s.locks.held[name] = lock{owner, now.Add(ttl)}
	return true, nil
}

// Unlock implements datastore.Store.
func (s *Store) Unlock(ctx context.Context, name, owner string) error {
	if err := alive(ctx, "unlock "+name); err != nil {
		return err
	}
	s.locks.mu.Lock()
	defer s.locks.mu.Unlock()
	if s.locks.held[name].owner == owner {
		delete(s.locks.held, name)
	}
	return nil
}
