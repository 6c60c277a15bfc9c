package cassandra

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// table is the table of one entity. It is immutable.
type table struct {
	entity  *schema.Entity
	name    string
	columns []column
	// home is the condition that leads to the partition of a partitioned table, with an AND behind it, or "".
	home        string
	partitioned bool

	// list are the columns to select, ages what selects the times of their last writes; insert writes all columns.
	list   string
	ages   string
	aged   int // the number of ages
	insert string
	// clock is the column whose remaining time is that of the row, for those that can expire.
	clock string
	// updated is the column with the time of the last change where kongo added it: nodes of Kong leave it null.
	updated *column
}

// betaVaults is the name of the table of vaults.
//
// Kong 2.8: vaults.
const betaVaults = "vaults_beta"

// kongTable is the name that the table of an entity has in Kong 2.8.
func kongTable(e *schema.Entity) string {
	if e.Name == "vaults" {
		return betaVaults
	}
	return e.TableName()
}

// newTable finds the table and the columns of an entity: Kong's, or those that kongo added.
func newTable(e *schema.Entity, tables catalog) (*table, error) {
	t := &table{entity: e, name: kongTable(e)}
	shape := tables[t.name]
	if shape == nil {
		t.name = own + t.name
		shape = tables[t.name]
	}
	if shape == nil {
		return nil, fmt.Errorf("there is no table for %s", e.Name)
	}
	t.partitioned = shape.partitioned
	for _, c := range e.Columns() {
		if err := t.add(shape, column{name: c.Name, member: c.Field.Name, field: c.Field}); err != nil {
			return nil, err
		}
	}
	if e.Workspaceable {
		if err := t.add(shape, column{name: schema.ColumnWorkspace, member: schema.ColumnWorkspace}); err != nil {
			return nil, err
		}
	}
	if e.CompositeCacheKey() {
		if err := t.add(shape, column{name: schema.ColumnCacheKey, member: schema.ColumnCacheKey}); err != nil {
			return nil, err
		}
	}
	t.prepare()
	return t, nil
}

// add adds a column of Kong's, or the one that kongo has in its place.
func (t *table) add(s *shape, c column) error {
	c.typ = s.columns[c.name]
	if c.typ == "" {
		c.name, c.added = own+c.name, true
		c.typ = s.columns[c.name]
	}
	if c.typ == "" {
		return fmt.Errorf("table %s has no column for %s", t.name, c.member)
	}
	f := c.field
	c.prefixed = f != nil && c.typ == "text" && f.Unique && !f.UniqueAcrossWorkspaces && t.entity.Workspaceable
	c.added = c.added && f != nil
	t.columns = append(t.columns, c)
	return nil
}

func (t *table) prepare() {
	var names []string
	for i := range t.columns {
		names = append(names, quote(t.columns[i].name))
	}
	t.clock = t.findClock()
	if c, err := t.column("updated_at"); err == nil && c.added {
		t.updated = c
	}
	t.list = strings.Join(names, ", ")
	if t.clock != "" {
		t.list += ", TTL(" + quote(t.clock) + ")"
	}
	for i := range t.columns {
		if c := &t.columns[i]; c.scalar() && c.member != schema.PrimaryKey {
			t.ages += ", WRITETIME(" + quote(c.name) + ")"
			t.aged++
		}
	}
	if t.partitioned {
		t.home = partitionColumn + " = " + quoteText(t.name) + " AND "
		names = append(names, partitionColumn)
	}
	places := strings.TrimSuffix(strings.Repeat("?, ", len(t.columns)), ", ")
	if t.partitioned {
		places += ", " + quoteText(t.name)
	}
	t.insert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", quote(t.name), strings.Join(names, ", "), places)
}

// findClock chooses a column that every row has, "" for rows that never expire.
func (t *table) findClock() string {
	if !t.entity.TTL {
		return ""
	}
	for i := range t.columns {
		c := &t.columns[i]
		if c.field != nil && !c.added && c.member != schema.PrimaryKey && c.scalar() &&
			(c.field.Auto || c.field.Required == schema.Required) {
			return c.name
		}
	}
	return ""
}

// quote makes an identifier of a name.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// quoteText makes a text literal.
func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// column returns the column that holds a field, or an error that names both.
func (t *table) column(field string) (*column, error) {
	for i := range t.columns {
		if t.columns[i].member == field {
			return &t.columns[i], nil
		}
	}
	return nil, fmt.Errorf("%s has no column for %s", t.name, field)
}

// uniques lists the columns that tell rows apart, in the order in which clashes are reported.
func (t *table) uniques() []*column {
	var uniques, cacheKey []*column
	for i := range t.columns {
		c := &t.columns[i]
		switch {
		case c.field == nil && c.member == schema.ColumnCacheKey:
			cacheKey = append(cacheKey, c)
		case c.field != nil && c.field.Unique && c.member != schema.PrimaryKey:
			uniques = append(uniques, c)
		}
	}
	if t.entity.CacheKeyFirst {
		return append(cacheKey, uniques...)
	}
	return append(uniques, cacheKey...)
}

// unkeyed lists the columns that together tell rows apart where the table has no column for that, the one that refers to a
// parent first; nil where it has.
func (t *table) unkeyed() []*column {
	if !t.entity.Unkeyed || len(t.entity.CacheKey) < 2 {
		return nil
	}
	var parts []*column
	for _, name := range t.entity.CacheKey {
		c, err := t.column(name)
		if err != nil {
			return nil
		}
		if c.field.Type == schema.Foreign {
			parts = slices.Insert(parts, 0, c)
		} else {
			parts = append(parts, c)
		}
	}
	return parts
}

// selectWhere is the statement that selects the rows that equal a value in a column, for a scanner.
func (t *table) selectWhere(c *column) string {
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s%s = ?", t.list, quote(t.name), t.home, quote(c.name))
}

// selectAgedWhere is selectWhere for an agedScanner.
func (t *table) selectAgedWhere(c *column) string {
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s%s = ?", t.list+t.ages, quote(t.name), t.home, quote(c.name))
}

// values are the arguments of insert. What a new row does not have is not written at all, which leaves no tombstones.
func (t *table) values(row datastore.Document, absent any) ([]any, error) {
	ws, _ := row[schema.ColumnWorkspace].(string)
	values := make([]any, len(t.columns))
	for i := range t.columns {
		v, err := t.columns[i].encode(row[t.columns[i].member], ws)
		if err != nil {
			return nil, err
		}
		if v == nil {
			v = absent
		}
		values[i] = v
	}
	return values, nil
}

// stored is a row as it was read.
type stored struct {
	datastore.Document
	// written is the time of its last write, in microseconds since 1970 by the clock of the writer. An agedScanner knows it.
	written int64
}

// scanner turns the rows of one query for t.list into documents.
type scanner struct {
	table *table
	dest  []any
	ages  []*int64
	ttl   *int
}

func (t *table) scanner() *scanner {
	s := &scanner{table: t}
	for i := range t.columns {
		s.dest = append(s.dest, t.columns[i].dest())
	}
	if t.clock != "" {
		s.dest = append(s.dest, &s.ttl)
	}
	return s
}

// agedScanner is a scanner for t.list and t.ages.
func (t *table) agedScanner() *scanner {
	s := t.scanner()
	s.ages = make([]*int64, t.aged)
	for i := range s.ages {
		s.dest = append(s.dest, &s.ages[i])
	}
	return s
}

// row is what was scanned last.
func (s *scanner) row() (stored, error) {
	row := stored{Document: make(datastore.Document, len(s.table.columns))}
	for i := range s.table.columns {
		c := &s.table.columns[i]
		v, err := c.decode(s.dest[i])
		if err != nil {
			return stored{}, err
		}
		row.Document[c.member] = v
	}
	if c := s.table.updated; c != nil && row.Document[c.member] == nil {
		row.Document[c.member] = row.Document["created_at"]
	}
	if s.table.entity.TTL {
		row.Document[schema.ColumnTTL] = nil
		if s.ttl != nil {
			row.Document[schema.ColumnTTL] = time.Now().Unix() + int64(*s.ttl)
		}
	}
	for _, age := range s.ages {
		if age != nil {
			row.written = max(row.written, *age)
		}
	}
	return row, nil
}
