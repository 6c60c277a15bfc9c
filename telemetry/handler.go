package telemetry

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strconv"
	"time"
)

// timeLayout is how nginx and Kong's commands write the time of a log line.
const timeLayout = "2006/01/02 15:04:05"

// handler writes the lines of a node.
type handler struct {
	output     io.Writer
	level      slog.Leveler
	process    string
	attributes attributes
}

// NewHandler returns a slog.Handler for the error log of a node. Its lines are nginx's, followed by the attributes:
//
//	2026/11/20 14:03:07 [notice] 1234#0: message key=value group.key="a value"
//
// Each record is one line and one Write. The level is asked for every record, so it may change.
func NewHandler(output io.Writer, level slog.Leveler) slog.Handler {
	return &handler{output: output, level: level, process: strconv.Itoa(os.Getpid()) + "#0: "}
}

func (h *handler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level.Level() }

func (h *handler) Handle(_ context.Context, record slog.Record) error {
	line := appendStart(nil, record.Time, LevelName(record.Level))
	line = append(line, h.process...)
	line = appendMessage(line, record.Message)
	line = h.attributes.append(line, record)
	line = append(line, '\n')
	_, err := h.output.Write(line)
	return err
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	next.attributes = h.attributes.with(attrs)
	return &next
}

func (h *handler) WithGroup(name string) slog.Handler {
	next := *h
	next.attributes = h.attributes.in(name)
	return &next
}

// appendStart appends "YYYY/MM/DD HH:MM:SS [level] ". The time is left out if it is zero, as slog wants it.
func appendStart(line []byte, t time.Time, level string) []byte {
	if !t.IsZero() {
		line = t.Local().AppendFormat(line, timeLayout)
		line = append(line, ' ')
	}
	line = append(line, '[')
	line = append(line, level...)
	return append(line, "] "...)
}
