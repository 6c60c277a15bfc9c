package doctor

import (
	"context"

	"github.com/kongo-gateway/kongo/node"
)

// checkMigrations finds out whether the tables are those that a node needs.
func checkMigrations(ctx context.Context, p *patient) []Finding {
	const check = "migrations"
	if p.config.String("database") == "off" || p.config.String("database") == "sqlite" {
		return nil
	}
	m, err := node.OpenMigrations(ctx, p.config, node.MigrationOptions{Print: func(string) {}, Log: p.log})
	if err != nil {
		return nil // the datastore's check says why
	}
	defer m.Close()
	state, err := m.State(ctx)
	switch {
	case err != nil:
		return nil
	case state.NeedsBootstrap:
		return one(check, Fail, "the database has no tables of Kong or kongo", "run `kongo migrations bootstrap` once")
	}
	if err := m.Ready(ctx); err != nil {
		return one(check, Fail, err.Error(), "see `kongo migrations list`, then run `kongo migrations up`")
	}
	if len(state.Pending) > 0 {
		return one(check, Warn, "migrations have begun and are not finished", "run `kongo migrations finish` when no older node runs any more")
	}
	return one(check, OK, "the tables are up to date", "")
}
