package bench

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/listener"
	"github.com/kongo-gateway/kongo/memory"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/proxy"
	"github.com/kongo-gateway/kongo/proxy/http1"
	"github.com/kongo-gateway/kongo/proxy/upstream"
)

// node is a data plane within this process, with a declarative configuration and nothing else of a node.
type node struct {
	proxy  *proxy.Server
	model  *schema.Model
	store  *memory.Store
	feed   *datastore.Feed
	db     *datastore.DB
	loader *declarative.Loader
	addr   string
}

// newNode starts a node that ends with the benchmark.
func newNode(b *testing.B) *node {
	b.Helper()
	ctx := b.Context()
	log := slog.New(slog.DiscardHandler)
	registry, err := plugin.NewRegistry()
	must(b, err)
	n := new(node)
	n.model, err = schema.NewModel(entity.Core(entity.Options{RouterFlavor: "traditional_compatible", Plugins: registry.Schemas()})...)
	must(b, err)
	n.store = memory.New(memory.Options{Model: n.model})
	b.Cleanup(func() { must(b, n.store.Close()) })
	n.feed, err = datastore.NewFeed(ctx, n.store, datastore.FeedOptions{Node: uuid.NewString(), Frequency: time.Hour, Log: log})
	must(b, err)
	n.db, err = datastore.NewDB(ctx, n.store, n.model, n.feed, log)
	must(b, err)
	resolver, err := dns.New(dns.Options{HostsFile: "/etc/hosts", StaleTTL: time.Hour, NotFoundTTL: time.Second, ErrorTTL: time.Second})
	must(b, err)
	b.Cleanup(resolver.Close)
	n.proxy = proxy.New(proxy.Options{
		DB: n.db, Feed: n.feed, Resolver: resolver, Plugins: registry, Log: log, Product: "kongo/0.1.0",
		Clients: http1.Settings{
			HeaderTimeout: time.Minute, BodyTimeout: time.Minute, SendTimeout: time.Minute, IdleTimeout: 75 * time.Second,
		},
		Upstreams: upstream.Options{PoolSize: 512, IdleTimeout: time.Minute},
		Headers: map[string]bool{
			"Server": true, "Via": true, "X-Kong-Proxy-Latency": true, "X-Kong-Upstream-Latency": true, "X-Kong-Request-Id": true,
		},
		UpstreamHeaders: map[string]bool{"X-Kong-Request-Id": true},
		Charset:         "UTF-8",
	})
	b.Cleanup(func() { must(b, n.proxy.Close()) })
	n.loader = declarative.NewLoader(declarative.NewParser(n.model, n.db.Workspace()), n.store, n.feed)
	b.Cleanup(func() { must(b, n.loader.Close()) })
	must(b, n.proxy.Load(ctx))
	socket, err := listener.Open(ctx, []listener.Spec{{Name: "proxy", Address: "127.0.0.1:0"}}, listener.Options{})
	must(b, err)
	b.Cleanup(func() { socket.Close() })
	n.addr = socket.Sockets("proxy")[0].Addr().String()
	must(b, n.proxy.Serve(socket.Sockets("proxy")...))
	return n
}

// load puts a configuration in force.
func (n *node) load(b *testing.B, text string) {
	b.Helper()
	_, err := n.loader.Load(b.Context(), declarative.Source{Text: []byte(text)})
	must(b, err)
}

// change gives a route, by its name, another path, and returns how long it took from the event until it was in force.
func (n *node) change(b *testing.B, name, path string) time.Duration {
	b.Helper()
	routes := n.model.Entity("routes")
	row, err := n.store.Select(b.Context(), routes, datastore.Key{Field: "name", Value: name}, n.db.Workspace())
	must(b, err)
	row["paths"] = []any{path}
	must(b, n.store.Update(b.Context(), routes, row))
	begun := time.Now()
	must(b, n.feed.Publish(b.Context(), datastore.Event{
		Channel: datastore.ChannelCoreInvalidations, Data: "routes:" + datastore.DocumentID(row) + ":::::" + n.db.Workspace(),
	}))
	return time.Since(begun)
}

// configuration is a document with one service over an upstream with one target, and so many routes, each with a host and a
// path of its own; or with one route for everything if there are to be none.
func configuration(target string, routes int) string {
	var text strings.Builder
	text.WriteString(`{"_format_version":"3.0","upstreams":[{"name":"server","targets":[{"target":"` + target + `"}]}],` +
		`"services":[{"name":"server","host":"server","routes":[`)
	if routes == 0 {
		text.WriteString(`{"name":"all","paths":["/"],"strip_path":false}`)
	}
	for i := range routes {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"name":"r%d","hosts":["host-%d.example.com"],"paths":["/api/v1/resource-%d"]}`, i, i/10, i)
	}
	text.WriteString(`]}]}`)
	return text.String()
}

func must(b *testing.B, err error) {
	if err != nil {
		b.Helper()
		b.Fatal(err)
	}
}
