package storetest

import (
	"errors"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// testExpiry keeps rows for a time only.
func testExpiry(s *suite) {
	loan := func(code string, expiry any) datastore.Document {
		return s.insert(&loans, datastore.Document{"code": code, schema.ColumnTTL: expiry})
	}
	now := time.Now().Unix()
	forever := loan("forever", nil)
	long := loan("long", now+3600)
	short := loan("short", now+2)

	s.holds(&loans, forever)
	// A store that counts down may be off by the second that passes.
	expiry, ok := s.read(&loans, datastore.DocumentID(long))[schema.ColumnTTL].(int64)
	if !ok || expiry < now+3599 || expiry > now+3601 {
		s.Errorf("the row expires at %v, want %d", expiry, now+3600)
	}
	s.eventually("the row expires", func() bool { return s.read(&loans, datastore.DocumentID(short)) == nil })

	key := datastore.Key{Field: "code", Value: "short"}
	if _, err := s.store.Select(s.ctx, &loans, key, ""); !errors.Is(err, datastore.ErrNotFound) {
		s.Errorf("select of the expired row: %v", err)
	}
	kept := []string{datastore.DocumentID(forever), datastore.DocumentID(long)}
	s.sameIDs("pages", ids(s.pages(&loans, datastore.Query{Size: 1})), kept)
	if deleted, err := s.store.Delete(s.ctx, &loans, datastore.DocumentID(short)); deleted || err != nil {
		s.Errorf("the expired row was deleted: %v %v", deleted, err)
	}
	if err := s.store.Update(s.ctx, &loans, short); !errors.Is(err, datastore.ErrNotFound) {
		s.Errorf("update of the expired row: %v", err)
	}
	again := loan("short", nil)
	s.holds(&loans, again)

	past := s.insert(&loans, datastore.Document{"code": "past", schema.ColumnTTL: now - 10})
	past[schema.ColumnTTL] = nil
	_, err := s.store.Upsert(s.ctx, &loans, "code", past)
	s.must(err)
	row, err := s.store.Select(s.ctx, &loans, datastore.Key{Field: "code", Value: "past"}, s.workspace)
	if err != nil || row[schema.ColumnTTL] != nil {
		s.Errorf("the row that took an expired one's place: %v %v", row, err)
	}

	s.must(s.store.DeleteExpired(s.ctx, s.model))
	s.holds(&loans, forever)
	s.holds(&loans, again)
}

// eventually fails the test unless something happens while the context lasts.
func (s *suite) eventually(what string, happened func() bool) {
	s.Helper()
	for !happened() {
		select {
		case <-s.ctx.Done():
			s.Fatalf("waited in vain: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
