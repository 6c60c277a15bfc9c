package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/telemetry"
)

// terminal is where a command was typed: what it may know of its surroundings, and where its words go.
type terminal struct {
	program string // the name it was called by, kongo or kong
	environ []string
	stdout  io.Writer
	stderr  io.Writer

	level slog.Level   // as --v and --vv say
	log   *slog.Logger // bare text at the usual level, see telemetry.NewCommandHandler
}

func newTerminal(path string, environ []string, stdout, stderr io.Writer) *terminal {
	t := &terminal{program: "kongo", environ: environ, stdout: stdout, stderr: stderr}
	if filepath.Base(path) == "kong" {
		t.program = "kong"
	}
	t.setLevel(telemetry.LevelInfo)
	return t
}

func (t *terminal) setLevel(level slog.Level) {
	t.level = level
	t.log = slog.New(telemetry.NewCommandHandler(t.stdout, t.stderr, level))
}

// verbose reports whether more than the usual is asked for.
func (t *terminal) verbose() bool { return t.level < telemetry.LevelInfo }

// exitCode ends a command that has said all there is to say.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// usageError is a command line that cannot be understood.
type usageError struct {
	command *cobra.Command
	message string // empty if help was asked for
}

func (e *usageError) Error() string { return e.message }

// fail prints why a command failed and returns its exit code. Kong 3.9: command line, general.
func (t *terminal) fail(err error) int {
	var code exitCode
	var usage *usageError
	switch {
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &usage):
		if usage.message != "" {
			fmt.Fprintf(t.stderr, "%s\n\n", usage.message)
		}
		fmt.Fprint(t.stderr, t.usage(usage.command))
	case t.verbose():
		fmt.Fprintf(t.stderr, "Error: \n%s\n", explain(err))
	default:
		fmt.Fprintf(t.stderr, "Error: %s\n\n  Run with --v (verbose) or --vv (debug) for more details\n", explain(err))
	}
	return 1
}

// explain adds to a problem of the configuration where it is and what would be accepted. Kong shows the first problem only;
// `check` shows them all.
func explain(err error) string {
	var invalid *conf.InvalidError
	if errors.As(err, &invalid) {
		return explainProblem(invalid.Problems[0])
	}
	return err.Error()
}

func explainProblem(p conf.Problem) string {
	if p.Key == "" && p.Hint == "" { // the message says it all
		return p.Message
	}
	return p.Message + "\n  " + p.Detail()
}
