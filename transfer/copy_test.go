package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/kong28"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/sqlite"
	"github.com/kongo-gateway/kongo/transfer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// side is a datastore on one side of a copy.
type side struct {
	*testing.T
	store datastore.Store
	db    *datastore.DB
	feed  *datastore.Feed
}

func entities() []*schema.Entity {
	return append(entity.Core(entity.Options{
		RouterFlavor: "traditional_compatible",
		Plugins: map[string]*schema.Subschema{"cors": {Fields: []schema.Field{
			{Name: "config", Type: schema.Record, Required: schema.Required},
		}}},
	}), bundled.Entities()...)
}

// onDisk is a datastore in a file, older one in memory with the entities of Kong 2.8.
func onDisk(t *testing.T) *side {
	t.Helper()
	return open(t, entities(), func(m *schema.Model) (datastore.Store, error) {
		return sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "test.db"), Model: m})
	})
}

func older(t *testing.T) *side {
	t.Helper()
	return open(t, kong28.Entities(entities()), func(m *schema.Model) (datastore.Store, error) {
		return kong28.Wrap(t.Context(), memory.New(memory.Options{Model: m}), m)
	})
}

func open(t *testing.T, of []*schema.Entity, openStore func(*schema.Model) (datastore.Store, error)) *side {
	t.Helper()
	m, err := schema.NewModel(of...)
	if err != nil {
		t.Fatal(err)
	}
	store, err := openStore(m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return (&side{T: t, store: store}).around(m)
}

// another is what another node has of the same store.
func (s *side) another() *side {
	s.Helper()
	return (&side{T: s.T, store: s.store}).around(s.db.Model())
}

func (s *side) around(m *schema.Model) *side {
	s.Helper()
	var err error
	s.feed, err = datastore.NewFeed(s.Context(), s.store, datastore.FeedOptions{
		Node: uuid.NewString(), Frequency: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		s.Fatal(err)
	}
	if s.db, err = datastore.NewDB(s.Context(), s.store, m, s.feed, slog.New(slog.DiscardHandler)); err != nil {
		s.Fatal(err)
	}
	return s
}

func (s *side) source() transfer.Source { return transfer.Source{DB: s.db, Feed: s.feed} }
func (s *side) target() transfer.Target { return transfer.Target{DB: s.db} }

// put makes a row, or changes the one with its id, and returns the id.
func (s *side) put(name string, row datastore.Document) string {
	s.Helper()
	id, ok := row["id"].(string)
	if !ok {
		id = uuid.NewString()
	}
	if _, err := s.db.Upsert(s.Context(), s.db.Model().Entity(name), datastore.ID(id), row); err != nil {
		s.Fatal(err)
	}
	return id
}

func (s *side) remove(name, id string) {
	s.Helper()
	if _, err := s.db.Delete(s.Context(), s.db.Model().Entity(name), datastore.ID(id)); err != nil {
		s.Fatal(err)
	}
}

// row returns a row as it is stored, nil if there is none.
func (s *side) row(name, id string) datastore.Document {
	s.Helper()
	row, err := s.db.Find(s.Context(), s.db.Model().Entity(name), datastore.ID(id))
	if err != nil && datastore.ErrorCode(err) != datastore.CodeNotFound {
		s.Fatal(err)
	}
	return row
}

// copy copies with the usual options.
func (s *side) copy(to *side, opts transfer.Options) (transfer.Report, error) {
	opts.Log = slog.New(slog.DiscardHandler)
	return transfer.Copy(s.Context(), s.source(), to.target(), opts)
}

func (s *side) mustCopy(to *side, opts transfer.Options) transfer.Report {
	s.Helper()
	report, err := s.copy(to, opts)
	if err != nil {
		s.Fatal(err)
	}
	for _, k := range report.Kinds {
		if k.Source != k.Target || k.Differing != 0 {
			s.Errorf("%s: %d rows with hash %v became %d with %v", k.Name, k.Source.Rows, k.Source, k.Target.Rows, k.Target)
		}
	}
	return report
}

func ref(id string) datastore.Document { return datastore.Document{"id": id} }

func TestACopyIsEqual(t *testing.T) {
	a, b := onDisk(t), onDisk(t)
	service := a.put("services", datastore.Document{"host": "h", "name": "s", "tags": []any{"x", "y"}, "created_at": int64(1600000000)})
	route := a.put("routes", datastore.Document{"paths": []any{"/"}, "service": ref(service), "protocols": []any{"https", "http"}})
	a.put("plugins", datastore.Document{"name": "cors", "route": ref(route)})
	consumer := a.put("consumers", datastore.Document{"username": "u"})
	basic := a.put("basicauth_credentials", datastore.Document{"username": "u", "password": "secret", "consumer": ref(consumer)})
	key := a.put("keyauth_credentials", datastore.Document{"key": "k", "consumer": ref(consumer), "ttl": int64(5000)})
	for i := range 20 {
		a.put("services", datastore.Document{"host": "h", "name": fmt.Sprint("s", i)})
	}
	written := 0
	report := a.mustCopy(b, transfer.Options{Progress: func(p transfer.Progress) { written = max(written, p.Written) }})
	if report.Rows() != 26 || written != 26 {
		t.Errorf("%d rows, %d were written", report.Rows(), written)
	}
	for name, id := range map[string]string{"services": service, "routes": route, "basicauth_credentials": basic, "keyauth_credentials": key} {
		if got, want := fmt.Sprint(b.row(name, id)), fmt.Sprint(a.row(name, id)); got != want {
			t.Errorf("%s became %s", want, got)
		}
	}
	rows, _, err := b.db.Page(t.Context(), b.db.Model().Entity("routes"), datastore.PageOptions{Size: 10})
	if err != nil || len(rows) != 1 {
		t.Errorf("the workspace of the target has %d routes: %v", len(rows), err)
	}
}

// A copy that was broken off after any number of rows is finished by the next one.
func TestACopyGoesOnWhereItWas(t *testing.T) {
	a, b := onDisk(t), onDisk(t)
	for i := range 30 {
		consumer := a.put("consumers", datastore.Document{"username": fmt.Sprint("u", i)})
		a.put("acls", datastore.Document{"group": "g", "consumer": ref(consumer)})
	}
	for _, rows := range []int{1, 20} {
		ctx, stop := context.WithCancel(t.Context())
		_, err := transfer.Copy(ctx, a.source(), b.target(), transfer.Options{
			Log: slog.New(slog.DiscardHandler),
			Progress: func(p transfer.Progress) {
				if p.Written == rows {
					stop()
				}
			},
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d rows: %v", rows, err)
		}
	}
	total := 0
	a.mustCopy(b, transfer.Options{Progress: func(p transfer.Progress) { total = max(total, p.Total) }})
	if total == 0 || total > 60-21 {
		t.Errorf("%d rows were left to write", total)
	}
}

// Rows that get in each other's way are written in the end.
func TestChangesThatDependOnEachOther(t *testing.T) {
	a, b := onDisk(t), onDisk(t)
	var ids []string
	for i := range 5 {
		ids = append(ids, a.put("services", datastore.Document{"host": "h", "name": fmt.Sprint("s", i)}))
	}
	route := a.put("routes", datastore.Document{"paths": []any{"/"}, "service": ref(ids[4])})
	a.mustCopy(b, transfer.Options{})
	a.put("routes", datastore.Document{"id": route, "paths": []any{"/"}, "service": ref(ids[0])})
	a.remove("services", ids[4])
	for i := range 4 { // each takes the name that the next one had, the first that of the one that is gone
		a.put("services", datastore.Document{"id": ids[i], "host": "h", "name": fmt.Sprint("x", i)})
	}
	for i := range 4 {
		a.put("services", datastore.Document{"id": ids[i], "host": "h", "name": fmt.Sprint("s", (i+1)%5)})
	}
	report := a.mustCopy(b, transfer.Options{DeleteExtra: true})
	if report.Rows() != 5 || b.row("services", ids[4]) != nil {
		t.Errorf("%d rows", report.Rows())
	}
}

// Two rows that exchange their names are written in the end, even though each is in the other's way.
func TestAnExchangeOfNames(t *testing.T) {
	a, b := onDisk(t), onDisk(t)
	one := a.put("consumers", datastore.Document{"username": "one", "custom_id": "1"})
	two := a.put("consumers", datastore.Document{"username": "two", "custom_id": "2"})
	a.put("acls", datastore.Document{"group": "g", "consumer": ref(one)})
	a.mustCopy(b, transfer.Options{})
	a.put("consumers", datastore.Document{"id": one, "username": "three"})
	a.put("consumers", datastore.Document{"id": two, "username": "one", "custom_id": "1"})
	a.put("consumers", datastore.Document{"id": one, "username": "two", "custom_id": "2"})
	a.mustCopy(b, transfer.Options{})
}

// What the target refuses for good is named.
func TestARowThatIsRefused(t *testing.T) {
	a, b := onDisk(t), onDisk(t)
	consumer := a.put("consumers", datastore.Document{"username": "u"})
	acl := a.put("acls", datastore.Document{"group": "g", "consumer": ref(consumer)})
	_, err := a.copy(b, transfer.Options{Except: []string{"consumers"}})
	var differs *transfer.DifferenceError
	if !errors.As(err, &differs) || len(differs.Refused) != 1 || !strings.Contains(err.Error(), "acls (1 rows)") ||
		!strings.Contains(err.Error(), acl) {
		t.Error(err)
	}
}

func TestRowsOfItsOwnAreNotDeletedUnasked(t *testing.T) {
	a, b := onDisk(t), onDisk(t)
	a.put("services", datastore.Document{"host": "h"})
	own := b.put("services", datastore.Document{"host": "h"})
	_, err := a.copy(b, transfer.Options{})
	var extra *transfer.ExtraError
	if !errors.As(err, &extra) || len(extra.Kinds) != 1 || extra.Kinds[0] != (transfer.Extra{Name: "services", ID: own, Rows: 1}) {
		t.Fatalf("%v", err)
	}
	report := a.mustCopy(b, transfer.Options{Except: []string{"services"}})
	if b.row("services", own) == nil || report.Rows() != 0 {
		t.Error("what was left out was touched")
	}
	a.mustCopy(b, transfer.Options{DeleteExtra: true})
	if b.row("services", own) != nil {
		t.Error("the row is still there")
	}
}

func TestWhatKong28CanNotKeep(t *testing.T) {
	a, b := onDisk(t), older(t)
	id := a.put("consumers", datastore.Document{"username": "u"})
	a.put("services", datastore.Document{"host": "h"})
	a.mustCopy(b, transfer.Options{})
	c := onDisk(t)
	b.mustCopy(c, transfer.Options{})
	if row := c.row("consumers", id); row["updated_at"] == nil || row["updated_at"] != row["created_at"] {
		t.Errorf("%v", row)
	}

	set := a.put("key_sets", datastore.Document{"name": "k"})
	plugin := a.put("plugins", datastore.Document{"name": "cors", "instance_name": "mine"})
	_, err := a.copy(b, transfer.Options{})
	var unkept *transfer.UnkeptError
	if !errors.As(err, &unkept) {
		t.Fatal(err)
	}
	if got := fmt.Sprint(unkept.Rows); !strings.Contains(got, "key_sets  "+set) || !strings.Contains(got, "{plugins instance_name") ||
		b.row("plugins", plugin) != nil {
		t.Error(got)
	}
	a.mustCopy(b, transfer.Options{Except: []string{"plugins", "key_sets"}})
}

func TestFollowingChanges(t *testing.T) {
	a, b := onDisk(t), onDisk(t)
	first := a.put("services", datastore.Document{"host": "h", "name": "s"})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var report transfer.Report
	ended := make(chan error, 1)
	go func() {
		var err error
		report, err = transfer.Follow(ctx, a.source(), b.target(), transfer.Options{Log: slog.New(slog.DiscardHandler)})
		ended <- err
	}()
	soon := func(what string, holds func() bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("not soon: %s", what)
			}
		}
	}
	soon("copied", func() bool { return b.row("services", first) != nil })
	// The feed passes over what its own node has written: changes come from another one.
	other := a.another()
	route := other.put("routes", datastore.Document{"paths": []any{"/"}, "service": ref(first)})
	soon("a new row", func() bool { return b.row("routes", route) != nil })
	other.put("services", datastore.Document{"id": first, "host": "g", "name": "t"})
	soon("a changed row", func() bool { return b.row("services", first)["name"] == "t" })
	other.remove("routes", route)
	soon("a deleted row", func() bool { return b.row("routes", route) == nil })
	stop()
	if err := <-ended; err != nil || report.Rows() != 1 || !slices.ContainsFunc(report.Kinds, func(k transfer.Kind) bool {
		return k.Name == "services" && k.Source == k.Target
	}) {
		t.Errorf("%v, %+v", err, report)
	}
}
