package sqlite

import (
	"context"
	"fmt"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// SQLite refuses what breaks a foreign key without saying which one. What follows finds out afterwards.

// missingParent finds the foreign field of row that points nowhere: if all but the last one do, it is that.
func (s *Store) missingParent(ctx context.Context, t *table, row datastore.Document) (string, error) {
	field := ""
	for i := range t.columns {
		c := &t.columns[i]
		id := datastore.ForeignID(row, c.member)
		if c.encoding != reference || id == "" {
			continue
		}
		field = c.member
		found, err := s.read.one(ctx, []any{new(int)},
			"SELECT 1 FROM "+s.tables[c.field.Reference].quoted+" WHERE id = ?", id)
		if err != nil || !found {
			return field, err
		}
	}
	return field, nil
}

// referrer finds the entity with rows that keep a row of t from being deleted: they refer to it, or to a row that would be
// deleted along with it, by a foreign field that does not cascade. It returns "" if they have gone in the meantime.
func (s *Store) referrer(ctx context.Context, t *table, id string) (string, error) {
	return s.referrerOf(ctx, t, "?", id, map[string]bool{})
}

// referrerOf is referrer for the rows whose ids a term yields, in which a placeholder stands for id. within are the
// entities on the way here, which may refer to each other in a circle.
func (s *Store) referrerOf(ctx context.Context, t *table, ids, id string, within map[string]bool) (string, error) {
	name := t.entity.Name
	if within[name] {
		return "", nil
	}
	within[name] = true
	defer delete(within, name)

	var cascading []schema.Reference
	for _, child := range s.model.Children(name) {
		if child.Field.OnDelete == schema.Cascade {
			cascading = append(cascading, child)
			continue
		}
		found, err := s.read.one(ctx, []any{new(int)}, "SELECT 1"+s.below(child, ids)+" LIMIT 1", id)
		if err != nil {
			return "", err
		}
		if found {
			return child.Entity.Name, nil
		}
	}
	for _, child := range cascading {
		found, err := s.referrerOf(ctx, s.tables[child.Entity.Name], "SELECT id"+s.below(child, ids), id, within)
		if found != "" || err != nil {
			return found, err
		}
	}
	return "", nil
}

// below selects the rows of child that refer to the given ids.
func (s *Store) below(child schema.Reference, ids string) string {
	t := s.tables[child.Entity.Name]
	column := t.columns[t.position(child.Field.Name)].name
	return fmt.Sprintf(" FROM %s WHERE %s IN (%s)", t.quoted, quote(column), ids)
}
