package proxy_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/listener"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/proxy"
	"github.com/kongo-gateway/kongo/proxy/http1"
	"github.com/kongo-gateway/kongo/proxy/upstream"
	"github.com/kongo-gateway/kongo/sqlite"
)

// The goroutine of fasthttp's that is left out of account outlives its server by one sleep of ten seconds.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

type doc = map[string]any

// allHeaders is the setting `headers` as it is by default.
func allHeaders() map[string]bool {
	return map[string]bool{
		"Server": true, "Via": true, "X-Kong-Proxy-Latency": true, "X-Kong-Upstream-Latency": true,
		"X-Kong-Response-Latency": true, "X-Kong-Request-Id": true,
	}
}

// node is a node without its commands: a database, a data plane and an Admin API.
type node struct {
	t       testing.TB
	store   *flakyStore
	feed    *datastore.Feed
	db      *datastore.DB
	model   *schema.Model
	proxy   *proxy.Server
	plain   string // addresses of the listeners
	secured string
	further []string // those of config.sockets
	admin   string
}

// config is how a node differs from the usual one.
type config struct {
	options   func(*proxy.Options)
	plugins   []plugin.Plugin
	sockets   []listener.Spec // beside the usual ones
	frequency time.Duration
	path      string // of the database
	inMemory  bool   // no database
}

// start starts a node that ends with the test.
func start(t testing.TB, c config) *node {
	t.Helper()
	ctx := t.Context()
	n := &node{t: t}
	registry, err := plugin.NewRegistry(c.plugins...)
	n.must(err)
	n.model, err = schema.NewModel(entity.Core(entity.Options{
		RouterFlavor: "traditional_compatible", Plugins: registry.Schemas(),
		Vaults: map[string]*schema.Subschema{"env": &entity.EnvVault},
	})...)
	n.must(err)
	if c.path == "" {
		c.path = filepath.Join(t.TempDir(), "kongo.db")
	}
	var store datastore.Store = memory.New(memory.Options{Model: n.model})
	if !c.inMemory {
		store, err = sqlite.Open(ctx, sqlite.Options{Path: c.path, Model: n.model})
		n.must(err)
	}
	t.Cleanup(func() { n.must(store.Close()) })
	n.store = &flakyStore{Store: store}

	logs := io.Discard
	if os.Getenv("PROXY_TEST_LOG") != "" {
		logs = os.Stderr
	}
	log := slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if c.frequency == 0 {
		c.frequency = time.Hour
	}
	n.feed, err = datastore.NewFeed(ctx, n.store, datastore.FeedOptions{Node: uuid.NewString(), Frequency: c.frequency, Log: log})
	n.must(err)
	n.db, err = datastore.NewDB(ctx, n.store, n.model, n.feed, log)
	n.must(err)
	resolver, err := dns.New(dns.Options{HostsFile: "/etc/hosts", StaleTTL: time.Hour, NotFoundTTL: time.Second, ErrorTTL: time.Second})
	n.must(err)
	t.Cleanup(resolver.Close)

	options := proxy.Options{
		DB: n.db, Feed: n.feed, Resolver: resolver, Plugins: registry, Log: log,
		Product: "kongo/0.1.0-test",
		Clients: http1.Settings{
			HeaderTimeout: time.Minute, BodyTimeout: time.Minute, SendTimeout: time.Minute, IdleTimeout: 75 * time.Second,
			MaxRequests: 10000,
		},
		Upstreams:       upstream.Options{PoolSize: 512, MaxRequests: 10000, IdleTimeout: time.Minute},
		TLS:             &tls.Config{Certificates: []tls.Certificate{issue(t, nil, false, "localhost").pair}},
		Headers:         allHeaders(),
		UpstreamHeaders: map[string]bool{"X-Kong-Request-Id": true},
		Charset:         "UTF-8",
	}
	if c.options != nil {
		c.options(&options)
	}
	n.proxy = proxy.New(options)
	t.Cleanup(func() { n.must(n.proxy.Close()) })
	n.startAdmin(log)
	n.must(n.proxy.Load(ctx))
	n.listen(c)
	polling, cancel := context.WithCancel(context.Background())
	var poller sync.WaitGroup
	poller.Go(func() { n.feed.Run(polling) })
	t.Cleanup(func() { cancel(); poller.Wait() })
	return n
}

func (n *node) listen(c config) {
	n.t.Helper()
	specs := append([]listener.Spec{
		{Name: "proxy", Address: "127.0.0.1:0"},
		{Name: "proxy", Address: "127.0.0.1:0", TLS: true},
	}, c.sockets...)
	var sockets []*listener.Socket
	for _, spec := range specs { // one by one, because equal addresses are refused
		owner, err := listener.Open(n.t.Context(), []listener.Spec{spec}, listener.Options{})
		n.must(err)
		n.t.Cleanup(func() { owner.Close() })
		sockets = append(sockets, owner.Sockets("proxy")...)
	}
	n.plain, n.secured = sockets[0].Addr().String(), sockets[1].Addr().String()
	for _, socket := range sockets[2:] {
		n.further = append(n.further, socket.Addr().String())
	}
	n.must(n.proxy.Serve(sockets...))
}

// startAdmin gives the node an Admin API.
func (n *node) startAdmin(log *slog.Logger) {
	api := admin.New(admin.Options{
		DB: n.db, Database: "sqlite", Runtime: still{}, LogLevel: still{}, Balancer: n.proxy.Balancer, Log: log,
		Node: admin.Node{Configuration: doc{}},
	})
	server := httptest.NewServer(api.Handler())
	n.t.Cleanup(server.Close)
	n.admin = strings.TrimPrefix(server.URL, "http://")
}

// still is a node of which the Admin API has nothing to tell.
type still struct{}

func (still) Connections() admin.Connections { return admin.Connections{} }
func (still) Memory() admin.Memory           { return admin.Memory{} }
func (still) Timers() admin.Timers           { return admin.Timers{} }
func (still) NotReady() string               { return "" }
func (still) Drain()                         {}
func (still) Level() string                  { return "info" }
func (still) SetLevel(string, time.Duration) {}

func (n *node) must(err error) {
	if err != nil {
		n.t.Helper()
		n.t.Fatal(err)
	}
}

// insert and upsert write a row and return its id.
func (n *node) insert(entity string, d doc) string {
	n.t.Helper()
	row, err := n.db.Insert(n.t.Context(), n.model.Entity(entity), d)
	n.must(err)
	return datastore.DocumentID(row)
}

func (n *node) update(entity, id string, d doc) {
	n.t.Helper()
	_, err := n.db.Update(n.t.Context(), n.model.Entity(entity), datastore.ID(id), d)
	n.must(err)
}

func (n *node) delete(entity, id string) {
	n.t.Helper()
	_, err := n.db.Delete(n.t.Context(), n.model.Entity(entity), datastore.ID(id))
	n.must(err)
}

func ref(id string) doc { return doc{"id": id} }

// flakyStore is a store that can be made to fail.
type flakyStore struct {
	datastore.Store
	mu   sync.Mutex
	fail error
}

func (s *flakyStore) failWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

func (s *flakyStore) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fail
}

func (s *flakyStore) Select(ctx context.Context, e *schema.Entity, key datastore.Key, ws string) (datastore.Document, error) {
	if err := s.failure(); err != nil {
		return nil, err
	}
	return s.Store.Select(ctx, e, key, ws)
}

func (s *flakyStore) Page(ctx context.Context, e *schema.Entity, q datastore.Query) (datastore.Page, error) {
	if err := s.failure(); err != nil {
		return datastore.Page{}, err
	}
	return s.Store.Page(ctx, e, q)
}

// dial connects to an address; the connection ends with the test.
func dial(t testing.TB, addr string) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", addr, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// shutdown shuts the data plane down.
func (n *node) shutdown(patience time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return n.proxy.Shutdown(ctx)
}
