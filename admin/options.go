package admin

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/kongo-gateway/kongo/balancer"
	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/declarative"
)

// Options is what a node gives to its Admin API. DB, Runtime, LogLevel and Log are required.
type Options struct {
	DB *datastore.DB
	// Database is the kind of store: postgres, cassandra, sqlite, or off for a node without a database.
	Database string
	// Declarative brings configurations into force on a node without a database, which has to have it.
	Declarative *declarative.Loader

	Node     Node
	Runtime  Runtime
	LogLevel LogLevel
	// Cluster are the nodes that share the store; nil for a node that does not know.
	Cluster Cluster
	// Balancer returns the balancer of an upstream on this node, nil if it has none; nil itself for a node without balancers.
	Balancer func(upstreamID string) *balancer.Balancer
	// Cache is what /cache looks into; nil for none.
	Cache Cache
	// Metrics answers GET /metrics; nil for none.
	Metrics http.Handler

	// Server is the value of the header of that name, "" for none. Latency adds X-Kong-Admin-Latency.
	Server  string
	Latency bool
	// Origins are those of the graphical interface. If there are any, no other may use the Admin API from a browser.
	Origins []string

	// MaxBody is the largest body in bytes; 0 for no limit.
	MaxBody int64
	// Timeout limits the work for one request; 0 stands for a minute.
	Timeout time.Duration

	Log *slog.Logger
}

const defaultTimeout = time.Minute

// Node describes a process as GET / shows it.
type Node struct {
	ID string
	// Process is the id under which the process is in the list of nodes. It is ID unless that is a setting.
	Process  string
	Hostname string
	// Version is kongo's own. Clients are shown Kong's beside it, because they branch on it.
	Version string
	// Configuration has every setting, secrets masked. It must not be changed any more.
	Configuration map[string]any
	// Plugins are the installed ones, by name.
	Plugins map[string]Plugin
	// Master and Workers are process ids.
	Master  int
	Workers []int
}

// Plugin describes an installed plugin.
type Plugin struct {
	Version  string
	Priority int
	// Runs says that the node can run the plugin, not only keep its rows.
	Runs bool
}

// Runtime tells of a node what changes while it runs. Its methods are called by many goroutines and have to be quick.
type Runtime interface {
	Connections() Connections
	Memory() Memory
	Timers() Timers
	// NotReady says why the node should not get traffic, "" if it should. The database and the declarative configuration are
	// not its business.
	NotReady() string
	// Drain makes the node not ready, for the reason "draining".
	Drain()
}

// Connections counts connections of clients and requests since the start.
type Connections struct {
	Accepted, Active, Handled, Reading, Waiting, Writing, Requests uint64
}

// Memory is what a node takes up, in bytes.
type Memory struct {
	// Zones are the memories with a fixed bound, such as caches, by name.
	Zones map[string]Zone
	// Heaps are the processes.
	Heaps []Heap
}

// Zone is a bounded memory.
type Zone struct{ Capacity, Allocated uint64 }

// Heap is what a process has allocated.
type Heap struct {
	PID       int
	Allocated uint64
}

// Timers counts jobs in the background.
type Timers struct{ Running, Pending int }

// LogLevel is the level from which on a node logs, by Kong's names: debug, info, notice, warn, error, crit, alert, emerg.
// Its methods are called by many goroutines.
type LogLevel interface {
	Level() string
	// SetLevel changes the level and, if period is not 0, changes it back after that time.
	SetLevel(level string, period time.Duration)
}

// Cluster are the nodes that share a store. Its methods are called by many goroutines.
type Cluster interface {
	// Nodes returns the live nodes, or all.
	Nodes(ctx context.Context, all bool) cluster.List
	// Forget takes a node off the list and reports whether it was there.
	Forget(ctx context.Context, id string) (bool, error)
}

// Cache is what a node remembers of its store, by the cache keys of package datastore. Its methods are called by many
// goroutines.
type Cache interface {
	// Get returns a value that encoding/json can write.
	Get(key string) (any, bool)
	Delete(key string)
	Purge()
}
