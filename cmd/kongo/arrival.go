package main

import (
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
)

// arrival is what is to be said of a node that has just come up, by whoever started it: the line on the cluster, and below
// it a warning if there is one.
func (t *terminal) arrival(n *node.Node, config *conf.Config) string {
	note := t.clusterLine(n, config)
	if names := n.UnsupportedPlugins(noContext); len(names) > 0 {
		effect := "requests to which they apply are answered 501"
		if config.String("kongo_unsupported_plugins") == "ignore" {
			effect = "they have no effect, except that routes guarded by one stay closed (501)"
		}
		note += fmt.Sprintf("\nplugins that are configured and not supported yet: %s; %s", strings.Join(names, ", "), effect)
	}
	return note
}

// tellArrival says it.
func (t *terminal) tellArrival(note string) {
	cluster, warning, _ := strings.Cut(note, "\n")
	if warning != "" {
		t.log.Warn(warning)
	}
	t.log.Info("Kong started")
	if cluster != "" {
		t.log.Info(cluster)
	}
}
