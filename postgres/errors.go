package postgres

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// The classes of errors of the server that say something about a statement's values or about the connection.
const (
	classConnection = "08"
	classData       = "22"
	classConstraint = "23"
)

// The constraints that a row can break.
const (
	codeNotNull    = "23502"
	codeForeignKey = "23503"
	codeUnique     = "23505"
)

func failed(verb string, t *table, err error) error {
	return fmt.Errorf("postgres: %s %s: %w", verb, t.entity.TableName(), err)
}

// referenced turns the error of a deletion into one that package datastore knows. The foreign key that forbids it belongs to
// the table that the error names, of the rows themselves or of others that would be deleted along with them.
func (s *Store) referenced(t *table, err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Code == codeForeignKey {
		return &datastore.ReferencedError{Child: s.entityOf(e.TableName)}
	}
	return failed("delete from", t, err)
}

// refused turns the error of any other write into one that package datastore knows.
//
// Kong 3.9: PostgreSQL, errors of constraints.
func refused(verb string, t *table, err error) error {
	var e *pgconn.PgError
	var conflict *datastore.ConflictError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &conflict):
		return conflict
	case !errors.As(err, &e):
		return failed(verb, t, err)
	}
	switch {
	case e.Code == codeUnique:
		return &datastore.ConflictError{Field: t.uniqueField(e.ConstraintName)}
	case e.Code == codeNotNull:
		return &datastore.NullError{Field: e.ColumnName}
	case e.Code == codeForeignKey:
		switch field := t.foreignField(e.ConstraintName); {
		case field != "":
			return &datastore.MissingParentError{Field: field}
		case e.ConstraintName == t.entity.TableName()+"_"+schema.ColumnWorkspace+"_fkey":
			return &datastore.MissingParentError{Field: schema.ColumnWorkspace}
		}
	case sqlClass(err) == classData:
		// A value passed the validation but not the server, for example a number too large for its column.
		return datastore.SchemaViolation(schema.Errors{schema.EntityErrors: []any{e.Message}})
	}
	return failed(verb, t, err)
}

// uniqueField is the field that a unique constraint with a name is about, by the rules after which constraints are named.
func (t *table) uniqueField(constraint string) string {
	name := strings.TrimPrefix(constraint, t.entity.TableName()+"_")
	if strings.Contains(name, schema.ColumnCacheKey) {
		return schema.ColumnCacheKey
	}
	for _, c := range t.columns {
		if !c.field.Unique {
			continue
		}
		switch name {
		case c.name + "_key", c.name + "_ws_id_key", "ws_id_" + c.name + "_unique":
			return c.member
		}
	}
	if name != "pkey" && !strings.HasPrefix(name, "id_") && t.entity.CompositeCacheKey() {
		return schema.ColumnCacheKey // the parts of the key may be unique together, beside the key
	}
	return schema.PrimaryKey
}

// foreignField is the field that a foreign key with a name is about, "" if it is that of the workspace.
func (t *table) foreignField(constraint string) string {
	name := strings.TrimPrefix(constraint, t.entity.TableName()+"_")
	for _, c := range t.columns {
		if c.field.Type == schema.Foreign && name == c.name+"_fkey" {
			return c.member
		}
	}
	return ""
}

// entityOf is the name of the entity that a table holds.
func (s *Store) entityOf(table string) string {
	if name, ok := s.entities[table]; ok {
		return name
	}
	return table
}
