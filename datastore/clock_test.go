package datastore_test

import (
	"fmt"
	"testing"
)

// TestTargetsHaveTimesOfTheirOwn makes targets faster than their times can tell.
func TestTargetsHaveTimesOfTheirOwn(t *testing.T) {
	g := newGateway(t)
	g.must("upsert", "upstreams", id1, `{"name":"pool"}`)
	last := 0.0
	for i := range 50 {
		body := fmt.Sprintf(`{"target":"10.0.0.1:%d","upstream":{"id":"%s"}}`, i+1, id1)
		made := g.must("insert", "targets", "", body)["created_at"]
		at, isFloat := made.(float64)
		if whole, ok := made.(int64); ok && !isFloat {
			at = float64(whole)
		}
		if at <= last {
			t.Fatalf("target %d was made at %.3f, the one before at %.3f", i, at, last)
		}
		last = at
	}
}
