package node

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
)

// goodbyeTimeout bounds what a node that ends waits for the store to take note.
const goodbyeTimeout = 2 * time.Second

// makeMember makes the node's entry in the list of nodes.
func (n *Node) makeMember(context.Context) error {
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	n.cluster = cluster.New(cluster.Options{
		Store: n.store, Feed: n.feed, DB: n.db, Log: n.log, Reach: Reach,
		Self: cluster.Self{
			Hostname: hostname, Version: n.version,
			Proxy: n.Addresses("proxy"), Admin: n.Addresses("admin"), Status: n.Addresses("status"),
			Settings:  commonSettings(n.config),
			Frequency: n.config.Duration("db_update_frequency"), Propagation: n.config.Duration("db_update_propagation"),
			Replaces: n.replaces,
		},
	})
	return nil
}

// joinCluster tells other nodes that this one serves.
func (n *Node) joinCluster(ctx context.Context) error {
	n.cluster.Join(ctx)
	n.onClose("the entry in the list of nodes", func() error { n.leaveCluster(); return nil })
	return nil
}

// leaveCluster tells other nodes that this one ends.
func (n *Node) leaveCluster() {
	ctx, cancel := context.WithTimeout(context.Background(), goodbyeTimeout)
	defer cancel()
	n.cluster.Leave(ctx)
}

// LiveNodes returns how many live nodes share the datastore, this one among them.
func (n *Node) LiveNodes(ctx context.Context) int { return n.cluster.Live(ctx) }

// commonSettings are those that have to be the same on all nodes.
func commonSettings(config *conf.Config) cluster.Settings {
	enabled, _ := installed(config)
	plugins := make([]string, len(enabled))
	for i := range enabled {
		plugins[i] = enabled[i].Name
	}
	slices.Sort(plugins)
	var headers []string
	for name, on := range config.EnabledHeaders() {
		if on {
			headers = append(headers, name)
		}
	}
	slices.Sort(headers)
	trusted := config.List("trusted_ips")
	slices.Sort(trusted)
	settings := cluster.Settings{
		"database":              config.String("database"),
		"router_flavor":         config.String("router_flavor"),
		"kongo_router_order":    config.String("kongo_router_order"),
		"plugins":               plugins,
		"db_update_propagation": config.Number("db_update_propagation"),
		"db_cache_ttl":          config.Number("db_cache_ttl"),
		"headers":               headers,
		"trusted_ips":           trusted,
	}
	maps.Copy(settings, datastoreSettings(config))
	return settings
}

// datastoreSettings are those that say which datastore a node uses.
func datastoreSettings(config *conf.Config) cluster.Settings {
	switch config.String("database") {
	case "postgres":
		return cluster.Settings{
			"pg_host": config.String("pg_host"), "pg_port": config.Int("pg_port"),
			"pg_database": config.String("pg_database"), "pg_schema": config.String("pg_schema"),
		}
	case "cassandra":
		points := config.List("cassandra_contact_points")
		slices.Sort(points)
		return cluster.Settings{
			"cassandra_contact_points": points, "cassandra_port": config.Int("cassandra_port"),
			"cassandra_keyspace": config.String("cassandra_keyspace"),
		}
	case "sqlite":
		path, err := filepath.Abs(config.String("sqlite_path"))
		if err != nil {
			path = config.String("sqlite_path")
		}
		return cluster.Settings{"sqlite_path": path}
	}
	return nil
}

// DatastoreName names the datastore of a configuration for a person.
func DatastoreName(config *conf.Config) string {
	switch kind := config.String("database"); kind {
	case "postgres":
		return fmt.Sprintf("postgres %s:%d/%s", config.String("pg_host"), config.Int("pg_port"), config.String("pg_database"))
	case "cassandra":
		return fmt.Sprintf("cassandra %s:%d/%s", strings.Join(config.List("cassandra_contact_points"), ","),
			config.Int("cassandra_port"), config.String("cassandra_keyspace"))
	case "sqlite":
		return "sqlite " + config.String("sqlite_path")
	default:
		if path := config.String("declarative_config"); path != "" {
			return "file " + path
		}
		return "database = " + kind
	}
}
