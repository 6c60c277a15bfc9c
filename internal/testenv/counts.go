package testenv

import (
	"os"
	"time"
)

// The numbers that make tests long. A plain run does a tenth of each, `make soak` all of it.
const (
	// CrashWrites is how many acknowledged writes are counted again after a node was killed.
	CrashWrites Count = 1000
	// CassandraProperties is how many random sequences of operations the store on Cassandra goes through.
	CassandraProperties Count = 200
	// RandomChanges is how many changes two nodes of a cluster make at the same time.
	RandomChanges Count = 1000
	// OutageTime is how long the database of a cluster under load is away.
	OutageTime Span = Span(time.Minute)
	// Outages is how often the database of a node goes away and comes back.
	Outages Count = 30
	// CassandraRaces is how often many writers fight for one name on Cassandra.
	CassandraRaces Count = 200
	// CassandraEntities is how many services, routes and consumers are loaded into Cassandra.
	CassandraEntities Count = 10000
	// CassandraEvents is how many old events lie before those that a poll on Cassandra reads.
	CassandraEvents Count = 1000000
	// Replacements is how often each of two nodes under load is reloaded, restarted and replaced by another binary.
	Replacements Count = 50
	// CopiedEntities is how many entities are moved from store to store.
	CopiedEntities Count = 20000
	// FuzzTime is how long each fuzz target runs.
	FuzzTime Span = Span(time.Minute)
)

// shortened is what a plain run divides the numbers by.
const shortened = 10

// A Count is how often a test repeats something in a full run.
type Count int

// N returns the repetitions for this run: c itself if KONGO_SOAK is 1, otherwise a tenth, rounded up.
func (c Count) N() int {
	if soak() {
		return int(c)
	}
	return (int(c) + shortened - 1) / shortened
}

// A Span is how long a test goes on in a full run.
type Span time.Duration

// D returns the duration for this run: s itself if KONGO_SOAK is 1, otherwise a tenth.
func (s Span) D() time.Duration {
	if soak() {
		return time.Duration(s)
	}
	return time.Duration(s) / shortened
}

func soak() bool { return os.Getenv("KONGO_SOAK") == "1" }
