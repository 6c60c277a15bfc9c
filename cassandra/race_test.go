package cassandra_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// Many writers on several nodes fight for the name of a service and for that of a consumer: each time one of them gets it.
func TestOneWriterWins(t *testing.T) {
	t.Parallel()
	const writers = 50
	model := coreModel(t)
	opts := lean(t, testenv.Cassandra(t), model)
	nodes := []*datastore.DB{openDB(t, opts, model), openDB(t, opts, model), openDB(t, opts, model)}
	for round := range testenv.CassandraRaces.N() {
		for entity, body := range map[string]datastore.Document{
			"services":  {"name": fmt.Sprint("s", round), "host": "a.example"},
			"consumers": {"username": fmt.Sprint("c", round)},
		} {
			var won atomic.Int64
			var all sync.WaitGroup
			for i := range writers {
				all.Go(func() {
					_, err := nodes[i%len(nodes)].Insert(t.Context(), model.Entity(entity), body)
					if err == nil {
						won.Add(1)
					} else if datastore.ErrorCode(err) != datastore.CodeUniqueViolation {
						t.Errorf("%s: %v", entity, err)
					}
				})
			}
			all.Wait()
			if won.Load() != 1 {
				t.Fatalf("round %d: %d writers got the name of one of the %s", round, won.Load(), entity)
			}
		}
	}
	for _, entity := range []string{"services", "consumers"} {
		n := 0
		err := nodes[0].Each(t.Context(), model.Entity(entity), datastore.Key{}, func(datastore.Document) error { n++; return nil })
		if err != nil || n != testenv.CassandraRaces.N() {
			t.Errorf("%d %s after %d rounds: %v", n, entity, testenv.CassandraRaces.N(), err)
		}
	}
}
