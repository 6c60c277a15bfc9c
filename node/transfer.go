package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/transfer"
)

// CopyDatastore copies what the datastore of one configuration holds into that of another, be it a database or a declarative
// file, and follows the changes until ctx is done if that is asked for. Errors are those of package transfer, or wrap what
// keeps a datastore from being opened.
func CopyDatastore(
	ctx context.Context, from, to *conf.Config, follow bool, opts transfer.Options,
) (report transfer.Report, err error) {
	source, err := openSource(ctx, from, opts.Log)
	if err != nil {
		return report, fmt.Errorf("open the source: %w", err)
	}
	defer func() { err = errors.Join(err, source.close()) }()
	if follow && source.file != nil {
		return report, errors.New("a declarative file does not tell of changes, so that it can't be followed")
	}
	target, err := openTarget(ctx, to, opts.Log)
	if err != nil {
		return report, fmt.Errorf("open the target: %w", err)
	}
	defer func() {
		// Whoever looks at the events in the target must not take this command for a node.
		hidden := cluster.Hide(context.WithoutCancel(ctx), target.store, target.feed.Node())
		err = errors.Join(err, hidden, target.close())
	}()
	if follow {
		return transfer.Follow(ctx, source.source(), target.target(), opts)
	}
	return transfer.Copy(ctx, source.source(), target.target(), opts)
}

// copySide is an open datastore on one side of a copy.
type copySide struct {
	store *storage
	feed  *datastore.Feed
	db    *datastore.DB
	file  *declarativeFile // nil for a database
}

// openSource opens a datastore that has to be there.
func openSource(ctx context.Context, config *conf.Config, log *slog.Logger) (*copySide, error) {
	if config.String("database") == "sqlite" { // which would be made
		if _, err := os.Stat(config.String("sqlite_path")); err != nil {
			return nil, err
		}
	}
	s, err := openCopySide(ctx, config, log)
	if err != nil || s.file == nil {
		return s, err
	}
	what, source, err := declarativeSource(config)
	if err == nil && what == "" {
		err = errors.New("database = off, and neither declarative_config nor declarative_config_string says where the entities are")
	}
	if err == nil {
		err = s.file.load(ctx, what, source)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// openTarget opens a datastore that may have to be made yet: a file, and the one of SQLite.
func openTarget(ctx context.Context, config *conf.Config, log *slog.Logger) (*copySide, error) {
	s, err := openCopySide(ctx, config, log)
	if err != nil || s.file == nil {
		return s, err
	}
	if err := s.file.open(ctx, config.String("declarative_config")); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func openCopySide(ctx context.Context, config *conf.Config, log *slog.Logger) (*copySide, error) {
	ctx, cancel := context.WithTimeout(ctx, patience(config))
	defer cancel()
	store, err := openStore(ctx, config, log)
	if err != nil {
		return nil, err
	}
	s := &copySide{store: store}
	if s.feed, s.db, err = openEntities(ctx, config, store, store.model, log); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if config.String("database") == "off" {
		s.file = newDeclarativeFile(s)
	}
	return s, nil
}

func (s *copySide) close() error {
	if s.file != nil {
		return errors.Join(s.file.loader.Close(), s.store.Close())
	}
	return s.store.Close()
}

func (s *copySide) source() transfer.Source {
	source := transfer.Source{DB: s.db, Feed: s.feed}
	if s.file != nil {
		source.Holds = s.file.holds
	}
	return source
}

func (s *copySide) target() transfer.Target {
	target := transfer.Target{DB: s.db}
	if s.file != nil {
		target.Holds, target.Replace = s.file.holds, s.file.replace
	}
	return target
}
