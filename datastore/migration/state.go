package migration

import "encoding/json"

// State is where a database stands in the eyes of a node. Names in the ledger that the node does not know play no part.
type State struct {
	// NeedsBootstrap says that there is no ledger. Then the lists are empty.
	NeedsBootstrap bool
	// Executed steps are complete, Pending ones wait for finish, New ones for up. Missing steps were completed, says the ledger,
	// and then not.
	Executed, Pending, New, Missing []Steps
}

// Decide compares the ledger of a database with the steps that a node knows.
//
// Kong 3.9: migrations, decisions from the ledger.
func Decide(known []Subsystem, ledger Ledger) State {
	if ledger == nil {
		return State{NeedsBootstrap: true}
	}
	var s State
	for _, subsystem := range known {
		record := ledger[subsystem.Name]
		var executed, pending, fresh, missing []string
		for _, step := range subsystem.Steps {
			switch {
			case record.executed(step.Name):
				executed = append(executed, step.Name)
			case record.pending(step.Name):
				pending = append(pending, step.Name)
			case step.Name == record.LastExecuted:
				missing = append(missing, step.Name)
			default:
				fresh = append(fresh, step.Name)
			}
		}
		collect(&s.Executed, subsystem.Name, executed)
		collect(&s.Pending, subsystem.Name, pending)
		collect(&s.New, subsystem.Name, fresh)
		collect(&s.Missing, subsystem.Name, missing)
	}
	return s
}

func collect(list *[]Steps, subsystem string, names []string) {
	if len(names) > 0 {
		*list = append(*list, Steps{Subsystem: subsystem, Names: names})
	}
}

// MarshalJSON writes the state as clients of the command status read it: lists that are empty are left out.
//
// Kong 3.9: migrations status.
func (s State) MarshalJSON() ([]byte, error) {
	type steps struct {
		Subsystem  string   `json:"subsystem"`
		Namespace  string   `json:"namespace"`
		Migrations []string `json:"migrations"`
	}
	list := func(of []Steps) []steps {
		var list []steps
		for _, s := range of {
			list = append(list, steps{s.Subsystem, namespace(s.Subsystem), s.Names})
		}
		return list
	}
	return json.Marshal(struct {
		NeedsBootstrap bool    `json:"needs_bootstrap"`
		Executed       []steps `json:"executed_migrations,omitempty"`
		Pending        []steps `json:"pending_migrations,omitempty"`
		New            []steps `json:"new_migrations,omitempty"`
		Missing        []steps `json:"missing_migrations,omitempty"`
	}{s.NeedsBootstrap, list(s.Executed), list(s.Pending), list(s.New), list(s.Missing)})
}

// namespace is the name of the code of a subsystem's migrations in Kong.
func namespace(subsystem string) string {
	if subsystem == Core {
		return "kong.db.migrations.core"
	}
	return "kong.plugins." + subsystem + ".migrations"
}
