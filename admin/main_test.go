package admin_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
	"github.com/kongo-gateway/kongo/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type doc = map[string]any

// node is a node with an Admin API over a database of its own.
type node struct {
	t       testing.TB
	admin   *httptest.Server
	status  *httptest.Server
	store   datastore.Store
	db      *datastore.DB
	feed    *datastore.Feed
	model   *schema.Model
	runtime *processState
}

// starter starts a node. Its options can be changed before.
type starter func(t testing.TB, change ...func(*admin.Options)) *node

// onEveryStore runs a test over each store that needs no server. Rows that do not expire lack the member ttl in memory, as
// they do on a Kong without a database, so that tests which look at that one run over sqlite alone.
func onEveryStore(t *testing.T, test func(*testing.T, starter)) {
	t.Run("sqlite", func(t *testing.T) { test(t, start) })
	t.Run("memory", func(t *testing.T) { test(t, startInMemory) })
}

// start starts a node over a new database file.
func start(t testing.TB, change ...func(*admin.Options)) *node {
	t.Helper()
	return startOn(t, openFile(filepath.Join(t.TempDir(), "kongo.db")), &badges, change...)
}

// startInMemory starts a node whose rows are gone with it, but which can be written to like one with a database.
func startInMemory(t testing.TB, change ...func(*admin.Options)) *node {
	t.Helper()
	return startOn(t, func(_ context.Context, m *schema.Model) (datastore.Store, error) {
		return memory.New(memory.Options{Model: m}), nil
	}, &badges, change...)
}

// openStore opens the store of a node.
type openStore func(context.Context, *schema.Model) (datastore.Store, error)

// openFile opens a database file, or makes it.
func openFile(name string) openStore {
	return func(ctx context.Context, m *schema.Model) (datastore.Store, error) {
		return sqlite.Open(ctx, sqlite.Options{Path: name, Model: m})
	}
}

// startOn starts a node over a store, with an entity beside those of the core and of the plugins.
func startOn(t testing.TB, open openStore, more *schema.Entity, change ...func(*admin.Options)) *node {
	t.Helper()
	ctx := t.Context()
	installed := bundled.Plugins(schemas.Node{})
	registry, err := plugin.NewRegistry(installed...)
	if err != nil {
		t.Fatal(err)
	}
	core := entity.Core(entity.Options{
		RouterFlavor: "traditional_compatible",
		Plugins:      registry.Schemas(),
		Vaults:       map[string]*schema.Subschema{"env": &entity.EnvVault},
	})
	model, err := schema.NewModel(append(slices.Concat(core, bundled.Entities()), more)...)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{t: t, model: model, runtime: &processState{}}
	if n.store, err = open(ctx, model); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	n.feed, err = datastore.NewFeed(ctx, n.store, datastore.FeedOptions{Node: "test", Frequency: time.Hour, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	if n.db, err = datastore.NewDB(ctx, n.store, model, n.feed, log); err != nil {
		t.Fatal(err)
	}
	opts := admin.Options{
		DB:       n.db,
		Database: "sqlite",
		Node: admin.Node{
			ID: nodeID, Process: nodeID, Hostname: "host", Version: "1.2.3", Master: os.Getpid(), Workers: []int{os.Getpid()},
			Configuration: map[string]any{"database": "sqlite", "role": "traditional", "pg_password": "******"},
			Plugins:       make(map[string]admin.Plugin, len(installed)),
		},
		Runtime: n.runtime, LogLevel: &logLevel{level: "notice"}, Log: log,
		Server: "kongo/1.2.3", Latency: true, MaxBody: 1 << 20,
	}
	for _, p := range installed {
		opts.Node.Plugins[p.Name] = admin.Plugin{Version: p.Version, Priority: p.Priority}
	}
	for _, c := range change {
		c(&opts)
	}
	api := admin.New(opts)
	n.admin = httptest.NewServer(api.Handler())
	n.status = httptest.NewServer(api.StatusHandler())
	t.Cleanup(func() {
		n.admin.Close()
		n.status.Close()
		n.closeStore()
	})
	return n
}

// closeStore takes the store away from the node.
func (n *node) closeStore() {
	if n.store == nil {
		return
	}
	if err := n.store.Close(); err != nil {
		n.t.Error(err)
	}
	n.store = nil
}

const nodeID = "0e64a28c-bc4d-4b1f-94b7-a8c1b5a0a001"

// processState is the state of a process that serves nothing.
type processState struct {
	mu       sync.Mutex
	notReady string
}

func (p *processState) Connections() admin.Connections {
	return admin.Connections{Accepted: 7, Active: 1, Handled: 7, Writing: 1, Requests: 12}
}

func (p *processState) Memory() admin.Memory {
	return admin.Memory{
		Zones: map[string]admin.Zone{"kong_db_cache": {Capacity: 128 << 20, Allocated: 1536 << 10}},
		Heaps: []admin.Heap{{PID: 42, Allocated: 3 << 19}},
	}
}

func (p *processState) Timers() admin.Timers { return admin.Timers{Running: 3, Pending: 1} }
func (p *processState) Drain()               { p.setNotReady("draining") }

func (p *processState) NotReady() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.notReady
}

func (p *processState) setNotReady(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notReady = reason
}

// logLevel remembers the level and the last period.
type logLevel struct {
	mu     sync.Mutex
	level  string
	period time.Duration
}

func (l *logLevel) Level() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.level
}

func (l *logLevel) SetLevel(level string, period time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.level, l.period = level, period
}

// reply is an answer of the node.
type reply struct {
	status int
	header http.Header
	text   string
	body   any // decoded JSON
}

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// send sends a request to the Admin API. A body that is text is sent as a form if it is no JSON; others are encoded.
func (n *node) send(method, path string, body any) reply {
	n.t.Helper()
	contentType, text := "", ""
	switch b := body.(type) {
	case nil:
	case string:
		contentType, text = formType, b
	default:
		contentType, text = jsonType, encoded(n.t, b)
	}
	return n.sendAs(n.admin.URL, method, path, contentType, text)
}

// encoded is JSON.
func encoded(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sendAs sends a body of any content type, "" for none, to any listener.
func (n *node) sendAs(base, method, path, contentType, text string) reply {
	n.t.Helper()
	header := http.Header{}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	return n.exchange(base, method, path, header, text)
}

func (n *node) exchange(base, method, path string, header http.Header, text string) reply {
	n.t.Helper()
	ctx, cancel := context.WithTimeout(n.t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(text))
	if err != nil {
		n.t.Fatal(err)
	}
	r.Header = header
	res, err := n.admin.Client().Do(r)
	if err != nil {
		n.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		n.t.Fatal(err)
	}
	got := reply{status: res.StatusCode, header: res.Header, text: string(data)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), jsonType) && len(data) > 0 {
		if err := json.Unmarshal(data, &got.body); err != nil {
			n.t.Fatalf("%s %s: %v in %s", method, path, err, data)
		}
	}
	return got
}

// must sends a request that has to succeed and returns the object in the answer.
func (n *node) must(method, path string, body any) doc {
	n.t.Helper()
	got := n.send(method, path, body)
	if got.status/100 != 2 {
		n.t.Fatalf("%s %s: status %d, %s", method, path, got.status, got.text)
	}
	return got.object()
}

func (r reply) object() doc {
	object, _ := r.body.(map[string]any)
	return object
}

// want compares the status, and the body as JSON unless want is nil.
func (r reply) want(t testing.TB, status int, want any) {
	t.Helper()
	if r.status != status {
		t.Errorf("status %d, want %d: %s", r.status, status, r.text)
		return
	}
	if want == nil {
		return
	}
	text := encoded(t, want)
	var decoded any
	if err := json.Unmarshal([]byte(text), &decoded); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r.body, decoded) {
		t.Errorf("body %s\nwant %s", r.text, text)
	}
}

// said is the body of an answer that is a sentence.
func said(text string) doc { return doc{"message": text} }

// names lists a member of the rows of a list.
func (r reply) names(member string) []any {
	names := []any{}
	rows, _ := r.object()["data"].([]any)
	for _, row := range rows {
		names = append(names, row.(map[string]any)[member])
	}
	return names
}
