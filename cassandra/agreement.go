package cassandra

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gocql/gocql"
)

// agreementInterval is the time between two looks at whether all nodes have the same tables.
const agreementInterval = 100 * time.Millisecond

func (c *connections) agreementLimit() time.Duration {
	if c.opts.SchemaAgreement > 0 {
		return c.opts.SchemaAgreement
	}
	return 10 * time.Second
}

// awaitAgreement waits until all nodes have the same tables.
//
// Kong 2.8: cassandra_schema_consensus_timeout.
func (c *connections) awaitAgreement(ctx context.Context) error {
	limit := c.agreementLimit()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		versions, err := c.schemaVersions(ctx)
		if err == nil && len(versions) == 1 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the nodes of the cluster do not agree on the tables after %v, they have %d versions of them: %w",
				limit, len(versions), errors.Join(ctx.Err(), err))
		case <-time.After(agreementInterval):
		}
	}
}

// schemaVersions lists which versions of the tables the nodes have.
func (c *connections) schemaVersions(ctx context.Context) (map[gocql.UUID]bool, error) {
	versions := make(map[gocql.UUID]bool)
	for _, text := range []string{
		"SELECT schema_version FROM system.local", "SELECT schema_version FROM system.peers",
	} {
		var version gocql.UUID
		err := c.each(ctx, gocql.One, []any{&version}, func() error {
			versions[version] = true
			return nil
		}, text)
		if err != nil {
			return nil, err
		}
	}
	return versions, nil
}

// awaitIndexes waits until the indexes of the keyspace are built: who asks one before gets a failure. It does so for no
// longer than the wait for agreement, because nothing is lost without.
func (c *connections) awaitIndexes(ctx context.Context) error {
	var name string
	missing := make(map[string]bool)
	err := c.each(ctx, gocql.One, []any{&name}, func() error { missing[name] = true; return nil },
		"SELECT index_name FROM system_schema.indexes WHERE keyspace_name = ?", c.opts.Keyspace)
	for end := time.Now().Add(c.agreementLimit()); err == nil && time.Now().Before(end); {
		err = c.each(ctx, gocql.One, []any{&name}, func() error { delete(missing, name); return nil },
			`SELECT index_name FROM system."IndexInfo" WHERE table_name = ?`, c.opts.Keyspace)
		if err != nil || len(missing) == 0 {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(agreementInterval):
		}
	}
	return err
}
