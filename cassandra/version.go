package cassandra

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gocql/gocql"
)

// oldest is the first version with the tables that describe what a keyspace has.
const oldest = 3

// checkVersions fails if the nodes of a cluster have different major versions or too old ones.
//
// Kong 2.8: Cassandra, server versions.
func (c *connections) checkVersions(ctx context.Context) error {
	var versions []string
	for _, text := range []string{
		"SELECT release_version FROM system.local", "SELECT release_version FROM system.peers",
	} {
		var version string
		err := c.each(ctx, gocql.One, []any{&version}, func() error {
			if version != "" {
				versions = append(versions, version)
			}
			return nil
		}, text)
		if err != nil {
			return fmt.Errorf("read the versions of the nodes: %w", err)
		}
	}
	return judgeVersions(versions)
}

// judgeVersions fails for versions of nodes that do not go together or are too old.
func judgeVersions(versions []string) error {
	for _, version := range versions {
		parts := strings.SplitN(version, ".", 3)
		major := 0
		if _, err := fmt.Sscanf(parts[0], "%d", &major); err != nil {
			continue // not Apache's
		}
		if major < oldest && len(parts) > 1 {
			return fmt.Errorf("Kong requires cassandra 3.0 or greater (currently using %s.%s)", parts[0], parts[1])
		}
		if first, _, _ := strings.Cut(versions[0], "."); first != parts[0] {
			return errors.New("different major versions detected (only all nodes of the same major version are supported): " +
				strings.Join(versions, ", "))
		}
	}
	return nil
}
