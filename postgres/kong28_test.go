package postgres_test

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"testing"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/postgres"
)

func TestStoreOfKong28(t *testing.T) {
	t.Parallel()
	storetest.RunNodes(t, storetest.Driver{
		Create: func(t testing.TB, _ *schema.Model) string { return create28(t, testenv.PostgreSQL(t)) },
		Open: func(ctx context.Context, location string, model *schema.Model) (datastore.Store, error) {
			server, err := parseServer(location)
			if err != nil {
				return nil, err
			}
			d, err := postgres.Open(postgres.Options{Server: server, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				return nil, err
			}
			store, err := kong28.Wrap(ctx, d.Store(model), model)
			if err != nil {
				return nil, errors.Join(err, d.Close())
			}
			return store, nil
		},
		TagsByID: true,
		Variant:  kong28.Entities,
	})
}

// The columns that entities are kept in are there, and no row can lack one that has to have a value.
func TestEntitiesFitTheTables(t *testing.T) {
	t.Parallel()
	entities := slices.Concat(entity.Core(entity.Options{RouterFlavor: "traditional"}), bundled.Entities())
	for name, c := range map[string]struct {
		entities []*schema.Entity
		tables   string
	}{"Kong 2.8": {kong28.Entities(entities), tables28}, "Kong 3.9": {entities, tables39}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, e := range c.entities {
				if e.Internal || e.Absent {
					continue
				}
				columns := postgres.Columns(e)
				for _, column := range columns {
					if !regexp.MustCompile(`(?m)^` + e.TableName() + `: column \d+ ` + column + ` `).MatchString(c.tables) {
						t.Errorf("%s has no column %s", e.TableName(), column)
					}
				}
				for _, required := range regexp.MustCompile(`(?m)^`+e.TableName()+`: column \d+ (\S+) \S+ NOT NULL$`).FindAllStringSubmatch(c.tables, -1) {
					if !slices.Contains(columns, required[1]) {
						t.Errorf("column %s of %s is left without a value", required[1], e.TableName())
					}
				}
			}
		})
	}
}
