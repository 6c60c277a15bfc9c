package schema

import (
	"fmt"
	"strings"
)

// Transform runs the write transformations whose inputs are among the changed fields and returns the row to store.
func (e *Entity) Transform(row, changed map[string]any) (map[string]any, error) {
	for _, t := range e.Transformations {
		if filledPaths(changed, t.Input) < len(t.Input) || filledPaths(row, t.Needs) < len(t.Needs) {
			continue
		}
		members, err := t.OnWrite(row)
		if err != nil {
			return nil, err
		}
		for name, v := range members {
			row[name] = v
		}
	}
	return row, nil
}

// checkTransformations refuses a document that has some of what a transformation looks at, but not all.
func (e *Entity) checkTransformations(doc map[string]any, opts ValidateOptions, errs Errors) {
	input := opts.Input
	if input == nil {
		input = doc
	}
	for _, t := range e.Transformations {
		given := filledPaths(input, t.Input) > 0
		changed := false
		for _, name := range t.Needs {
			if opts.Stored == nil {
				break
			}
			asked, _ := lookup(input, strings.Split(name, "."))
			had, _ := lookup(opts.Stored, strings.Split(name, "."))
			changed = changed || fmt.Sprint(asked) != fmt.Sprint(had)
		}
		if !given && !changed {
			continue
		}
		all := append(append([]string(nil), t.Input...), t.Needs...)
		subject := doc
		if changed {
			subject = input
		}
		if n := filledPaths(subject, all); n != 0 && n != len(all) {
			errs.addEntity(allOrNone(all))
		} else if n := filledPaths(input, t.Input); n != 0 && n != len(t.Input) {
			errs.addEntity(allOrNone(t.Input))
		}
	}
}

// filledPaths counts the dotted names at which there is something.
func filledPaths(doc map[string]any, names []string) int {
	n := 0
	for _, name := range names {
		if v, _ := lookup(doc, strings.Split(name, ".")); !blank(v) {
			n++
		}
	}
	return n
}
