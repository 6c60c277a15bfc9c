package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/kongo-gateway/kongo/conf"
)

// CheckStore opens the store of a configuration, asks whether it can be reached, and closes it.
func CheckStore(ctx context.Context, config *conf.Config) error {
	ctx, cancel := context.WithTimeout(ctx, patience(config))
	defer cancel()
	store, err := openStore(ctx, config, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(store.Ping(ctx), store.Close())
}

func unsupported(kind string) error {
	return fmt.Errorf("database = %s is not in this build of kongo yet, sqlite is", kind)
}
