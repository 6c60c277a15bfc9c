package transfer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
)

// Report says what the two sides held when they were last compared, for every entity that was.
type Report struct{ Kinds []Kind }

// Kind is what the two sides hold of one entity.
type Kind struct {
	Name           string
	Source, Target datastore.Digest
	// Differing is the number of rows that are not the same.
	Differing int
}

func reportOf(differences []*difference) Report {
	var r Report
	for _, d := range differences {
		r.Kinds = append(r.Kinds, Kind{Name: d.name, Source: d.source, Target: d.target, Differing: d.size()})
	}
	return r
}

// Rows is the number of rows in the source.
func (r Report) Rows() (n uint64) {
	for _, k := range r.Kinds {
		n += k.Source.Rows
	}
	return n
}

// differing is the number of rows that are not the same.
func (r Report) differing() (n int) {
	for _, k := range r.Kinds {
		n += k.Differing
	}
	return n
}

// DifferenceError says that the target could not be made the same as the source.
type DifferenceError struct {
	Report Report
	// Refused are the first errors of rows that the target refused in the last round.
	Refused []error
}

func (e *DifferenceError) Error() string {
	var names []string
	for _, k := range e.Report.Kinds {
		if k.Differing > 0 {
			names = append(names, fmt.Sprintf("%s (%d rows)", k.Name, k.Differing))
		}
	}
	text := "the target differs from the source in " + strings.Join(names, ", ")
	if len(e.Refused) > 0 {
		return text + "; the target refuses\n" + errors.Join(e.Refused...).Error()
	}
	return text + "; if the source is being changed, follow it"
}

func differenceIn(report Report, refused []refusal) error {
	e := &DifferenceError{Report: report}
	for _, r := range refused {
		e.Refused = append(e.Refused, r)
	}
	return e
}

// ExtraError says that the target has rows of its own.
type ExtraError struct{ Kinds []Extra }

// Extra counts the rows of one entity that only the target has. ID is one of theirs.
type Extra struct {
	Name, ID string
	Rows     int
}

func (e *ExtraError) Error() string {
	var text strings.Builder
	text.WriteString("the target has rows that the source does not have:")
	for _, k := range e.Kinds {
		fmt.Fprintf(&text, "\n  %s: %d, for example %s", k.Name, k.Rows, k.ID)
	}
	return text.String()
}

// extrasIn returns the error for extra rows, nil if there are none.
func extrasIn(differences []*difference) error {
	var e ExtraError
	for _, d := range differences {
		if d.lasting > 0 {
			e.Kinds = append(e.Kinds, Extra{Name: d.name, ID: d.extra[0], Rows: d.lasting})
		}
	}
	if len(e.Kinds) == 0 {
		return nil
	}
	return &e
}

// UnkeptError says that the source has rows that the target can't keep.
type UnkeptError struct{ Rows []Unkept }

// Unkept counts rows of one entity that the target can't keep for the same reason: What names a field, or is "" for the
// entity as a whole. ID is that of one of them.
type Unkept struct {
	Name, What, ID string
	Rows           int
}

func (e *UnkeptError) add(name, id, what string) {
	for i := range e.Rows {
		if u := &e.Rows[i]; u.Name == name && u.What == what {
			u.Rows++
			return
		}
	}
	e.Rows = append(e.Rows, Unkept{Name: name, What: what, ID: id, Rows: 1})
}

func (e *UnkeptError) Error() string {
	var text strings.Builder
	text.WriteString("the target can't keep some rows of the source:")
	for _, u := range e.Rows {
		what := u.What
		if what == "" {
			what = "there is no place for them"
		}
		fmt.Fprintf(&text, "\n  %s: %d, for example %s (%s)", u.Name, u.Rows, u.ID, what)
	}
	return text.String()
}
