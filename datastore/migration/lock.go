package migration

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
)

// lease is how long the lock of a node that died keeps others waiting, at most. A node that is at work extends it in time.
const lease = 10 * time.Second

// The pauses between attempts to take a lock that another node has.
//
// Kong 3.9: migrations, the mutex.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
)

// errTaken says that another node has the lock.
var errTaken = errors.New("another node has the lock")

// locked calls fn while no other node changes the tables. If one does, locked waits for it for some time, and then fails with
// errTaken; fn learns whether there was a wait. The context of fn ends if the lock is lost.
func (r Run) locked(ctx context.Context, patience time.Duration, fn func(ctx context.Context, waited bool) error) error {
	owner := uuid.NewString()
	waited, err := r.take(ctx, owner, patience)
	if err != nil {
		return err
	}
	working, cancel := context.WithCancelCause(ctx)
	var extending sync.WaitGroup
	extending.Go(func() { r.extend(working, owner, cancel) })
	err = fn(working, waited)
	if err != nil && ctx.Err() == nil && working.Err() != nil {
		err = errors.Join(context.Cause(working), err)
	}
	cancel(nil)
	extending.Wait()
	// The lock is given back even if nobody waits for the command any more.
	releasing, stop := context.WithTimeout(context.WithoutCancel(ctx), lease)
	defer stop()
	if failed := r.Storage.Unlock(releasing, owner); failed != nil && err == nil {
		err = r.failed("release the lock on migrations", failed)
	}
	return err
}

func (r Run) take(ctx context.Context, owner string, patience time.Duration) (waited bool, err error) {
	deadline := time.Now().Add(patience)
	for pause := firstPause; ; pause = min(3*pause, lastPause) {
		taken, err := r.Storage.Lock(ctx, owner, lease)
		left := time.Until(deadline)
		switch {
		case err != nil:
			return waited, r.failed("take the lock on migrations", err)
		case taken:
			return waited, nil
		case left <= 0:
			return waited, errTaken
		}
		waited = true
		select {
		case <-ctx.Done():
			return waited, ctx.Err()
		case <-time.After(min(pause, left)):
		}
	}
}

// extend keeps the lock until the context ends, and ends it when the lock is lost. A storage that does not answer for a while
// may still be working on what it was given.
func (r Run) extend(ctx context.Context, owner string, lost context.CancelCauseFunc) {
	ticker := time.NewTicker(lease / 4)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if kept, err := r.Storage.Lock(ctx, owner, lease); err == nil && !kept {
			lost(errTaken)
			return
		}
	}
}
