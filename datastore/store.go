package datastore

import (
	"context"
	"errors"
	"time"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Store is one storage technology. All methods may be called by many goroutines; each honours the deadline of its context.
//
// Errors other than those named at a method mean that the store could not do its work, for example because its server is
// away: they are wrapped, name what failed, and promise nothing about whether a write happened. Where a client can be told
// why, there is an *UnavailableError among them.
type Store interface {
	// Select returns the row that key addresses in the workspace ws, or in all where ws is "", or ErrNotFound. Expired rows are
	// not found.
	Select(ctx context.Context, e *schema.Entity, key Key, ws string) (Document, error)

	// Page returns rows in an order of the store's own that stays the same while rows come and go: paging through to the end
	// shows every row that was there all the time exactly once. A token that is none is an *Error of CodeInvalidOffset.
	Page(ctx context.Context, e *schema.Entity, q Query) (Page, error)

	// Insert adds a row. It fails with a *ConflictError, a *MissingParentError or a *NullError. Expired rows are in nobody's way.
	Insert(ctx context.Context, e *schema.Entity, row Document) error

	// Update replaces all columns of the row with row's id. It fails as Insert does, and with ErrNotFound.
	Update(ctx context.Context, e *schema.Entity, row Document) error

	// Upsert inserts row, or replaces all columns but the id of the row that equals it in the field called conflict: the id, or a
	// unique field within row's workspace. It returns the id that the row has now and fails as Insert does.
	Upsert(ctx context.Context, e *schema.Entity, conflict string, row Document) (id string, err error)

	// Delete removes a row, and with it the rows that refer to it by a cascading foreign key, and reports whether it was there.
	// It fails with a *ReferencedError while rows refer to it by any other.
	Delete(ctx context.Context, e *schema.Entity, id string) (bool, error)

	// Tags lists the pairs of entity and tag, those of one tag where q.Tag is set.
	Tags(ctx context.Context, q TagQuery) (TagPage, error)

	EventStore
	Registry

	// DefaultWorkspace returns the id of the workspace called default.
	DefaultWorkspace(ctx context.Context) (string, error)

	// Lock takes the named lock for owner, or keeps it for longer, unless somebody else holds it; it is free again after ttl.
	// Unlock gives it back, if owner still holds it.
	Lock(ctx context.Context, name, owner string, ttl time.Duration) (bool, error)
	Unlock(ctx context.Context, name, owner string) error

	// Ping reports whether the store can be reached.
	Ping(ctx context.Context) error
	// Close releases everything the store holds. No method may be called afterwards.
	Close() error
}

// EventStore keeps the events by which nodes tell each other of changes. Times are the store's, not the caller's.
type EventStore interface {
	// Publish stores events, each on its own. They happen now, may be acted on after delay, and may be forgotten after ttl.
	Publish(ctx context.Context, node string, events []Event, delay, ttl time.Duration) error
	// Events returns the events on the channels that happened after a moment, oldest first, and the store's present time. Those
	// that one call of Publish stored keep their order.
	Events(ctx context.Context, channels []string, after time.Time) ([]StoredEvent, time.Time, error)
	// Now returns the store's present time.
	Now(ctx context.Context) (time.Time, error)
	// DeleteExpired removes events and rows whose time is over.
	DeleteExpired(ctx context.Context, m *schema.Model) error
}

// Query selects a page of rows.
type Query struct {
	// Size is the largest number of rows to return, at least 1.
	Size int
	// Offset is the token of the page before, or "".
	Offset string
	// Workspace limits the rows to one workspace; "" means all.
	Workspace string
	// Parent limits the rows to those whose foreign field Parent.Field points to Parent.Value.
	Parent Key
	// Tags limits the rows to those with all of the tags, or with any where AnyTag is set.
	Tags   []string
	AnyTag bool
}

// Page is one page of rows. Next is the token of the page after it, "" at the end.
type Page struct {
	Rows []Document
	Next string
}

// TagQuery selects a page of tags.
type TagQuery struct {
	Size   int
	Offset string
	Tag    string
}

// TagPage is one page of tags.
type TagPage struct {
	Rows []TagRow
	Next string
}

// TagRow pairs a tag with an entity that bears it.
type TagRow struct {
	Tag        string
	EntityName string
	EntityID   string
}

// ErrNotFound says that a row is not there.
var ErrNotFound = errors.New("not found")

// ErrReadOnly says that a store takes no single rows: it belongs to a node without a database, whose configuration comes as
// a whole.
var ErrReadOnly = errors.New("no rows can be written when not using a database")

// ConflictError says that a row has the same value in a unique field: a field of the entity, schema.PrimaryKey or
// schema.ColumnCacheKey. Of several such fields it names the first that the entity declares; the cache key comes last, or
// first where the entity says so. The primary key may come anywhere.
type ConflictError struct{ Field string }

func (e *ConflictError) Error() string { return "another row has the same " + e.Field }

// MissingParentError says that a foreign field points to a row that is not there; schema.ColumnWorkspace that the workspace of
// the row is not there.
type MissingParentError struct{ Field string }

func (e *MissingParentError) Error() string {
	return "the row that " + e.Field + " points to is missing"
}

// ReferencedError says that rows of another entity refer to the row.
type ReferencedError struct{ Child string }

func (e *ReferencedError) Error() string { return "rows of " + e.Child + " refer to it" }

// UnavailableError says that a store that can be reached can't do its work for now, and why in words for those who ask for it.
type UnavailableError struct {
	Reason string
	// Err is what the store itself said.
	Err error
}

func (e *UnavailableError) Error() string { return e.Reason + ": " + e.Err.Error() }

func (e *UnavailableError) Unwrap() error { return e.Err }

// NullError says that a column refuses null.
type NullError struct{ Field string }

func (e *NullError) Error() string { return e.Field + " must not be null" }
