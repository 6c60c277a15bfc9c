package cassandra

import (
	"context"
	"sync"
)

// turns lets the writes of one process that ask for the same lock wait for each other in memory, so that one of them at a
// time asks the cluster for it.
type turns struct {
	mu    sync.Mutex
	taken map[string]*turn
}

type turn struct {
	// free has an element while it is nobody's turn.
	free chan struct{}
	// users are those who have it or wait for it.
	users int
}

func (t *turns) join(key string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	it := t.taken[key]
	if it == nil {
		it = &turn{free: make(chan struct{}, 1)}
		it.free <- struct{}{}
		t.taken[key] = it
	}
	it.users++
	return it
}

func (t *turns) leave(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	it := t.taken[key]
	if it.users--; it.users == 0 {
		delete(t.taken, key)
	}
}

// wait returns when it is the caller's turn, or with the error of ctx.
func (t *turns) wait(ctx context.Context, key string) error {
	it := t.join(key)
	select {
	case <-it.free:
		return nil
	case <-ctx.Done():
		t.leave(key)
		return ctx.Err()
	}
}

// try reports whether it is the caller's turn now.
func (t *turns) try(key string) bool {
	it := t.join(key)
	select {
	case <-it.free:
		return true
	default:
		t.leave(key)
		return false
	}
}

// end ends the turn of a caller of wait or try.
func (t *turns) end(key string) {
	t.mu.Lock()
	it := t.taken[key]
	t.mu.Unlock()
	it.free <- struct{}{}
	t.leave(key)
}
