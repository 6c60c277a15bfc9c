package cassandra_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Driver{
		Create: func(t testing.TB, model *schema.Model) string {
			server := testenv.Cassandra(t)
			return fmt.Sprint(server.Port, " ", lean(t, server, model).Keyspace)
		},
		Open: func(ctx context.Context, location string, model *schema.Model) (datastore.Store, error) {
			opts := cassandra.Options{ContactPoints: []string{"127.0.0.1"}}
			if _, err := fmt.Sscan(location, &opts.Port, &opts.Keyspace); err != nil {
				return nil, err
			}
			return cassandra.Open(ctx, opts, model)
		},
		EmptyIsNull: true,
		SortsSets:   true,
	})
}
