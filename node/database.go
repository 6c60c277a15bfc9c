package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/sqlite"
)

// Migration is the only one that the embedded database has: it is made as a whole, and brings itself up to date whenever it
// is opened.
const (
	Subsystem = "core"
	Migration = "000_base"
)

// Bootstrapped reports whether the database of a configuration is there.
func Bootstrapped(config *conf.Config) (bool, error) {
	if err := embedded(config); err != nil {
		return false, err
	}
	_, err := os.Stat(config.String("sqlite_path"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Bootstrap makes the database, or brings it up to date.
func Bootstrap(ctx context.Context, config *conf.Config) error {
	if err := embedded(config); err != nil {
		return err
	}
	return CheckStore(ctx, config)
}

// Reset deletes the database with all that is in it. It fails while a node uses it.
func Reset(config *conf.Config) error {
	if err := embedded(config); err != nil {
		return err
	}
	err := sqlite.Remove(config.String("sqlite_path"))
	if errors.Is(err, sqlite.ErrInUse) {
		return fmt.Errorf("%w; stop the nodes that use it first", err)
	}
	return err
}

// CheckStore opens the store of a configuration, asks whether it can be reached, and closes it.
func CheckStore(ctx context.Context, config *conf.Config) error {
	model, _, err := newModel(config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience(config))
	defer cancel()
	store, err := openStore(ctx, config, model)
	if err != nil {
		return err
	}
	return errors.Join(store.Ping(ctx), store.Close())
}

// embedded refuses the stores that this build has no driver for.
func embedded(config *conf.Config) error {
	if kind := config.String("database"); kind != "sqlite" {
		return unsupported(kind)
	}
	return nil
}

func unsupported(kind string) error {
	return fmt.Errorf("database = %s is not in this build of kongo yet, sqlite is", kind)
}
