package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/google/uuid"
)

// identityFile keeps the id of the node over restarts. Kong 3.9: prefix, kong.id.
const identityFile = "kong.id"

// identify settles the id of the node: the setting, or else what the prefix remembers, or else a new one.
func (n *Node) identify(context.Context) error {
	if n.id = n.config.String("node_id"); n.id != "" {
		return nil
	}
	path := n.prefix.Path(identityFile)
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("could not read the id of the node: %w", err)
	}
	if id, err := uuid.Parse(strings.TrimSpace(string(text))); err == nil {
		n.id = id.String()
		return nil
	}
	n.id = uuid.NewString()
	if err := os.WriteFile(path, []byte(n.id), 0o644); err != nil {
		return fmt.Errorf("could not write the id of the node: %w", err)
	}
	return nil
}
