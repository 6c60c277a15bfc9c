package postgres

import (
	"context"
	"sync"
	"time"
)

// replica is a server that follows the primary at some distance. What this node has written to the primary, or read there,
// it must not read from the replica as it was before: nobody would ever tell it that it had known better.
type replica struct {
	*connections

	mu   sync.Mutex
	goal *goal // nil if the replica may be read from
}

// goal is what a replica has to catch up with.
type goal struct {
	// position is a place in the primary's log, "" if it is not known.
	position string
	since    time.Time
	// next is when the replica is asked again.
	next time.Time
}

// pause is how long a replica that has failed is left alone.
const pause = 5 * time.Second

// distance is how far in time a replica is behind at most, for servers whose positions can't be compared.
const distance = 10 * time.Second

// follow makes the replica catch up with what the primary has by now before it is read from again, after a pause at the
// soonest.
func (r *replica) follow(ctx context.Context, primary *connections, pause time.Duration) {
	position, _, err := primary.one(ctx, "SELECT pg_current_wal_insert_lsn()")
	if err != nil {
		position = ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	r.goal = &goal{position: position, since: now, next: now.Add(pause)}
}

// caughtUp reports whether the replica may be read from.
func (r *replica) caughtUp(ctx context.Context) bool {
	r.mu.Lock()
	goal := r.goal
	r.mu.Unlock()
	if goal == nil {
		return true
	}
	if time.Now().Before(goal.next) {
		return false
	}
	reached, known := r.reached(ctx, goal.position)
	if !known {
		reached = time.Since(goal.since) > distance
	}
	if !reached {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.goal == goal {
		r.goal = nil
	}
	return r.goal == nil
}

// reached compares the replica's position with one of the primary's.
func (r *replica) reached(ctx context.Context, position string) (reached, known bool) {
	if position == "" {
		return false, false
	}
	err := r.query(ctx, func(c cells) error {
		reached, known = string(c[0]) == "t", c[0] != nil
		return nil
	}, "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn", position)
	return reached, known && err == nil
}
