package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// patience bounds every part of the suite: what takes longer hangs.
const patience = 2 * time.Minute

// suite is one test with an open store.
type suite struct {
	*testing.T
	driver    Driver
	model     *schema.Model
	location  string
	ctx       context.Context
	store     datastore.Store
	workspace string
}

func newSuite(t *testing.T, d Driver, model *schema.Model) *suite {
	s := &suite{T: t, driver: d, model: model, location: d.Create(t, model)}
	s.anew()
	s.store = s.open()
	workspace, err := s.store.DefaultWorkspace(s.ctx)
	s.must(err)
	if !schema.IsUUID(workspace) {
		t.Fatalf("the default workspace has the id %q", workspace)
	}
	s.workspace = workspace
	return s
}

// anew gives the test as much time as it had at its beginning, for a part that is done many times.
func (s *suite) anew() {
	var cancel context.CancelFunc
	s.ctx, cancel = context.WithTimeout(context.Background(), patience)
	s.Cleanup(cancel)
}

// open opens the storage once more.
func (s *suite) open() datastore.Store {
	s.Helper()
	store, err := s.driver.Open(s.ctx, s.location, s.model)
	s.must(err)
	s.Cleanup(func() {
		if err := store.Close(); err != nil {
			s.Errorf("close: %v", err)
		}
	})
	return store
}

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// row is a whole row of e with some members, as a datastore.DB would hand it to a store. It may be called outside of the
// test's own goroutine.
func (s *suite) row(e *schema.Entity, members datastore.Document) datastore.Document {
	s.Helper()
	row, err := wholeRow(e, members, s.workspace)
	if err != nil {
		s.Error(err)
	}
	return row
}

func wholeRow(e *schema.Entity, members datastore.Document, workspace string) (datastore.Document, error) {
	row, errs := e.Prepare(members, schema.Insert, time.Now())
	if errs != nil {
		return nil, errs
	}
	if e.Workspaceable && row[schema.ColumnWorkspace] == nil {
		row[schema.ColumnWorkspace] = workspace
	}
	if e.CompositeCacheKey() {
		row[schema.ColumnCacheKey] = datastore.CacheKey(e, row, row[schema.ColumnWorkspace].(string))
	}
	if _, ok := row[schema.ColumnTTL]; e.TTL && !ok {
		row[schema.ColumnTTL] = nil
	}
	return row, nil
}

// insert adds a row of e with some members and returns it.
func (s *suite) insert(e *schema.Entity, members datastore.Document) datastore.Document {
	s.Helper()
	row := s.row(e, members)
	s.must(s.store.Insert(s.ctx, e, row))
	return row
}

// read returns the row with an id, nil if there is none.
func (s *suite) read(e *schema.Entity, id string) datastore.Document {
	s.Helper()
	row, err := s.store.Select(s.ctx, e, datastore.ID(id), "")
	if errors.Is(err, datastore.ErrNotFound) {
		return nil
	}
	s.must(err)
	return row
}

// holds fails the test unless the store has exactly this row under its id.
func (s *suite) holds(e *schema.Entity, want datastore.Document) {
	s.Helper()
	got := s.read(e, datastore.DocumentID(want))
	if difference := s.differ(e, want, got); difference != "" {
		s.Fatalf("%s %s: %s", e.Name, datastore.DocumentID(want), difference)
	}
}

// differ says where a row that was read differs from the one that was written, "" if it does not.
func (s *suite) differ(e *schema.Entity, written, read datastore.Document) string {
	if read == nil {
		return "there is no such row"
	}
	want := s.readable(e, written)
	got := s.readable(e, read)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !reflect.DeepEqual(want[name], got[name]) {
			return fmt.Sprintf("%s is %#v, want %#v", name, got[name], want[name])
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			return "unexpected member " + name
		}
	}
	return ""
}

// readable is a copy of a row as the driver returns it.
func (s *suite) readable(e *schema.Entity, row datastore.Document) datastore.Document {
	row = schema.Clone(row)
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Transient {
			delete(row, f.Name)
			continue
		}
		list, isList := row[f.Name].([]any)
		m, isMap := row[f.Name].(map[string]any)
		switch {
		case s.driver.EmptyIsNull && (isList && len(list) == 0 || isMap && len(m) == 0):
			row[f.Name] = nil
		case s.driver.SortsSets && f.Type == schema.Set:
			slices.SortFunc(list, func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
	}
	return row
}

// foreign is a reference to a row.
func foreign(row datastore.Document) datastore.Document {
	return datastore.Document{schema.PrimaryKey: datastore.DocumentID(row)}
}

// numbered is the n-th of a sequence of ids that are in no order.
func numbered(n int) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, n)).String()
}

func ids(rows []datastore.Document) []string {
	list := make([]string, len(rows))
	for i, row := range rows {
		list[i] = datastore.DocumentID(row)
	}
	return list
}
