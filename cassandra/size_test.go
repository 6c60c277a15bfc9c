package cassandra_test

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// requestLog keeps what requests were made.
type requestLog struct {
	mu       sync.Mutex
	requests []cassandra.Request
}

func (l *requestLog) add(r cassandra.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = append(l.requests, r)
}

// take returns what was logged since the last call.
func (l *requestLog) take() []cassandra.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.requests
	l.requests = nil
	return taken
}

// whole matches statements that read all of a table, and those that make the servers look through one.
var whole = regexp.MustCompile(`(?i)^SELECT [^;]* FROM "?(services|routes|consumers|tags)"?( WHERE partition = '\w+')?$|ALLOW FILTERING`)

// However many entities there are, finding one costs what one costs, and all can be read page by page.
func TestManyEntities(t *testing.T) {
	t.Parallel()
	model := coreModel(t)
	opts := lean(t, testenv.Cassandra(t), model)
	log := &requestLog{}
	opts.Observe = log.add
	db := openDB(t, opts, model)
	count := testenv.CassandraEntities.N()

	start := time.Now()
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(16)
	for n := range count {
		group.Go(func() error {
			service, err := db.Insert(ctx, model.Entity("services"), datastore.Document{
				"name": fmt.Sprint("s", n), "host": "a.example", "tags": []any{"all", fmt.Sprint("t", n%100)},
			})
			if err != nil {
				return err
			}
			_, err = db.Insert(ctx, model.Entity("routes"), datastore.Document{
				"name": fmt.Sprint("r", n), "paths": []any{fmt.Sprint("/", n)}, "service": datastore.Document{"id": service["id"]},
			})
			if err != nil {
				return err
			}
			_, err = db.Insert(ctx, model.Entity("consumers"), datastore.Document{"username": fmt.Sprint("c", n)})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d services, routes and consumers written in %v", count, time.Since(start).Round(time.Millisecond))
	for _, r := range log.take() {
		if whole.MatchString(r.Statement) && !strings.Contains(r.Statement, "workspaces") {
			t.Errorf("a write reads a whole table: %s", r.Statement)
		}
	}

	for name, find := range map[string]func() error{
		"a consumer by name": func() error {
			_, err := db.Select(t.Context(), model.Entity("consumers"), datastore.Key{Field: "username", Value: fmt.Sprint("c", count/2)})
			return err
		},
		"a service by name": func() error {
			_, err := db.Find(t.Context(), model.Entity("services"), datastore.Key{Field: "name", Value: fmt.Sprint("s", count/2)})
			return err
		},
		"a service by a name that is not there": func() error {
			_, err := db.Find(t.Context(), model.Entity("services"), datastore.Key{Field: "name", Value: "nobody"})
			if datastore.ErrorCode(err) == datastore.CodeNotFound {
				return nil
			}
			return fmt.Errorf("found: %w", err)
		},
		"some services by tag": func() error {
			rows, _, err := db.Page(t.Context(), model.Entity("services"), datastore.PageOptions{Size: 10, Tags: []string{"t7"}})
			if len(rows) != 10 {
				return fmt.Errorf("%d rows: %w", len(rows), err)
			}
			return err
		},
		"the routes of a service": func() error {
			service, err := db.Select(t.Context(), model.Entity("services"), datastore.Key{Field: "name", Value: "s1"})
			if err != nil {
				return err
			}
			rows, _, err := db.Page(t.Context(), model.Entity("routes"), datastore.PageOptions{
				Size: 10, Parent: datastore.Key{Field: "service", Value: datastore.DocumentID(service)},
			})
			if len(rows) != 1 {
				return fmt.Errorf("%d rows: %w", len(rows), err)
			}
			return err
		},
	} {
		if err := find(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		rows := 0
		for _, r := range log.take() {
			rows += r.Rows
			if whole.MatchString(r.Statement) {
				t.Errorf("%s: %s", name, r.Statement)
			}
		}
		if rows > 50 {
			t.Errorf("%s takes %d rows", name, rows)
		}
	}

	for _, token := range []string{"!", "AAAA", "WyJhIl0"} {
		_, _, err := db.Page(t.Context(), model.Entity("services"), datastore.PageOptions{Size: 10, Offset: token})
		if datastore.ErrorCode(err) != datastore.CodeInvalidOffset {
			t.Errorf("a page behind %s: %v", token, err)
		}
	}

	for _, name := range []string{"services", "routes", "consumers"} {
		start, pages := time.Now(), 0
		seen := map[string]bool{}
		opts := datastore.PageOptions{Size: 1000}
		for {
			rows, next, err := db.Page(t.Context(), model.Entity(name), opts)
			if err != nil {
				t.Fatal(err)
			}
			pages++
			for _, row := range rows {
				seen[datastore.DocumentID(row)] = true
			}
			if opts.Offset = next; next == "" {
				break
			}
		}
		if len(seen) != count {
			t.Errorf("%d %s in %d pages, want %d", len(seen), name, pages, count)
		}
		t.Logf("%d %s read in %v", count, name, time.Since(start).Round(time.Millisecond))
	}
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	t.Logf("%d MB in use", memory.HeapAlloc>>20)
	if limit := uint64(256 << 20); memory.HeapAlloc > limit {
		t.Errorf("%d bytes are in use when all is read, want no more than %d", memory.HeapAlloc, limit)
	}
}
