package sqlite

import (
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// ownTables are the tables beside those of the entities. Events are in no WITHOUT ROWID table, because their row numbers
// tell the order of those that happened in the same millisecond. Times are milliseconds since 1970.
var ownTables = []string{
	`CREATE TABLE IF NOT EXISTS tags (
	entity_id TEXT NOT NULL, ordinal INTEGER NOT NULL, entity_name TEXT NOT NULL, tag TEXT NOT NULL,
	PRIMARY KEY (entity_id, ordinal)) WITHOUT ROWID`,
	`CREATE INDEX IF NOT EXISTS tags_tag ON tags (tag)`,
	`CREATE INDEX IF NOT EXISTS tags_tag_entity_name ON tags (tag, entity_name)`,

	`CREATE TABLE IF NOT EXISTS cluster_events (
	id TEXT NOT NULL, node_id TEXT NOT NULL, at INTEGER NOT NULL, nbf INTEGER, expire_at INTEGER NOT NULL,
	channel TEXT NOT NULL, data TEXT NOT NULL)`,
	`CREATE INDEX IF NOT EXISTS cluster_events_at ON cluster_events (at)`,
	`CREATE INDEX IF NOT EXISTS cluster_events_expire_at ON cluster_events (expire_at)`,

	`CREATE TABLE IF NOT EXISTS locks (key TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, ttl INTEGER NOT NULL)
	WITHOUT ROWID`,

	`CREATE TABLE IF NOT EXISTS kongo_nodes (
	id TEXT NOT NULL PRIMARY KEY, started_at INTEGER NOT NULL, last_seen INTEGER NOT NULL, description TEXT NOT NULL)
	WITHOUT ROWID`,
}

// create is the statement that makes the table. Its rows lie in the order of their ids, in which they are paged.
func (t *table) create(parents map[string]*table) string {
	definitions := make([]string, len(t.columns))
	for i := range t.columns {
		definitions[i] = t.columns[i].definition(parents)
	}
	return fmt.Sprintf("CREATE TABLE %s (%s) WITHOUT ROWID", t.quoted, strings.Join(definitions, ", "))
}

// add is the statement that adds a column to a table of an older description.
func (t *table) add(c *column, parents map[string]*table) string {
	return fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s", t.quoted, c.definition(parents))
}

// definition is the column in the statements above. It is the same for a new table and an added column, so that a table
// does not depend on its history: every write gives all columns, and the default is what rows show that are older than the
// column. A parent may not go before its children: that is looked at when the whole deletion is done, not before, so that a
// cascade may take them along (NO ACTION, as in Kong's tables; RESTRICT would look at once).
func (c *column) definition(parents map[string]*table) string {
	definition := quote(c.name) + " " + c.affinity
	f := c.field
	switch {
	case f == nil:
		return definition
	case c.name == schema.PrimaryKey:
		return definition + " NOT NULL PRIMARY KEY"
	case f.Type == schema.Foreign:
		definition += " REFERENCES " + parents[f.Reference].quoted + " (id)"
		if f.OnDelete == schema.Cascade {
			definition += " ON DELETE CASCADE"
		}
		return definition
	}
	literal := c.defaultLiteral()
	if f.NotNull {
		definition += " NOT NULL"
		if literal == "" {
			literal = "''" // a column can't be added without; no row that kongo writes ever has it
		}
	}
	if literal != "" {
		definition += " DEFAULT " + literal
	}
	return definition
}

// defaultLiteral is the field's default as a literal of the column's encoding, or "" without one.
func (c *column) defaultLiteral() string {
	if c.field.Default == nil || c.field.Default == schema.Null {
		return ""
	}
	doc := schema.Clone(map[string]any{c.member: c.field.Default}) // Normalize works in place
	v, err := c.encode(schema.Normalize(doc[c.member]))
	if err != nil {
		return "" // a default of the wrong type is none
	}
	switch v := v.(type) {
	case bool:
		if v {
			return "1"
		}
		return "0"
	case string:
		return quoteText(v)
	}
	return fmt.Sprint(v)
}

// indexes are the statements that make the table's indexes, if they are missing. Of several constraints that a row breaks
// SQLite names that of the youngest index: the one to be named first is made last.
func (t *table) indexes() []string {
	var indexes, cacheKey []string
	if t.entity.CompositeCacheKey() {
		cacheKey = append(cacheKey, t.index("UNIQUE INDEX", schema.ColumnCacheKey))
	}
	for i := len(t.columns) - 1; i >= 0; i-- {
		c := &t.columns[i]
		if unique := t.unique(c.member); unique != nil && c.field != nil && c.name != schema.PrimaryKey {
			indexes = append(indexes, t.index("UNIQUE INDEX", unique...))
		} else if c.member == t.entity.EndpointKey {
			indexes = append(indexes, t.index("INDEX", c.name))
		}
		if c.encoding == reference {
			indexes = append(indexes, t.index("INDEX", c.name))
		}
		if c.field == nil && c.name == schema.ColumnTTL {
			indexes = append(indexes, t.index("INDEX", c.name)+" WHERE ttl IS NOT NULL")
		}
	}
	if t.entity.CacheKeyFirst {
		return append(indexes, cacheKey...)
	}
	return append(cacheKey, indexes...)
}

func (t *table) index(kind string, columns ...string) string {
	name := t.entity.TableName() + "." + strings.Join(columns, ".")
	return fmt.Sprintf("CREATE %s IF NOT EXISTS %s ON %s (%s)", kind, quote(name), t.quoted, quoteAll(columns))
}

// triggers are the statements that make the triggers, if they are missing, that keep the table of tags. Two entities of
// different kinds may have the same id: their tags are numbered through.
func (t *table) triggers() []string {
	if !t.entity.HasTags() {
		return nil
	}
	kind := quoteText(t.entity.TableName())
	add := fmt.Sprintf(`INSERT INTO tags (entity_id, ordinal, entity_name, tag)
	SELECT NEW.id, (SELECT coalesce(max(ordinal), 0) FROM tags WHERE entity_id = NEW.id) + key + 1, %s, value
	FROM json_each(NEW.tags);`, kind)
	remove := fmt.Sprintf("DELETE FROM tags WHERE entity_id = OLD.id AND entity_name = %s;", kind)
	trigger := func(suffix, event, when, body string) string {
		return fmt.Sprintf("CREATE TRIGGER IF NOT EXISTS %s AFTER %s ON %s WHEN %s BEGIN\n\t%s\nEND",
			quote(t.entity.TableName()+".tags."+suffix), event, t.quoted, when, body)
	}
	return []string{
		trigger("insert", "INSERT", "NEW.tags IS NOT NULL", add),
		trigger("update", "UPDATE OF tags", "NEW.tags IS NOT OLD.tags", remove+"\n\t"+add),
		trigger("delete", "DELETE", "OLD.tags IS NOT NULL", remove),
	}
}
