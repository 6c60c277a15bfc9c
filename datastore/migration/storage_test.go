package migration_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/kongo-gateway/kongo/datastore/migration"
)

// tables is a database in memory, which tells what was done to it.
type tables struct {
	mu     sync.Mutex
	ledger migration.Ledger
	owner  string
	until  time.Time
	done   []string

	// slow is how long each half of a step takes, and broken the one that fails.
	slow   time.Duration
	broken string
}

var errBroken = errors.New("no such luck")

func (s *tables) Explain(what string, err error) error {
	return fmt.Errorf("[Memory error] %s: %w", what, err)
}

func (s *tables) Ledger(context.Context) (migration.Ledger, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.ledger), nil
}

func (s *tables) Prepare(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledger == nil {
		s.ledger = migration.Ledger{}
	}
	return nil
}

func (s *tables) Lock(_ context.Context, owner string, ttl time.Duration) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner != "" && s.owner != owner && time.Now().Before(s.until) {
		return false, nil
	}
	s.owner, s.until = owner, time.Now().Add(ttl)
	return true, nil
}

func (s *tables) Unlock(_ context.Context, owner string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner == owner {
		s.owner = ""
	}
	return nil
}

func (s *tables) Change(ctx context.Context, fn func(migration.Changes) error) error {
	c := &changes{tables: s, ledger: migration.Ledger{}}
	if err := fn(c); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(s.ledger, c.ledger)
	s.done = append(s.done, c.done...)
	return nil
}

func (s *tables) Reset(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger, s.owner = nil, ""
	return nil
}

type changes struct {
	*tables
	ledger migration.Ledger
	done   []string
}

func (c *changes) Up(ctx context.Context, subsystem, step string) error {
	return c.half(ctx, subsystem+"/"+step+" up")
}

func (c *changes) Teardown(ctx context.Context, subsystem, step string) error {
	return c.half(ctx, subsystem+"/"+step+" teardown")
}

func (c *changes) half(ctx context.Context, half string) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(c.slow):
	}
	if half == c.broken {
		return errBroken
	}
	c.done = append(c.done, half)
	return nil
}

func (c *changes) Record(_ context.Context, subsystem string, record migration.Record) error {
	c.ledger[subsystem] = record
	return nil
}
