package cassandra

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
)

// explain says in words that help what gocql says in its own about a request at a level of consistency.
func explain(ctx context.Context, level gocql.Consistency, err error) error {
	if err == nil {
		return nil
	}
	var (
		down      *gocql.RequestErrUnavailable
		slowRead  *gocql.RequestErrReadTimeout
		slowWrite *gocql.RequestErrWriteTimeout
		unknown   *gocql.RequestErrCASWriteUnknown
	)
	switch {
	case errors.As(err, &down):
		err = unachieved(down.Consistency, fmt.Sprintf("%d of the %d replicas that it needs are up", down.Alive, down.Required), err)
	// Servers wait for others that have died until they notice.
	case errors.As(err, &slowRead):
		err = tooSlow(slowRead.Consistency, slowRead.Received, slowRead.BlockFor, err)
	case errors.As(err, &slowWrite):
		err = tooSlow(slowWrite.Consistency, slowWrite.Received, slowWrite.BlockFor, err)
	case errors.As(err, &unknown):
		err = tooSlow(unknown.Consistency, unknown.Received, unknown.BlockFor, err)
	case errors.Is(err, gocql.ErrTimeoutNoResponse), errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = unachieved(level, "no answer in time", err)
	case errors.Is(err, gocql.ErrNoConnections):
		err = fmt.Errorf("no node of the cluster can be reached: %w", err)
	}
	if ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		err = fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

// unachieved is the failure of a request because too few replicas take part.
func unachieved(level gocql.Consistency, why string, err error) error {
	name := level.String()
	switch serial := gocql.SerialConsistency(level); serial {
	case gocql.Serial, gocql.LocalSerial:
		name = serial.String()
	}
	return &datastore.UnavailableError{Reason: "cannot achieve consistency level " + name + ": " + why, Err: err}
}

func tooSlow(level gocql.Consistency, received, needed int, err error) error {
	return unachieved(level, fmt.Sprintf("%d of the %d replicas that it needs answered in time", received, needed), err)
}

// passing reports whether a failure is one that goes by: servers were too slow, or one of them has just died. What was to be
// written may have been.
func passing(err error) bool {
	var request gocql.RequestError
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, gocql.ErrNoConnections), errors.Is(err, gocql.ErrSessionClosed), errors.Is(err, gocql.ErrNotFound):
		return false
	case errors.Is(err, errSlow), errors.Is(err, gocql.ErrTimeoutNoResponse):
		return true
	case errors.As(err, &request):
		switch request.Code() {
		case gocql.ErrCodeWriteTimeout, gocql.ErrCodeReadTimeout, gocql.ErrCodeReadFailure, gocql.ErrCodeCASWriteUnknown,
			gocql.ErrCodeOverloaded, gocql.ErrCodeBootstrapping:
			return true
		}
		return false
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, gocql.ErrConnectionClosed) || errors.Is(err, io.EOF)
}

// invalid reports whether the server did not understand a statement or its values.
func invalid(err error) bool {
	var request gocql.RequestError
	if !errors.As(err, &request) {
		return false
	}
	switch request.Code() {
	case gocql.ErrCodeProtocol, gocql.ErrCodeInvalid, gocql.ErrCodeServer:
		return true
	}
	return false
}

// badPagingState reports whether the server did not understand a paging state.
func badPagingState(err error) bool {
	return invalid(err) && strings.Contains(strings.ToLower(err.Error()), "paging state")
}

// unopened reports whether a server has listed a table that it has yet to open, which Cassandra 4.1 does.
func unopened(err error) bool {
	var request gocql.RequestError
	return errors.As(err, &request) && request.Code() == gocql.ErrCodeServer && strings.Contains(err.Error(), "Unknown CF")
}

// alreadyThere reports whether a statement would have made what is there: a column, an index, a table.
func alreadyThere(err error) bool {
	var exists *gocql.RequestErrAlreadyExists
	if errors.As(err, &exists) {
		return true
	}
	if err == nil {
		return false
	}
	text := strings.ToLower(err.Error())
	return strings.Contains(text, "already exists") || strings.Contains(text, "conflicts with an existing column")
}

// failed names what could not be done.
func (s *Store) failed(verb string, t *table, err error) error {
	return fmt.Errorf("cassandra: %s %s: %w", verb, t.name, err)
}
