package cassandra_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// outcome is what became of the writing of one service.
type outcome struct {
	name string
	err  error
}

// load writes services, one after the other in each of several goroutines, until it is stopped.
type load struct {
	mu       sync.Mutex
	outcomes []outcome
	stop     context.CancelFunc
	running  sync.WaitGroup
}

func startLoad(t *testing.T, db *datastore.DB) *load {
	l := &load{}
	ctx, stop := context.WithCancel(t.Context())
	l.stop = stop
	for writer := range 4 {
		l.running.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				name := fmt.Sprintf("s%d.%d", writer, n)
				attempt, cancel := context.WithTimeout(t.Context(), patience)
				_, err := db.Insert(attempt, db.Model().Entity("services"), datastore.Document{
					"name": name, "host": "a.example", "tags": []any{name, "load"},
				})
				cancel()
				if err != nil {
					time.Sleep(100 * time.Millisecond) // there is no point in trying as fast as it goes
				}
				l.mu.Lock()
				l.outcomes = append(l.outcomes, outcome{name, err})
				l.mu.Unlock()
			}
		})
	}
	return l
}

func (l *load) all() []outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.outcomes)
}

// await waits until among the outcomes from now on, enough are as wanted, and returns all from now on.
func (l *load) await(t *testing.T, what string, enough int, wanted func(error) bool) []outcome {
	t.Helper()
	start := len(l.all())
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		n := 0
		since := l.all()[start:]
		for _, o := range since {
			if wanted(o.err) {
				n++
			}
		}
		if n >= enough {
			return since
		}
	}
	t.Fatalf("waited in vain: %s; the last outcome: %v", what, l.all()[len(l.all())-1])
	return nil
}

func succeeded(err error) bool { return err == nil }

func unachievable(err error) bool {
	var away *datastore.UnavailableError
	return errors.As(err, &away) && strings.HasPrefix(away.Reason, "cannot achieve consistency level ")
}

// A ring of three nodes does without one of them, says what is the matter without two, and needs no help when they are back.
func TestRing(t *testing.T) {
	t.Parallel()
	server := testenv.StartCassandra(t, testenv.CassandraOptions{
		Nodes: 3, Settings: "phi_convict_threshold: 5\n", // the servers notice sooner than usual that one has died
	})
	core := coreModel(t)
	model, err := schema.NewModel(core.Entity("workspaces"), core.Entity("certificates"), core.Entity("services"))
	if err != nil {
		t.Fatal(err)
	}
	opts := lean(t, server, model)
	opts.ReadConsistency, opts.WriteConsistency = "QUORUM", "QUORUM"
	opts.Timeout = 5 * time.Second
	db := openDB(t, opts, model)
	l := startLoad(t, db)
	defer l.running.Wait()
	defer l.stop()

	l.await(t, "writes with all nodes", 20, succeeded)
	server.Nodes[2].Kill(t)
	for _, o := range l.await(t, "writes without one node", 50, succeeded) {
		if o.err != nil {
			t.Errorf("without one node, the write of %s fails: %v", o.name, o.err)
		}
	}
	server.Nodes[1].Kill(t)
	l.await(t, "refusal without two nodes", 1, unachievable)
	read, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := db.Find(read, model.Entity("services"), datastore.Key{Field: "name", Value: "s0.0"}); !unachievable(err) {
		t.Errorf("a read without two nodes: %v", err)
	}
	for _, n := range server.Nodes[1:] {
		n.Start(t)
	}
	l.await(t, "writes when all nodes are back", 20, succeeded)
	l.stop()
	l.running.Wait()

	// What was acknowledged is there, and nothing is there by half. The servers may still be about to make up for what they
	// had begun.
	there, tagged := names(t, db)
	for end := time.Now().Add(patience); !maps.Equal(there, tagged) && time.Now().Before(end); time.Sleep(time.Second) {
		there, tagged = names(t, db)
	}
	if !maps.Equal(there, tagged) {
		t.Errorf("there are the services\n%v\nand in the table of tags\n%v", there, tagged)
	}
	outcomes := l.all()
	failed := 0
	for _, o := range outcomes {
		if o.err != nil {
			failed++
		} else if !there[o.name] {
			t.Errorf("%s was acknowledged and is not there", o.name)
		}
	}
	t.Logf("%d writes, of which %d failed", len(outcomes), failed)
	if failed == 0 {
		t.Error("no write failed without a quorum")
	}
}

// names returns the names of the services that there are, and those in the table of tags.
func names(t *testing.T, db *datastore.DB) (there, tagged map[string]bool) {
	t.Helper()
	there, tagged = map[string]bool{}, map[string]bool{}
	err := db.Each(t.Context(), db.Model().Entity("services"), datastore.Key{}, func(row datastore.Document) error {
		there[row["name"].(string)] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for q := (datastore.TagQuery{Size: 1000}); ; {
		page, err := db.Tags(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			if row.Tag != "load" {
				tagged[row.Tag] = true
			}
		}
		if q.Offset = page.Next; q.Offset == "" {
			return there, tagged
		}
	}
}
