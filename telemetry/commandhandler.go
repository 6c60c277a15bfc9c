package telemetry

import (
	"context"
	"io"
	"log/slog"
)

// LevelVerbose is the level of what commands print with --v, but not without.
const LevelVerbose = slog.Level(-2)

// commandHandler writes the lines of a command.
type commandHandler struct {
	output, errors io.Writer
	level          slog.Level
	attributes     attributes
}

// NewCommandHandler returns a slog.Handler for a command whose level is LevelInfo, LevelVerbose (--v) or LevelDebug (--vv).
// Warnings and errors go to errors as `YYYY/MM/DD HH:MM:SS [level] text`. The rest goes to output, in the same form at the
// lower levels and as bare text at LevelInfo. Messages may have several lines. Kong 3.9: command line, log lines.
func NewCommandHandler(output, errors io.Writer, level slog.Level) slog.Handler {
	return &commandHandler{output: output, errors: errors, level: level}
}

func (h *commandHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

func (h *commandHandler) Handle(_ context.Context, record slog.Record) error {
	var line []byte
	if record.Level >= LevelWarn || h.level < LevelInfo {
		line = appendStart(line, record.Time, commandLevelName(record.Level))
	}
	line = append(line, record.Message...)
	line = h.attributes.append(line, record)
	line = append(line, '\n')
	output := h.output
	if record.Level >= LevelWarn {
		output = h.errors
	}
	_, err := output.Write(line)
	return err
}

func (h *commandHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	next.attributes = h.attributes.with(attrs)
	return &next
}

func (h *commandHandler) WithGroup(name string) slog.Handler {
	next := *h
	next.attributes = h.attributes.in(name)
	return &next
}

func commandLevelName(level slog.Level) string {
	switch {
	case level >= LevelError:
		return "error"
	case level >= LevelWarn:
		return "warn"
	case level >= LevelInfo:
		return "info"
	case level >= LevelVerbose:
		return "verbose"
	default:
		return "debug"
	}
}
