package migration

import (
	"context"
	"time"
)

// Storage is what a driver does for migrations.
type Storage interface {
	// Explain puts into Kong's words why something failed, given what and the error of another method.
	Explain(what string, err error) error
	// Ledger reads the ledger, nil if there is none.
	Ledger(ctx context.Context) (Ledger, error)
	// Prepare makes what the ledger and the lock need, unless it is there. Others may do so at the same time.
	Prepare(ctx context.Context) error
	// Lock takes the lock on the tables for a time, or extends the time if owner has it already. It reports whether owner has
	// it now; if another one has, it changes nothing.
	Lock(ctx context.Context, owner string, ttl time.Duration) (bool, error)
	// Unlock gives the lock back if owner has it. There may be nothing left in which to have one, after Reset.
	Unlock(ctx context.Context, owner string) error
	// Change calls fn and then makes the changes that fn has asked for durable. If fn fails or the process dies before that,
	// the database is as before, or such that the same changes can be made once more.
	Change(ctx context.Context, fn func(Changes) error) error
	// Reset deletes everything.
	Reset(ctx context.Context) error
}

// Changes are made to the tables of a database.
type Changes interface {
	// Up runs the first half of a step, and Teardown the second. Either may have been run before.
	Up(ctx context.Context, subsystem, step string) error
	Teardown(ctx context.Context, subsystem, step string) error
	// Record replaces the record of a subsystem in the ledger.
	Record(ctx context.Context, subsystem string, record Record) error
}
