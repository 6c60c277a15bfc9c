package storetest

import (
	"context"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Driver is one kind of store, as the suite handles it.
type Driver struct {
	// Create makes new and empty storage for the entities of a model and returns where it is. The storage is gone when the
	// test is over.
	Create func(t testing.TB, model *schema.Model) (location string)
	// Open opens the storage at a location of Create's, any number of times, in this or another process. The suite closes
	// what it opens.
	Open func(ctx context.Context, location string, model *schema.Model) (datastore.Store, error)

	// Volatile storage belongs to one process and ends with it.
	Volatile bool
	// EmptyIsNull storage does not tell empty lists, sets and maps from null: they read back as null.
	EmptyIsNull bool
	// SortsSets storage returns the members of sets in an order of its own.
	SortsSets bool
	// TagsByID storage lists tags by the ids of rows alone: of rows of different kinds that have one id it knows the tags of
	// one.
	TagsByID bool
	// Variant describes the entities of the core as the storage can keep them; nil if it can keep them as they are.
	Variant func([]*schema.Entity) []*schema.Entity
}

// Run tests a driver. Every part is a subtest with storage of its own.
func Run(t *testing.T, d Driver) {
	parts := []struct {
		name string
		test func(*suite)
	}{
		{"rows", testRows},
		{"row forms", testRowForms},
		{"workspaces", testWorkspaces},
		{"upsert", testUpsert},
		{"unique values", testUnique},
		{"unique values under concurrency", testUniqueConcurrently},
		{"null refused", testNotNull},
		{"foreign keys", testForeign},
		{"foreign keys under concurrency", testForeignConcurrently},
		{"deletion", testDeletion},
		{"pages", testPages},
		{"pages of children and of tags", testFilteredPages},
		{"pages under concurrency", testPagesConcurrently},
		{"tags", testTags},
		{"expiry", testExpiry},
		{"events", testEvents},
		{"events under concurrency", testEventsConcurrently},
		{"locks", testLocks},
		{"list of nodes", testRegistry},
		{"writers of events", testWriters},
		{"deadlines", testDeadlines},
		{"random operations", testProperty},
	}
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(newSuite(t, d, Model()))
		})
	}
	RunNodes(t, d)
	if d.Volatile {
		return
	}
	t.Run("reopening", func(t *testing.T) {
		t.Parallel()
		testReopen(newSuite(t, d, Model()))
	})
	t.Run("crash", func(t *testing.T) {
		t.Parallel()
		testCrash(t, d)
	})
}

// RunNodes tests a driver below a datastore.DB alone, with the entities of the core. It is a part of Run, and all that can be
// asked of storage whose tables are given.
func RunNodes(t *testing.T, d Driver) {
	parts := []struct {
		name string
		test func(*nodeSuite)
	}{
		{"changes", testChanges},
		{"refusals", testRefusals},
		{"cascades", testCascades},
		{"feed", testFeed},
		{"feed delay", testFeedDelay},
		{"feed after an outage", testFeedOutage},
	}
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(newNodeSuite(t, d))
		})
	}
}
