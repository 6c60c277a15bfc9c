package datastore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// eventTTL is how long other nodes have to read an event: the longer of an hour and ten times the propagation delay.
//
// Kong 3.9: cluster events.
const eventTTL = time.Hour

// DB validates documents, keeps them in a Store and tells of every change. It is safe for concurrent use.
type DB struct {
	store     Store
	model     *schema.Model
	feed      *Feed
	workspace atomic.Pointer[string]
	log       *slog.Logger
	clock     clock
}

// NewDB puts a DB around a store whose tables are up to date. Changes are published through feed, which belongs to the same
// store.
func NewDB(ctx context.Context, store Store, model *schema.Model, feed *Feed, log *slog.Logger) (*DB, error) {
	ws, err := store.DefaultWorkspace(ctx)
	if err != nil {
		return nil, fmt.Errorf("default workspace: %w", err)
	}
	db := &DB{store: store, model: model, feed: feed, log: log}
	db.workspace.Store(&ws)
	return db, nil
}

// Model returns the descriptions of the entities.
func (db *DB) Model() *schema.Model { return db.model }

// Ping reports whether the store can be reached.
func (db *DB) Ping(ctx context.Context) error { return db.store.Ping(ctx) }

// Workspace is the id of the default workspace, to which everything belongs that is written through a DB.
func (db *DB) Workspace() string { return *db.workspace.Load() }

// rejoined is called when a write has failed. If that is because the workspace is gone, the database was reset and made anew:
// then all that is known of it is read again, and rejoined reports that the write can be repeated.
func (db *DB) rejoined(ctx context.Context, failed error) bool {
	var missing *MissingParentError
	if !errors.As(failed, &missing) || missing.Field != schema.ColumnWorkspace {
		return false
	}
	ws, err := db.store.DefaultWorkspace(ctx)
	if err != nil {
		db.log.Error("could not read the default workspace", "error", err)
		return false
	}
	former := db.workspace.Load()
	if *former == ws {
		return false
	}
	if db.workspace.CompareAndSwap(former, &ws) {
		db.log.Warn("the database was made anew; reading everything again")
		db.feed.Everything(ctx)
	}
	return true
}

// published tells this node and the others of committed changes. That other nodes could not be told is logged: the change
// itself is done, and undoing it would only add a second one.
func (db *DB) published(ctx context.Context, changes ...change) {
	var events []Event
	for _, c := range changes {
		of, err := c.events(ctx, db)
		if err != nil {
			db.log.Error("could not find out all that a change concerns", "entity", c.entity.Name, "error", err)
		}
		events = append(events, of...)
	}
	if err := db.feed.Publish(ctx, events...); err != nil {
		db.log.Error("could not tell other nodes of a change", "error", err, "events", len(events))
	}
}

// Publish tells this node and the others of events that no write of a DB causes.
func (db *DB) Publish(ctx context.Context, events ...Event) error {
	return db.feed.Publish(ctx, events...)
}
