package node

import (
	"context"
	"fmt"
	"os"
)

// identityFile tells scripts the id of the node. Kong 3.9: prefix, kong.id.
const identityFile = "kong.id"

// identify settles the id of the node: the setting, or else that of the process among the nodes that share the store, which
// is a new one at every start. Kong 3.9: cluster events, node id.
func (n *Node) identify(context.Context) error {
	if n.id = n.config.String("node_id"); n.id != "" {
		return nil
	}
	n.id = n.feed.Node()
	if err := os.WriteFile(n.prefix.Path(identityFile), []byte(n.id), 0o644); err != nil {
		return fmt.Errorf("could not write the id of the node: %w", err)
	}
	return nil
}
