package admin

import (
	"net/http"
	"net/url"

	"github.com/kongo-gateway/kongo/admin/body"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// request is a request to an endpoint.
type request struct {
	*http.Request
	params map[string]string
	query  body.Arguments
	// text is the body as it came, input what it says.
	text  []byte
	input body.Body
}

// release lets go of the body, for a handler that takes longer than others and has read it.
func (r *request) release() { r.text, r.input = nil, body.Body{} }

// param is a parameter in the path, decoded once.
func (r *request) param(name string) string {
	raw := r.params[name]
	if decoded, err := url.PathUnescape(raw); err == nil {
		return decoded
	}
	return raw
}

// merged is the query with the body laid over it, for the endpoints that take arguments from either.
func (r *request) merged() (datastore.Document, error) {
	doc, err := r.query.Document()
	if err != nil {
		return nil, err
	}
	for name, v := range r.input.Document {
		doc[name] = v
	}
	return doc, nil
}

// document is the body as a document of an entity. It belongs to the caller.
func (r *request) document(e *schema.Entity) datastore.Document {
	if r.input.Form {
		return e.Coerce(r.input.Document)
	}
	return r.input.Document
}
