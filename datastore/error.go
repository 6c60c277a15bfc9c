package datastore

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Code is the number of a class of errors, as clients see it in the body of an answer.
type Code int

// The codes of Kong 3.9.
const (
	CodeInvalidPrimaryKey     Code = 1
	CodeSchemaViolation       Code = 2
	CodePrimaryKeyViolation   Code = 3
	CodeForeignKeyViolation   Code = 4
	CodeUniqueViolation       Code = 5
	CodeNotFound              Code = 6
	CodeInvalidOffset         Code = 7
	CodeDatabase              Code = 8
	CodeInvalidSize           Code = 9
	CodeInvalidUnique         Code = 10
	CodeInvalidOptions        Code = 11
	CodeOperationUnsupported  Code = 12
	CodeForeignKeysUnresolved Code = 13
	CodeDeclarativeConfig     Code = 14
	CodeTransformation        Code = 15
	CodeInvalidForeignKey     Code = 16
	CodeInvalidWorkspace      Code = 17
	CodeInvalidUniqueGlobal   Code = 18
	CodeReferencedByOthers    Code = 19
)

// Error is a failure that a client can understand. Errors of other types mean that the store itself failed.
type Error struct {
	Code    Code
	Name    string
	Message string
	// Fields mirrors the document, Options the options of the call; either is nil where the class has none.
	Fields  map[string]any
	Options map[string]any
}

func (e *Error) Error() string { return e.Message }

// ErrorCode returns the code of the Error in err's chain, or 0.
func ErrorCode(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// SchemaViolation is the error for documents that their description refuses.
func SchemaViolation(errs schema.Errors) *Error {
	return &Error{Code: CodeSchemaViolation, Name: "schema violation", Message: errs.Error(), Fields: errs}
}

func invalidPrimaryKey(fields Document) *Error {
	return &Error{
		Code: CodeInvalidPrimaryKey, Name: "invalid primary key",
		Message: fmt.Sprintf("invalid primary key: '%s'", schema.Compact(fields)), Fields: fields,
	}
}

// primaryKeyViolation is the error for a row with the id of another, or with none.
func primaryKeyViolation(id any) *Error {
	key := Document{schema.PrimaryKey: id}
	shown := key
	if id == nil {
		shown = Document{schema.PrimaryKey: "userdata: NULL"} // what Kong's language calls a null
	}
	return &Error{
		Code: CodePrimaryKeyViolation, Name: "primary key violation",
		Message: fmt.Sprintf("primary key violation on key '%s'", schema.Compact(shown)), Fields: key,
	}
}

func missingParent(field, parent, id string) *Error {
	key := ID(id).document()
	return &Error{
		Code: CodeForeignKeyViolation, Name: "foreign key violation",
		Message: fmt.Sprintf("the foreign key '%s' does not reference an existing '%s' entity.", schema.Compact(key), parent),
		Fields:  Document{field: key},
	}
}

func stillReferenced(entity, child string) *Error {
	return &Error{
		Code: CodeForeignKeyViolation, Name: "foreign key violation",
		Message: fmt.Sprintf("an existing '%s' entity references this '%s' entity", child, entity),
		Fields:  Document{"@referenced_by": child},
	}
}

func stillTrusted(authority, entity, id string) *Error {
	return &Error{
		Code: CodeReferencedByOthers, Name: "referenced by others",
		Message: fmt.Sprintf("ca certificate %s is still referenced by %s (id = %s)", authority, entity, id),
	}
}

func uniqueViolation(key Document) *Error {
	return &Error{
		Code: CodeUniqueViolation, Name: "unique constraint violation",
		Message: fmt.Sprintf("UNIQUE violation detected on '%s'", schema.Compact(key)), Fields: key,
	}
}

func notFound(key Key) *Error {
	message := "could not find the entity with '%s'"
	if key.IsID() {
		message = "could not find the entity with primary key '%s'"
	}
	return &Error{
		Code: CodeNotFound, Name: "not found",
		Message: fmt.Sprintf(message, schema.Compact(key.document())), Fields: key.document(),
	}
}

// InvalidOffset is the error for a paging token that a store does not understand.
func InvalidOffset(offset, reason string) *Error {
	return &Error{
		Code: CodeInvalidOffset, Name: "invalid offset",
		Message: fmt.Sprintf("'%s' is not a valid offset: %s", offset, reason),
	}
}

// doings are the words for writes in messages.
var doings = map[string]string{"insert": "create", "update": "update", "upsert": "create or update", "delete": "remove"}

// operationUnsupported is the error for a write where there is no database, key being the one in the path.
func operationUnsupported(verb, entity string, key Key) *Error {
	by := ""
	if key.Field != "" && !key.IsID() {
		by = fmt.Sprintf(" by '%s'", key.Field)
	}
	return &Error{
		Code: CodeOperationUnsupported, Name: "operation unsupported",
		Message: fmt.Sprintf("cannot %s '%s' entities%s when not using a database", doings[verb], entity, by),
	}
}

// InvalidSize is the error for a page size out of bounds or no number.
func InvalidSize(reason string) *Error {
	return &Error{Code: CodeInvalidSize, Name: "invalid size", Message: reason}
}

func invalidUnique(field, reason string) *Error {
	return &Error{Code: CodeInvalidUnique, Name: "invalid unique " + field, Message: reason}
}

// InvalidOption is the error for an option of a call, such as a tags filter or a ttl.
func InvalidOption(option, reason string) *Error {
	return &Error{
		Code: CodeInvalidOptions, Name: "invalid options",
		Message: fmt.Sprintf("invalid option (%s: %s)", option, reason),
		Options: Document{option: reason},
	}
}

// foreignKeysUnresolved is the error for parents that the foreign fields of e do not find by the keys given.
func foreignKeysUnresolved(e *schema.Entity, unresolved map[string][]Key) *Error {
	fields := Document{}
	var items []string
	for _, name := range slices.Sorted(maps.Keys(unresolved)) {
		reasons := Document{}
		for _, key := range unresolved[name] {
			reasons[key.Field] = fmt.Sprintf("the foreign key cannot be resolved with '%s' for an existing '%s' entity",
				schema.Compact(key.document()), e.Field(name).Reference)
		}
		for _, field := range slices.Sorted(maps.Keys(reasons)) {
			items = append(items, fmt.Sprintf("%s.%s: %s", name, field, reasons[field]))
		}
		fields[name] = reasons
	}
	message := fmt.Sprintf("foreign key unresolved (%s)", items[0])
	if len(items) > 1 {
		message = fmt.Sprintf("%d foreign keys unresolved (%s)", len(items), strings.Join(items, "; "))
	}
	return &Error{Code: CodeForeignKeysUnresolved, Name: "foreign keys unresolved", Message: message, Fields: fields}
}
