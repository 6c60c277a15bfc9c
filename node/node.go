package node

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/balancer/dns"
	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/listener"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/prefix"
	"github.com/kongo-gateway/kongo/proxy"
)

// Options are what a node is made from.
type Options struct {
	// Config is the configuration. The prefix that it names has to be prepared.
	Config *conf.Config
	// Version is kongo's own, as headers and GET / show it.
	Version string
	// Replaces says that the node takes the place of the one that runs in the prefix. Inherited are the listening sockets of
	// that one, see listener.Options; Start closes none of them.
	Replaces  bool
	Inherited map[string]*os.File

	// pid is the pid file of this process, if it has written it for an earlier node.
	pid *prefix.PidFile
}

// Node is a running gateway. Its methods are safe for concurrent use.
type Node struct {
	version   string
	prefix    prefix.Dir
	id        string
	replaces  bool
	inherited map[string]*os.File // until the sockets are open

	config    *conf.Config // of the start
	reloading sync.Mutex   // keeps reloads apart

	logs     *logs
	log      *slog.Logger
	plugins  *plugin.Registry
	flavor   string // of the router
	model    *schema.Model
	store    datastore.Store
	feed     *datastore.Feed
	db       *datastore.DB
	loader   *declarative.Loader // nil for a node with a database
	sockets  *listener.Owner
	tls      map[string]*certificates // by service, where it has a socket that speaks TLS
	defaults *prefix.DefaultCertificates
	resolver *dns.Client
	proxy    *proxy.Server
	cluster  *cluster.Member
	admin    *admin.API
	apis     []*api

	draining atomic.Bool
	pid      *prefix.PidFile
	followed atomic.Bool // another node in this process has the pid file now
	closers  closers
}

// closers are the ways to close what is open, in the order in which it was opened.
type closers struct {
	once sync.Once
	all  []closer
}

type closer struct {
	what  string
	close func() error
}

// onClose says how something is closed that has just been opened. What was opened last is closed first.
func (n *Node) onClose(what string, close func() error) {
	n.closers.all = append(n.closers.all, closer{what, close})
}

// Close ends the node at once: requests in flight are cut off. Closing again does nothing.
func (n *Node) Close() {
	n.closers.once.Do(func() {
		for i := len(n.closers.all) - 1; i >= 0; i-- {
			c := n.closers.all[i]
			if err := c.close(); err != nil {
				n.log.Error("could not close "+c.what, "error", err)
			}
		}
	})
}

// stopServing refuses new connections and returns when the last request is done, or when the context is.
func (n *Node) stopServing(ctx context.Context) {
	n.draining.Store(true)
	if err := n.sockets.StopAccepting(); err != nil {
		n.log.Error("could not close the listening sockets", "error", err)
	}
	var servers sync.WaitGroup
	servers.Go(n.leaveCluster)
	servers.Go(func() {
		if err := n.proxy.Shutdown(ctx); err != nil {
			n.log.Warn("requests were cut off", "error", err)
		}
	})
	for _, a := range n.apis {
		servers.Go(func() { a.shutdown(ctx) })
	}
	servers.Wait()
}

// DB returns the entities of the node.
func (n *Node) DB() *datastore.DB { return n.db }

// UnsupportedPlugins names the plugins that are configured and enabled somewhere, and that the node cannot run.
func (n *Node) UnsupportedPlugins(ctx context.Context) []string {
	return n.admin.UnsupportedPlugins(ctx)
}

// Addresses returns the addresses on which a service listens, such as "proxy" or "admin", in the order of its setting.
func (n *Node) Addresses(service string) []string {
	var addresses []string
	for _, s := range n.sockets.Sockets(service) {
		addresses = append(addresses, s.Addr().String())
	}
	return addresses
}

// productVersion is what the headers Server and Via say.
func (n *Node) productVersion() string { return fmt.Sprintf("kongo/%s", n.version) }
