package migration

import (
	"context"
	"fmt"
	"maps"
)

// change works through rounds of tasks. It changes the ledger along with the database's.
func (r Run) change(ctx context.Context, ledger Ledger, rounds ...[]task) error {
	after := maps.Clone(ledger)
	var failure error
	err := r.Storage.Change(ctx, func(c Changes) error {
		for _, tasks := range rounds {
			if failure = r.work(ctx, c, after, tasks); failure != nil {
				return failure
			}
		}
		return nil
	})
	switch {
	case failure != nil:
		return failure
	case err != nil:
		return r.failed("run migrations", err)
	}
	maps.Copy(ledger, after)
	if last := rounds[len(rounds)-1]; last[0].up && len(Decide(r.Known, after).Pending) > 0 {
		r.Print(whenDone)
	}
	return nil
}

func (r Run) work(ctx context.Context, c Changes, ledger Ledger, tasks []task) error {
	subsystem, pending := "", 0
	for _, t := range tasks {
		if t.subsystem != subsystem {
			subsystem = t.subsystem
			r.Print(fmt.Sprintf("migrating %s on %s...", subsystem, r.Target))
		}
		if err := r.do(ctx, c, ledger, t); err != nil {
			return err
		}
		state := "executed"
		if t.pends() {
			state = "pending"
			pending++
		}
		r.Print(fmt.Sprintf("%s migrated up to: %s (%s)", subsystem, t.step.Name, state))
	}
	plural := "s"
	if len(tasks) == 1 {
		plural = ""
	}
	r.Print(fmt.Sprintf("%d migration%s processed", len(tasks), plural))
	if executed := len(tasks) - pending; executed > 0 {
		r.Print(fmt.Sprintf("%d executed", executed))
	}
	if pending > 0 {
		r.Print(fmt.Sprintf("%d pending", pending))
	}
	return nil
}

// do runs the halves of a step that are due, and enters each into the ledger.
func (r Run) do(ctx context.Context, c Changes, ledger Ledger, t task) error {
	record := func(after Record) error {
		ledger[t.subsystem] = after
		if err := c.Record(ctx, t.subsystem, after); err != nil {
			return r.failed(fmt.Sprintf("record migration '%s'", t.step.Name), err)
		}
		return nil
	}
	if t.up {
		if err := c.Up(ctx, t.subsystem, t.step.Name); err != nil {
			return r.failed(fmt.Sprintf("run migration '%s' up", t.step.Name), err)
		}
		if err := record(ledger[t.subsystem].afterUp(t.step)); err != nil {
			return err
		}
	}
	if !t.teardown {
		return nil
	}
	if err := c.Teardown(ctx, t.subsystem, t.step.Name); err != nil {
		return r.failed(fmt.Sprintf("run migration '%s' teardown", t.step.Name), err)
	}
	return record(ledger[t.subsystem].afterTeardown(t.step))
}
