package migration

// Form is the version of Kong whose tables a database has.
type Form int

// The forms of databases.
const (
	// Empty databases have no tables of Kong's, or their bootstrap was interrupted before it did anything.
	Empty Form = iota
	// Kong28 and Kong39 have all that the node needs; of Kong39 second halves may be pending.
	Kong28
	Kong39
	// Other databases stand in between, or need migrations for a plugin of the node.
	Other
)

// FormOf tells the form of a database from its ledger.
func FormOf(known []Subsystem, ledger Ledger) Form {
	switch {
	case len(ledger) == 0:
		return Empty
	case len(Decide(known, ledger).New) == 0:
		return Kong39
	case ofKong28(known, ledger):
		return Kong28
	}
	return Other
}

// ofKong28 reports whether a database has all steps of Kong 2.8, complete, and no later one of the core.
func ofKong28(known []Subsystem, ledger Ledger) bool {
	for _, s := range known {
		record := ledger[s.Name]
		for i, step := range s.Steps {
			switch {
			case i < s.Kong28 && !record.executed(step.Name):
				return false
			case i >= s.Kong28 && s.Name == Core && record.has(step.Name):
				return false
			}
		}
	}
	return true
}
