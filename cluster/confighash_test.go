package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
)

// A hash that followed changes row by row is that of a node which read everything at once.
func TestConfigHashFollowsChanges(t *testing.T) {
	t.Parallel()
	path := file(t)
	first := join(t, open(t, path), "a", nil)
	names := map[string][]string{}
	random := rand.New(rand.NewPCG(1, 2))
	change := func(entity string, body datastore.Document) {
		e := first.db.Model().Entity(entity)
		known := names[entity]
		switch i := random.IntN(len(known) + 1); {
		case i == len(known) || len(known) < 5:
			name := fmt.Sprintf("%s-%d", entity, random.Int64())
			body[e.EndpointKey] = name
			names[entity] = append(known, name)
			first.insert(t, entity, body)
		case random.IntN(2) == 0:
			key := datastore.Key{Field: e.EndpointKey, Value: known[i]}
			if _, err := first.db.Update(t.Context(), e, key, datastore.Document{"tags": []any{fmt.Sprint(random.IntN(9))}}); err != nil {
				t.Fatal(err)
			}
		default:
			if _, err := first.db.Delete(t.Context(), e, datastore.Key{Field: e.EndpointKey, Value: known[i]}); err != nil {
				t.Fatal(err)
			}
			names[entity] = append(known[:i:i], known[i+1:]...)
		}
	}
	for range 3 {
		for range 50 {
			change("services", datastore.Document{"host": "h"})
			change("routes", datastore.Document{"paths": []any{"/"}})
			change("consumers", datastore.Document{})
			change("upstreams", datastore.Document{})
		}
		fresh := join(t, open(t, path), "b", nil)
		hash := func(m *member) string {
			for _, n := range m.Nodes(t.Context(), false).Data {
				if n.ID == m.ID() {
					return n.ConfigHash
				}
			}
			return ""
		}
		eventually(t, "both have the same hash", func() bool { return hash(fresh) != "" && hash(fresh) == hash(first) })
		fresh.stop()
	}
}
