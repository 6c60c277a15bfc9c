package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Driver{
		Create: func(t testing.TB, _ *schema.Model) string { return filepath.Join(t.TempDir(), "test.db") },
		Open: func(ctx context.Context, location string, model *schema.Model) (datastore.Store, error) {
			return sqlite.Open(ctx, sqlite.Options{Path: location, Model: model})
		},
	})
}
