package declarative

import (
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Error says what is wrong with a document.
type Error struct {
	// Fields mirrors the document: a message for a member that is wrong as a whole, a list with nil holes for the elements of
	// an array, a tree for an entry. What can't be read at all has one member, "error".
	Fields map[string]any

	document *document // nil if it could not be read
}

func newError(fields map[string]any) *Error { return &Error{Fields: fields} }

func newDocumentError(fields map[string]any, d *document) *Error {
	return &Error{Fields: fields, document: d}
}

func unparsable(err error) *Error {
	return newError(map[string]any{"error": "failed parsing declarative configuration: " + err.Error()})
}

// Error returns the message that clients of the Admin API get.
func (e *Error) Error() string { return e.Violation().Message }

// Violation is e as the Admin API answers it.
func (e *Error) Violation() *datastore.Error {
	return &datastore.Error{
		Code: datastore.CodeDeclarativeConfig, Name: "invalid declarative configuration",
		Message: "declarative config is invalid: " + schema.Compact(e.Fields), Fields: e.Fields,
	}
}

// validateHead returns what is wrong with the members of a document beside its arrays.
func (p *Parser) validateHead(doc map[string]any) schema.Errors {
	members := map[string]any{}
	for i := range head.Fields {
		if v, ok := doc[head.Fields[i].Name]; ok {
			members[head.Fields[i].Name] = v
		}
	}
	prepared, failures := head.Prepare(members, schema.Insert, time.Time{})
	if failures == nil {
		failures = head.Validate(prepared, schema.ValidateOptions{})
	}
	if failures == nil {
		failures = schema.Errors{}
	}
	for name := range doc {
		if head.Field(name) == nil && p.byName[name] == nil {
			failures[name] = "unknown field"
		}
	}
	return failures
}

// errors puts together what is wrong with a document, where of says what is wrong with an entry, apart from those inside
// it. It is empty if nothing is.
func (d *document) errors(of func(*entry) schema.Errors) map[string]any {
	tree := map[string]any{}
	for name, failure := range d.failures {
		tree[name] = failure
	}
	for name, a := range d.top {
		if failures := a.errors(of); failures != nil {
			tree[name] = failures
		}
	}
	return tree
}

// errors are those of an array, nil if there are none.
func (a *entries) errors(of func(*entry) schema.Errors) any {
	if a.failure != nil {
		return a.failure
	}
	var list []any
	for i, e := range a.list {
		var failure any
		switch {
		case e != nil:
			failure = e.errors(of)
		case a.missing[i]:
			failure = "required field missing"
		default:
			failure = "expected a record"
		}
		if failure != nil {
			list = append(list, make([]any, i+1-len(list))...)
			list[i] = failure
		}
	}
	if list == nil {
		return nil
	}
	return list
}

// errors are those of an entry and of the entries inside it, nil if there are none.
func (e *entry) errors(of func(*entry) schema.Errors) any {
	failures := map[string]any{}
	for name, failure := range of(e) {
		failures[name] = failure
	}
	for _, a := range e.inner {
		if inner := a.errors(of); inner != nil {
			failures[a.kind.entity.Name] = inner
		}
	}
	if len(failures) == 0 {
		return nil
	}
	return failures
}
