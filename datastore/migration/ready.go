package migration

import (
	"errors"
	"fmt"
)

// Errors of commands and of nodes that can't start. Their texts are Kong's, with the commands of kongo.
var (
	ErrNeedsBootstrap = errors.New(`Database needs bootstrapping or is older than Kong 1.0.

To start a new installation from scratch, run 'kongo migrations bootstrap'.

To migrate from a version older than 1.0, migrated to Kong 1.5.0 first. 
If you still have 'apis' entities, you can convert them to Routes and Services
using the 'kong migrations migrate-apis' command in Kong 1.5.0.
`)
	ErrNew     = errors.New("New migrations available; run 'kongo migrations up' to proceed")
	ErrPending = errors.New("Database has pending migrations; run 'kongo migrations finish'")
)

// HalfWayError says that a database is neither one of Kong 2.8 nor one of Kong 3.9.
type HalfWayError struct{ Lacking []Steps }

func (e *HalfWayError) Error() string {
	return "the tables are half-way between versions of Kong, which only the migrations of the Kong that made them can end; " +
		"missing are: " + summary(e.Lacking)
}

// Ready tells a node whether it may start on a database, and on which form of it. Warnings are to be logged.
//
// Kong 3.9: migrations, start of a node.
func Ready(known []Subsystem, ledger Ledger) (form Form, warnings []string, err error) {
	state := Decide(known, ledger)
	form = FormOf(known, ledger)
	switch {
	case state.NeedsBootstrap:
		return form, nil, ErrNeedsBootstrap
	case form == Other:
		if lacking := halfWay(known, ledger); lacking != nil {
			return form, nil, fmt.Errorf("%w\n%w", ErrNew, &HalfWayError{Lacking: lacking})
		}
		return form, nil, fmt.Errorf("%w\n%s", ErrNew, Lines(state.New))
	case form == Empty:
		return form, nil, ErrNew
	}
	if len(state.Missing) > 0 {
		warnings = append(warnings, "database is missing some migrations:\n"+Lines(state.Missing))
	}
	if len(state.Pending) > 0 {
		warnings = append(warnings, "database has pending migrations:\n"+Lines(state.Pending))
	}
	return form, warnings, nil
}
