package memory

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// DefaultWorkspace is the id of the workspace called default.
//
// Kong 3.9: declarative configuration, nesting and references.
const DefaultWorkspace = "0dc6f45b-8f8d-40d2-a504-473544ee190b"

const workspaces = "workspaces"

// Options are the settings of a Store.
type Options struct {
	Model *schema.Model
	// ReadOnly stores take no single rows, only Replace changes what they hold.
	ReadOnly bool
}

// Store holds rows in memory. It implements datastore.Store.
type Store struct {
	model    *schema.Model
	readOnly bool
	contents atomic.Pointer[contents]
	// writing keeps writers apart; readers do not take it.
	writing  sync.Mutex
	events   events
	locks    locks
	registry registry
}

var _ datastore.Store = (*Store)(nil)

// New returns a store that holds the default workspace.
func New(opts Options) *Store {
	s := &Store{model: opts.Model, readOnly: opts.ReadOnly}
	s.contents.Store(newContents(opts.Model, nil))
	return s
}

// Rows are all rows of an entity.
type Rows struct {
	Entity *schema.Entity
	Rows   []compact.Row
}

// Replace replaces everything that the store holds, except for the default workspace, which stays whatever rows say of
// workspaces. Whoever calls answers for the rows: they have ids of their own and refer to each other only. The slices
// belong to the store afterwards.
//
// The change takes place as a whole, if ctx is not done by then; the error is ctx's.
func (s *Store) Replace(ctx context.Context, rows ...Rows) error {
	replacement := newContents(s.model, rows)
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := alive(ctx, "replace everything"); err != nil {
		return err
	}
	s.contents.Store(replacement)
	return nil
}

// DefaultWorkspace implements datastore.Store.
func (s *Store) DefaultWorkspace(ctx context.Context) (string, error) {
	return DefaultWorkspace, alive(ctx, "default workspace")
}

// Ping implements datastore.Store.
func (s *Store) Ping(ctx context.Context) error { return alive(ctx, "ping") }

// Close implements datastore.Store.
func (s *Store) Close() error { return nil }

// alive fails if ctx is over: nothing here takes long, so that once at the beginning is enough.
func alive(ctx context.Context, what string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memory: %s: %w", what, err)
	}
	return nil
}

// expired reports whether a row's time is over.
func expired(r *compact.Row, now time.Time) bool {
	return r.Expires != 0 && r.Expires*1000 < now.UnixMilli()
}
