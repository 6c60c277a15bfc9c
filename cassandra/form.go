package cassandra

import (
	"slices"

	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// ownSubsystem is the name under which the migrations of what kongo adds to a keyspace are in Kong's ledger. Nodes of Kong
// pass over names that they do not know.
const ownSubsystem = "kongo"

// teardowns are the steps of which a second half belongs to Cassandra, by subsystem.
//
// Kong 2.8: migrations, Cassandra.
var teardowns = map[string][]string{
	migration.Core: {
		"005_120_to_130", "007_140_to_150", "008_150_to_200", "009_200_to_210", "010_210_to_211", "012_213_to_220",
		"013_220_to_230",
	},
	"acl":            {"003_200_to_210", "004_212_to_213"},
	"basic-auth":     {"003_200_to_210"},
	"bot-detection":  {"001_200_to_210"},
	"hmac-auth":      {"003_200_to_210"},
	"ip-restriction": {"001_200_to_210"},
	"jwt":            {"003_200_to_210"},
	"key-auth":       {"003_200_to_210"},
	"oauth2":         {"004_200_to_210", "005_210_to_211"},
}

// Known lists the migrations of a node with these plugins: those of Kong 2.8, and then that of what kongo adds. A keyspace
// with the former is used as it is, in the form migration.Kong28; with both of them it has all that Kong 3.9 has, in the form
// migration.Kong39.
func Known(plugins []string) []migration.Subsystem {
	var known []migration.Subsystem
	for _, s := range migration.Known(plugins) {
		if s.Kong28 == 0 {
			continue
		}
		s.Steps = slices.Clone(s.Steps[:s.Kong28])
		for i := range s.Steps {
			s.Steps[i].Teardown = slices.Contains(teardowns[s.Name], s.Steps[i].Name)
		}
		known = append(known, s)
	}
	return append(known, migration.Subsystem{Name: ownSubsystem, Steps: []migration.Step{{Name: ownStep}}})
}

// Entities describes the entities of a gateway as a keyspace with kongo's own tables and columns keeps them. What Kong 2.8
// has too is where its nodes look for it. It leaves its argument alone.
func Entities(entities []*schema.Entity) []*schema.Entity {
	variants := slices.Clone(entities)
	for i, e := range variants {
		variant := *e
		switch e.Name {
		case "targets":
			variant.Unkeyed = true // nodes of Kong 2.8 know them by their ids
		case "vaults":
			variant.Table = betaVaults
		default:
			continue
		}
		variants[i] = &variant
	}
	return variants
}
