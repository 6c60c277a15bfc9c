package migration

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Run is one run of a command. A line that it prints may have line breaks in it.
//
// Kong 3.9: command line, migrations.
type Run struct {
	Known   []Subsystem
	Storage Storage
	// Target is what the tables belong to, in the words of the progress: "database 'kong'".
	Target string
	// Force does again what has been done already.
	Force bool
	// LockTimeout bounds the wait for another node that changes the tables.
	LockTimeout time.Duration
	// Print is called with what the command has to say.
	Print func(line string)
}

// ErrNothing is returned where a command had reason to do nothing that a script should notice; it has said why.
var ErrNothing = errors.New("nothing was done")

// The last words of commands.
const (
	busy     = "aborted: another node is performing database changes"
	whenDone = "\nDatabase has pending migrations; run 'kongo migrations finish' when ready"
)

// Bootstrap makes the tables of an empty database. While another node does so it waits. A bootstrap that did not come to its
// end is begun anew.
func (r Run) Bootstrap(ctx context.Context) error {
	ledger, err := r.Ledger(ctx)
	if err != nil {
		return err
	}
	there := len(ledger) > 0
	if !there {
		r.Print("Bootstrapping database...")
		if err := r.Storage.Prepare(ctx); err != nil {
			return r.failed("bootstrap database", err)
		}
		err := r.locked(ctx, r.LockTimeout, func(ctx context.Context, _ bool) error {
			ledger, err := r.Ledger(ctx)
			if there = len(ledger) > 0; err != nil || there {
				return err
			}
			return r.change(ctx, Ledger{}, planBootstrap(r.Known))
		})
		if err != nil {
			return r.taken(err, ErrNothing)
		}
	}
	if there {
		r.Print("Database already bootstrapped")
	} else {
		r.Print("Database is up-to-date")
	}
	return nil
}

// Up runs what is new. While another node does so it waits, and then has nothing to do.
func (r Run) Up(ctx context.Context) error {
	if _, err := r.upgradable(ctx); err != nil {
		return err
	}
	err := r.locked(ctx, r.LockTimeout, func(ctx context.Context, waited bool) error {
		ledger, err := r.upgradable(ctx)
		if err != nil {
			return err
		}
		rounds, err := r.roundsUp(ledger)
		switch {
		case err != nil:
			return err
		case len(rounds) > 0:
			return r.change(ctx, ledger, rounds...)
		case waited:
			r.Print(busy)
		default:
			r.Print("Database is already up-to-date")
		}
		return nil
	})
	return r.taken(err, ErrNothing)
}

// upgradable returns the ledger of a database that up can do something about.
func (r Run) upgradable(ctx context.Context) (Ledger, error) {
	ledger, err := r.bootstrapped(ctx)
	if err == nil && !r.Force && len(Decide(r.Known, ledger).Pending) > 0 {
		return nil, ErrPending
	}
	return ledger, err
}

// roundsUp are the rounds of up: with force, all that is complete once more, and then, unless something is pending, what is
// new.
func (r Run) roundsUp(ledger Ledger) (rounds [][]task, err error) {
	fresh, err := planUp(r.Known, ledger)
	if err != nil {
		return nil, err
	}
	if again := planAgain(r.Known, ledger); r.Force && len(again) > 0 {
		rounds = append(rounds, again)
		if len(Decide(r.Known, ledger).Pending) > 0 {
			return rounds, nil
		}
	}
	if len(fresh) > 0 {
		rounds = append(rounds, fresh)
	}
	return rounds, nil
}

// Finish runs what is pending. It does not wait for other nodes.
func (r Run) Finish(ctx context.Context) error {
	if _, err := r.bootstrapped(ctx); err != nil {
		return err
	}
	err := r.locked(ctx, 0, func(ctx context.Context, _ bool) error {
		ledger, err := r.bootstrapped(ctx)
		if err != nil {
			return err
		}
		pending, err := planFinish(r.Known, ledger)
		if err != nil {
			return err
		}
		var rounds [][]task
		if again := planAgain(r.Known, ledger); r.Force && len(again) > 0 {
			rounds = append(rounds, again)
		}
		if len(pending) > 0 {
			rounds = append(rounds, pending)
		}
		if len(rounds) > 0 {
			if err := r.change(ctx, ledger, rounds...); err != nil {
				return err
			}
		}
		switch {
		case len(Decide(r.Known, ledger).New) > 0:
			r.Print("\n" + ErrNew.Error())
		case !r.Force:
			r.Print("No pending migrations to finish")
		}
		return nil
	})
	return r.taken(err, nil)
}

// Reset deletes everything. It does not wait for other nodes.
func (r Run) Reset(ctx context.Context) error {
	ledger, err := r.Ledger(ctx)
	if err != nil {
		return err
	}
	if ledger == nil {
		r.Print("Database not bootstrapped, nothing to reset")
		return ErrNothing
	}
	if err := r.Storage.Prepare(ctx); err != nil { // the lock's table may be the one thing that is missing
		return r.failed("reset database", err)
	}
	err = r.locked(ctx, 0, func(ctx context.Context, _ bool) error {
		r.Print("Resetting database...")
		if err := r.Storage.Reset(ctx); err != nil {
			return r.failed("reset database", err)
		}
		r.Print("Database successfully reset")
		return nil
	})
	return r.taken(err, ErrNothing)
}

// State is where the database stands.
func (r Run) State(ctx context.Context) (State, error) {
	ledger, err := r.Ledger(ctx)
	return Decide(r.Known, ledger), err
}

// Ledger reads the ledger, nil if there is none.
func (r Run) Ledger(ctx context.Context) (Ledger, error) {
	ledger, err := r.Storage.Ledger(ctx)
	if err != nil {
		return nil, r.failed("check schema state", err)
	}
	return ledger, nil
}

// bootstrapped returns the ledger of a database that has one.
func (r Run) bootstrapped(ctx context.Context) (Ledger, error) {
	ledger, err := r.Ledger(ctx)
	if err == nil && ledger == nil {
		return nil, fmt.Errorf("Cannot run migrations: %w", ErrNeedsBootstrap)
	}
	return ledger, err
}

// taken says so if a command could not do its work because of another node.
func (r Run) taken(err, instead error) error {
	if !errors.Is(err, errTaken) {
		return err
	}
	r.Print(busy)
	return instead
}

// failed puts an error of the storage into Kong's words.
func (r Run) failed(what string, err error) error { return r.Storage.Explain("failed to "+what, err) }
