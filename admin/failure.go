package admin

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/kongo-gateway/kongo/admin/body"
	"github.com/kongo-gateway/kongo/datastore"
)

// refusal is an error that clients see as a sentence.
type refusal struct {
	status  int
	message string
}

func (r *refusal) Error() string { return r.message }

func badRequest(message string) *refusal { return &refusal{http.StatusBadRequest, message} }

func missing(message string) *refusal { return &refusal{http.StatusNotFound, message} }

// The refusals with fixed texts.
//
// Kong 3.9: Admin API, plain messages.
var (
	errNotFound         = &refusal{http.StatusNotFound, "Not found"}
	errMethodNotAllowed = &refusal{http.StatusMethodNotAllowed, "Method not allowed"}
	errTooLarge         = &refusal{http.StatusRequestEntityTooLarge, "Payload too large"}
	errUnsupportedType  = &refusal{http.StatusUnsupportedMediaType, "Unsupported media type"}
	errUnexpected       = &refusal{http.StatusInternalServerError, "An unexpected error occurred"}
)

// statuses are the errors of the datastore that are shown, by code. All others are hidden behind errUnexpected, unless the
// store says what clients may know.
//
// Kong 3.9: Admin API, error codes.
var statuses = map[datastore.Code]int{
	datastore.CodeInvalidPrimaryKey:     http.StatusBadRequest,
	datastore.CodeSchemaViolation:       http.StatusBadRequest,
	datastore.CodePrimaryKeyViolation:   http.StatusBadRequest,
	datastore.CodeForeignKeyViolation:   http.StatusBadRequest,
	datastore.CodeUniqueViolation:       http.StatusConflict,
	datastore.CodeNotFound:              http.StatusNotFound,
	datastore.CodeInvalidOffset:         http.StatusBadRequest,
	datastore.CodeInvalidSize:           http.StatusBadRequest,
	datastore.CodeInvalidUnique:         http.StatusBadRequest,
	datastore.CodeInvalidOptions:        http.StatusBadRequest,
	datastore.CodeOperationUnsupported:  http.StatusMethodNotAllowed,
	datastore.CodeForeignKeysUnresolved: http.StatusBadRequest,
	datastore.CodeDeclarativeConfig:     http.StatusBadRequest,
	datastore.CodeInvalidForeignKey:     http.StatusBadRequest,
	datastore.CodeReferencedByOthers:    http.StatusBadRequest,
}

// failure is the answer to a request that could not be done.
func (s *server) failure(r *request, err error) answer {
	var (
		known     *datastore.Error
		malformed *body.Error
		refused   *refusal
		away      *datastore.UnavailableError
		answering interface{ answer() answer }
	)
	switch {
	case errors.As(err, &answering):
		return answering.answer()
	case errors.As(err, &known) && statuses[known.Code] != 0:
		return answer{status: statuses[known.Code], body: errorBody(known, r.input.List)}
	case errors.As(err, &malformed):
		refused = badRequest(malformed.Error())
	case errors.As(err, &refused):
	default:
		refused = errUnexpected
		if errors.As(err, &away) {
			refused = &refusal{http.StatusInternalServerError, away.Reason}
		}
		level := slog.LevelError
		if errors.Is(err, context.Canceled) {
			level = slog.LevelInfo // the client has hung up
		}
		s.Log.Log(r.Context(), level, "a request to the Admin API failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	return answer{status: refused.status, body: message{refused.message}}
}

// errorBody is the error object. A list as the body of a request has positions for names, of which a list is made again.
func errorBody(e *datastore.Error, list bool) map[string]any {
	b := map[string]any{"code": e.Code, "name": e.Name, "message": e.Message}
	if e.Fields != nil {
		b["fields"] = e.Fields
		if items, ok := positions(e.Fields); ok && list {
			b["fields"] = items
		}
	}
	if e.Options != nil {
		b["options"] = e.Options
	}
	return b
}

// positions returns the members as a list if their names are the numbers from 1 on.
func positions(members map[string]any) ([]any, bool) {
	list := make([]any, len(members))
	for i := range list {
		v, ok := members[strconv.Itoa(i+1)]
		if !ok {
			return nil, false
		}
		list[i] = v
	}
	return list, true
}
