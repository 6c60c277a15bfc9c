package postgres

import (
	"io/fs"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// MigrationCode lists the halves of migrations that have a script or code, as "<subsystem>/<step>.up" and ".teardown".
func MigrationCode() []string {
	var halves []string
	for name := range upCode {
		halves = append(halves, name+".up")
	}
	for name := range teardownCode {
		halves = append(halves, name+".teardown")
	}
	files, _ := fs.Glob(scripts, "migrations/*/*.sql")
	for _, file := range files {
		halves = append(halves, strings.TrimSuffix(strings.TrimPrefix(file, "migrations/"), ".sql"))
	}
	return halves
}

// UniqueField is the field of an entity that a unique constraint with a name is taken to be about.
func UniqueField(e *schema.Entity, constraint string) string {
	return newTable(e).uniqueField(constraint)
}

// ForeignField is the field of an entity that a foreign key with a name is taken to be about.
func ForeignField(e *schema.Entity, constraint string) string {
	return newTable(e).foreignField(constraint)
}

// Columns are the names of the columns of an entity's table that the store uses.
func Columns(e *schema.Entity) (names []string) {
	for _, c := range columnsOf(e) {
		names = append(names, c.name)
	}
	return names
}
