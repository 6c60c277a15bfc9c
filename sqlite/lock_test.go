package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/storetest"
	"github.com/kongo-gateway/kongo/sqlite"
)

// patience is how long tests wait for a lock that they do not get.
const patience = 300 * time.Millisecond

// lock takes the lock of a database for writing, as another process would, and returns the function that gives it back.
func lock(t *testing.T, path string) (unlock func()) {
	t.Helper()
	conn, err := database(t, path).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	unlock = sync.OnceFunc(func() {
		if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
			t.Error(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(unlock)
	return unlock
}

// shelf is a row of storetest's simplest entity.
func shelf(t testing.TB, m *schema.Model, n int) (*schema.Entity, datastore.Document) {
	t.Helper()
	e := m.Entity("shelves")
	row, errs := e.Prepare(datastore.Document{"name": fmt.Sprint(n), "tags": []any{"t"}}, schema.Insert, time.Now())
	if errs != nil {
		t.Error(errs)
	}
	return e, row
}

func fill(t testing.TB, s *sqlite.Store, m *schema.Model, rows int) {
	t.Helper()
	for n := range rows {
		e, row := shelf(t, m, n)
		if err := s.Insert(t.Context(), e, row); err != nil {
			t.Fatal(err)
		}
	}
}

// readAll reads every row of every entity.
func readAll(ctx context.Context, s *sqlite.Store, m *schema.Model) error {
	for _, e := range m.Entities() {
		q := datastore.Query{Size: 100}
		for {
			page, err := s.Page(ctx, e, q)
			if err != nil {
				return err
			}
			if q.Offset = page.Next; q.Offset == "" {
				break
			}
		}
	}
	return nil
}

func TestLockedDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	m := storetest.Model()
	s := open(t, path, m)
	fill(t, s, m, 5)
	unlock := lock(t, path)

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	e, row := shelf(t, m, 5)
	if err := s.Insert(ctx, e, row); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("insert: %v", err)
	}
	if err := s.Publish(ctx, "node", []datastore.Event{{Channel: "c"}}, 0, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("publish: %v", err)
	}
	if err := readAll(t.Context(), s, m); err != nil {
		t.Errorf("read while another process writes: %v", err)
	}

	waiting := make(chan error)
	go func() { waiting <- s.Insert(t.Context(), e, row) }()
	time.Sleep(10 * time.Millisecond)
	unlock()
	if err := <-waiting; err != nil {
		t.Errorf("insert that waited: %v", err)
	}
}

// TestInterruptedCalls gives up on calls at any moment. What was acknowledged is there all the same, and the store goes on.
func TestInterruptedCalls(t *testing.T) {
	m := storetest.Model()
	s := open(t, filepath.Join(t.TempDir(), "test.db"), m)
	var mu sync.Mutex
	var acknowledged []string
	var running sync.WaitGroup
	for worker := range 4 {
		running.Go(func() {
			for n := range 100 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n%20)*50*time.Microsecond)
				e, row := shelf(t, m, 1000*worker+n)
				if err := s.Insert(ctx, e, row); err == nil {
					mu.Lock()
					acknowledged = append(acknowledged, datastore.DocumentID(row))
					mu.Unlock()
				} else if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("insert: %v", err)
				}
				if err := readAll(ctx, s, m); err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("read: %v", err)
				}
				cancel()
			}
		})
	}
	running.Wait()
	for _, id := range acknowledged {
		if _, err := s.Select(t.Context(), m.Entity("shelves"), datastore.ID(id), ""); err != nil {
			t.Fatalf("row %s was acknowledged: %v", id, err)
		}
	}
	e, row := shelf(t, m, -1)
	if err := s.Insert(t.Context(), e, row); err != nil {
		t.Errorf("insert after all that: %v", err)
	}
}
