package migration

import (
	"slices"
	"strings"
)

// Ledger is what a database says of the migrations that it has been through, by subsystem. A database that was never
// bootstrapped has none, which is nil; one whose first bootstrap did not come to its end has an empty one.
type Ledger map[string]Record

// Record is what a database says of one subsystem.
type Record struct {
	// LastExecuted is the step that was completed last.
	LastExecuted string
	// Executed are the complete steps, Pending those whose second half is to be run, in the order in which they were run. A
	// list that nothing was ever put into is nil.
	Executed, Pending []string
}

// has reports whether at least the first half of a step has been run.
func (r Record) has(step string) bool { return r.executed(step) || r.pending(step) }

// lacks reports whether a step has never been run.
func (r Record) lacks(step string) bool { return !r.has(step) && r.LastExecuted != step }

func (r Record) executed(step string) bool { return slices.Contains(r.Executed, step) }
func (r Record) pending(step string) bool  { return slices.Contains(r.Pending, step) }

// afterUp is the record when the first half of a step has been run.
//
// Kong 3.9: migrations, state changes.
func (r Record) afterUp(step Step) Record {
	if step.Teardown {
		r.Pending = append(slices.Clip(r.Pending), step.Name)
		return r
	}
	return r.completed(step)
}

// afterTeardown is the record when the second half of a step has been run.
func (r Record) afterTeardown(step Step) Record {
	r.Pending = slices.DeleteFunc(append([]string{}, r.Pending...), func(name string) bool { return name == step.Name })
	return r.completed(step)
}

func (r Record) completed(step Step) Record {
	r.Executed = append(slices.Clip(r.Executed), step.Name)
	r.LastExecuted = step.Name
	return r
}

// Steps are some steps of one subsystem.
type Steps struct {
	Subsystem string
	Names     []string
}

// Lines prints lists of steps, one subsystem in a line, with the colons below each other.
//
// Kong 3.9: migrations list.
func Lines(list []Steps) string {
	width := 0
	for _, s := range list {
		width = max(width, len(s.Subsystem))
	}
	lines := make([]string, len(list))
	for i, s := range list {
		lines[i] = strings.Repeat(" ", width-len(s.Subsystem)) + s.Subsystem + ": " + strings.Join(s.Names, ", ")
	}
	return strings.Join(lines, "\n")
}

// summary prints lists of steps within a sentence: "core (016_280_to_300), acme (001_280_to_300, 002_320_to_330)".
func summary(list []Steps) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = s.Subsystem + " (" + strings.Join(s.Names, ", ") + ")"
	}
	return strings.Join(parts, ", ")
}
