package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// message is an error as Kong's commands show it: what failed, and the reason in the words of the server or the network
// rather than of the driver. The whole story is in its chain.
//
// Kong 3.9: commands, database unreachable.
func message(what string, err error) error {
	return &messageError{text: fmt.Sprintf("[PostgreSQL error] %s: %s", what, reason(err)), err: err}
}

// messageError is an error with a text of its own.
type messageError struct {
	text string
	err  error
}

func (e *messageError) Error() string { return e.text }
func (e *messageError) Unwrap() error { return e.err }

func reason(err error) string {
	var server *pgconn.PgError
	var unresolved *net.DNSError
	var number syscall.Errno
	switch {
	case errors.As(err, &server):
		return server.Severity + ": " + server.Message
	case errors.As(err, &unresolved):
		return unresolved.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), pgconn.Timeout(err):
		return "timeout"
	case errors.As(err, &number):
		return number.Error()
	}
	return err.Error()
}
