package migration

import "slices"

// task is what is to be done about one step: the first half, the second, or both one after the other.
type task struct {
	subsystem string
	step      Step
	up        bool
	teardown  bool
}

// pends reports whether the second half of the step is left for later.
func (t task) pends() bool { return t.up && t.step.Teardown && !t.teardown }

// planBootstrap lists all that an empty database has to go through, both halves of each step.
func planBootstrap(known []Subsystem) []task {
	return tasks(known, func(string, Step) bool { return true }, true, true)
}

// planUp lists the first halves of what is new. It fails with a *HalfWayError for a database that has parts of what a
// subsystem of Kong 2.8 or 3.9 has.
func planUp(known []Subsystem, ledger Ledger) ([]task, error) {
	if lacking := halfWay(known, ledger); lacking != nil {
		return nil, &HalfWayError{Lacking: lacking}
	}
	fresh := func(subsystem string, step Step) bool { return ledger[subsystem].lacks(step.Name) }
	return tasks(known, fresh, true, false), nil
}

// planFinish lists the second halves of what is pending. It fails with a *HalfWayError if an older Kong has left a step of
// the core pending: what its second half does to rows is not known here. Those of plugins have none to work on then.
func planFinish(known []Subsystem, ledger Ledger) ([]task, error) {
	pending := func(subsystem string, step Step) bool {
		return ledger[subsystem].pending(step.Name) && !ledger[subsystem].executed(step.Name)
	}
	var foreign []string
	for _, s := range known {
		for _, step := range s.Steps[:s.Kong28] {
			if s.Name == Core && pending(s.Name, step) {
				foreign = append(foreign, step.Name)
			}
		}
	}
	if foreign != nil {
		return nil, &HalfWayError{Lacking: []Steps{{Subsystem: Core, Names: foreign}}}
	}
	return tasks(known, pending, false, true), nil
}

// planAgain lists both halves of all that is complete.
func planAgain(known []Subsystem, ledger Ledger) []task {
	return tasks(known, func(subsystem string, step Step) bool { return ledger[subsystem].executed(step.Name) }, true, true)
}

func tasks(known []Subsystem, wanted func(subsystem string, step Step) bool, up, teardown bool) []task {
	var list []task
	for _, s := range known {
		for _, step := range s.Steps {
			if wanted(s.Name, step) {
				list = append(list, task{subsystem: s.Name, step: step, up: up, teardown: teardown && step.Teardown})
			}
		}
	}
	return list
}

// halfWay lists what subsystems lack that something is new to, and that have other steps than those of Kong 2.8, or none.
func halfWay(known []Subsystem, ledger Ledger) []Steps {
	var list []Steps
	for _, s := range known {
		record := ledger[s.Name]
		fresh := slices.ContainsFunc(s.Steps, func(step Step) bool { return record.lacks(step.Name) })
		if fresh && !s.upgradable(record) {
			var lacking []string
			for _, step := range s.Steps {
				if !record.has(step.Name) {
					lacking = append(lacking, step.Name)
				}
			}
			collect(&list, s.Name, lacking)
		}
	}
	return list
}

// upgradable reports whether a record has just the steps of Kong 2.8, or none.
func (s Subsystem) upgradable(record Record) bool {
	first := slices.IndexFunc(s.Steps, func(step Step) bool { return !record.has(step.Name) })
	later := slices.ContainsFunc(s.Steps[first:], func(step Step) bool { return !record.lacks(step.Name) })
	return !later && (first == 0 || first == s.Kong28)
}
