package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore/migration"
	"github.com/kongo-gateway/kongo/sqlite"
)

// embeddedMigrations are those of the embedded database: it is made as a whole, and brings itself up to date whenever it is
// opened.
var embeddedMigrations = []migration.Subsystem{{Name: migration.Core, Steps: []migration.Step{{Name: "000_base"}}}}

// embedded is the embedded database of a configuration.
type embedded struct{ config *conf.Config }

// Explain implements migration.Storage.
func (e embedded) Explain(_ string, err error) error { return err }

// Ledger implements migration.Storage.
func (e embedded) Ledger(context.Context) (migration.Ledger, error) {
	_, err := os.Stat(e.config.String("sqlite_path"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return allOf(embeddedMigrations), nil
}

// Prepare implements migration.Storage.
func (e embedded) Prepare(context.Context) error { return nil }

// Lock implements migration.Storage. The database looks after itself when several processes open it.
func (e embedded) Lock(context.Context, string, time.Duration) (bool, error) { return true, nil }

// Unlock implements migration.Storage.
func (e embedded) Unlock(context.Context, string) error { return nil }

// Change implements migration.Storage.
func (e embedded) Change(_ context.Context, fn func(migration.Changes) error) error { return fn(e) }

// Up implements migration.Changes.
func (e embedded) Up(ctx context.Context, _, _ string) error { return CheckStore(ctx, e.config) }

// Teardown implements migration.Changes.
func (e embedded) Teardown(context.Context, string, string) error { return nil }

// Record implements migration.Changes.
func (e embedded) Record(context.Context, string, migration.Record) error { return nil }

// Reset implements migration.Storage. It fails while a node uses the database.
func (e embedded) Reset(context.Context) error {
	err := sqlite.Remove(e.config.String("sqlite_path"))
	if errors.Is(err, sqlite.ErrInUse) {
		return fmt.Errorf("%w; stop the nodes that use it first", err)
	}
	return err
}

// complete is the storage of a node without a database: always up to date, and with nothing to change.
type complete struct{ known []migration.Subsystem }

// Explain implements migration.Storage.
func (c complete) Explain(_ string, err error) error { return err }

// Ledger implements migration.Storage.
func (c complete) Ledger(context.Context) (migration.Ledger, error) { return allOf(c.known), nil }

// Prepare implements migration.Storage.
func (c complete) Prepare(context.Context) error { return nil }

// Lock implements migration.Storage.
func (c complete) Lock(context.Context, string, time.Duration) (bool, error) { return true, nil }

// Unlock implements migration.Storage.
func (c complete) Unlock(context.Context, string) error { return nil }

// errNoDatabase says that there is nothing to work on.
var errNoDatabase = errors.New("there is no database: database = off")

// Change implements migration.Storage.
func (c complete) Change(context.Context, func(migration.Changes) error) error { return errNoDatabase }

// Reset implements migration.Storage.
func (c complete) Reset(context.Context) error { return errNoDatabase }

// allOf is the ledger of a database that has been through all steps.
func allOf(known []migration.Subsystem) migration.Ledger {
	ledger := migration.Ledger{}
	for _, s := range known {
		var record migration.Record
		for _, step := range s.Steps {
			record.Executed, record.LastExecuted = append(record.Executed, step.Name), step.Name
		}
		ledger[s.Name] = record
	}
	return ledger
}
