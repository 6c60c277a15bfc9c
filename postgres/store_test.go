package postgres_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/postgres"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, driver(testenv.PostgreSQL))
}

func TestStoreOnTheNewestServer(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.NewestPostgres)
	d := driver(func(testing.TB) *testenv.PostgresServer { return server })
	d.Volatile = true // it is another test's business to open it in other processes
	// The group ends before the server does.
	t.Run("suite", func(t *testing.T) { storetest.Run(t, d) })
	t.Run("round trip", func(t *testing.T) { roundTrip(t, server) })
}

func driver(server func(t testing.TB) *testenv.PostgresServer) storetest.Driver {
	return storetest.Driver{
		Create: func(t testing.TB, model *schema.Model) string { return create(t, server(t), model) },
		Open: func(ctx context.Context, location string, model *schema.Model) (datastore.Store, error) {
			server, err := parseServer(location)
			if err != nil {
				return nil, err
			}
			d, err := postgres.Open(postgres.Options{Server: server, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				return nil, err
			}
			if err := d.PrepareOwn(ctx); err != nil {
				return nil, errors.Join(err, d.Close())
			}
			return d.Store(model), nil
		},
		TagsByID: true,
	}
}
