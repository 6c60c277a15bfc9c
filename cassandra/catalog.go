package cassandra

import (
	"context"
	"fmt"
	"strings"
)

// own is what the names of tables and columns begin with that kongo adds to Kong's.
const own = "kongo_"

// catalog is what tables a keyspace has, by their names.
type catalog map[string]*shape

// shape is what a table looks like: the types of its columns by their names, and whether all its rows lie in one partition,
// as those of some of Kong's tables do.
type shape struct {
	columns     map[string]string
	partitioned bool
}

// partitionColumn is the column by which Kong keeps all rows of a table together.
//
// Kong 2.8: Cassandra, partitioned tables.
const partitionColumn = "partition"

// readCatalog reads what tables the keyspace has.
func (c *connections) readCatalog(ctx context.Context) (catalog, error) {
	tables := make(catalog)
	var table, column, kind, typ string
	err := c.each(ctx, c.levels.read, []any{&table, &column, &kind, &typ}, func() error {
		s := tables[table]
		if s == nil {
			s = &shape{columns: make(map[string]string)}
			tables[table] = s
		}
		s.columns[column] = strings.ReplaceAll(typ, " ", "")
		if column == partitionColumn && kind == "partition_key" {
			s.partitioned = true
		}
		return nil
	}, "SELECT table_name, column_name, kind, type FROM system_schema.columns WHERE keyspace_name = ?", c.opts.Keyspace)
	if err != nil {
		return nil, fmt.Errorf("read the tables of keyspace %s: %w", c.opts.Keyspace, err)
	}
	return tables, nil
}
