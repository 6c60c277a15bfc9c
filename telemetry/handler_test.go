package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/kongo-gateway/kongo/telemetry"
)

func TestHandlerLine(t *testing.T) {
	var out bytes.Buffer
	handler := telemetry.NewHandler(&out, telemetry.LevelDebug)
	at := time.Date(2026, 11, 20, 14, 3, 7, 999, time.Local)
	record := slog.NewRecord(at, telemetry.LevelNotice, "node started", 0)
	record.Add("address", netip.MustParseAddrPort("127.0.0.1:8000"), "took", 1500*time.Millisecond)
	if err := handler.Handle(context.Background(), record); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("2026/11/20 14:03:07 [notice] %d#0: node started address=127.0.0.1:8000 took=1.5s\n", os.Getpid())
	if out.String() != want {
		t.Errorf("line is %q, want %q", &out, want)
	}
}

func TestHandlerAttributes(t *testing.T) {
	tests := []struct {
		name string
		log  func(*slog.Logger)
		want string
	}{
		{"none", func(l *slog.Logger) { l.Info("m") }, "m"},
		{"numbers", func(l *slog.Logger) { l.Info("m", "i", -1, "f", 0.5, "b", true) }, "m i=-1 f=0.5 b=true"},
		{"text in quotes", func(l *slog.Logger) { l.Info("m", "a", "b c", "d", "", "e", `"`, "f", "x=y") }, `m a="b c" d="" e="\"" f="x=y"`},
		{"key in quotes", func(l *slog.Logger) { l.Info("m", "a b", 1) }, `m "a b"=1`},
		{"error", func(l *slog.Logger) { l.Info("m", "error", errors.New("one\ntwo")) }, `m error="one\ntwo"`},
		{"nothing", func(l *slog.Logger) { l.Info("m", "a", nil) }, `m a=<nil>`},
		{"time", func(l *slog.Logger) { l.Info("m", "at", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) }, "m at=2026-01-02T03:04:05Z"},
		{"of the logger", func(l *slog.Logger) { l.With("a", 1).With("b", 2).Info("m", "c", 3) }, "m a=1 b=2 c=3"},
		{"groups", func(l *slog.Logger) { l.With("a", 1).WithGroup("g").With("b", 2).WithGroup("h").Info("m", "c", 3) }, "m a=1 g.b=2 g.h.c=3"},
		{"nameless group", func(l *slog.Logger) { slog.New(l.Handler().WithGroup("")).Info("m", "a", 1) }, "m a=1"},
		{"group as a value", func(l *slog.Logger) { l.Info("m", slog.Group("g", "a", 1, slog.Group("h", "b", 2))) }, "m g.a=1 g.h.b=2"},
		{"message of several lines", func(l *slog.Logger) { l.Info("one\ntwo\x1b[31m\ttab é") }, `one\ntwo\x1b[31m\ttab é`},
		{"text that is no UTF-8", func(l *slog.Logger) { l.Info("m", "a", "\xff") }, `m a="\xff"`},
	}
	start := regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[info\] \d+#0: `)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			test.log(slog.New(telemetry.NewHandler(&out, telemetry.LevelDebug)))
			if got := start.ReplaceAllString(out.String(), ""); got != test.want+"\n" {
				t.Errorf("line is %q, want %q", got, test.want+"\n")
			}
		})
	}
}

func TestHandlerAsksForTheLevel(t *testing.T) {
	var out bytes.Buffer
	threshold := telemetry.NewThreshold(telemetry.LevelNotice)
	log := slog.New(telemetry.NewHandler(&out, threshold))
	all := func() {
		for _, name := range []string{"debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"} {
			level, _ := telemetry.ParseLevel(name)
			log.Log(context.Background(), level, "m")
		}
	}
	logged := func() (names []string) {
		for _, match := range regexp.MustCompile(`\[(\w+)\]`).FindAllStringSubmatch(out.String(), -1) {
			names = append(names, match[1])
		}
		out.Reset()
		return names
	}
	all()
	if got := strings.Join(logged(), " "); got != "notice warn error crit alert emerg" {
		t.Errorf("at notice: %s", got)
	}
	threshold.Set(telemetry.LevelAlert, 0)
	all()
	if got := strings.Join(logged(), " "); got != "alert emerg" {
		t.Errorf("at alert: %s", got)
	}
}

// parseLine reads a line back into the form that slogtest wants. Its values have no blanks.
func parseLine(line string) map[string]any {
	record := map[string]any{}
	if match := regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d `).FindString(line); match != "" {
		record[slog.TimeKey] = match
		line = line[len(match):]
	}
	fields := strings.Fields(line)
	record[slog.LevelKey] = strings.Trim(fields[0], "[]")
	record[slog.MessageKey] = fields[2]
	for _, field := range fields[3:] {
		path, value, _ := strings.Cut(field, "=")
		at := record
		keys := strings.Split(path, ".")
		for _, key := range keys[:len(keys)-1] {
			if at[key] == nil {
				at[key] = map[string]any{}
			}
			at = at[key].(map[string]any)
		}
		at[keys[len(keys)-1]] = value
	}
	return record
}

func TestHandlerKeepsTheRulesOfSlog(t *testing.T) {
	var out bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		out.Reset()
		return telemetry.NewHandler(&out, telemetry.LevelDebug)
	}, func(*testing.T) map[string]any { return parseLine(out.String()) })
}

func TestHandlerWritesWholeLines(t *testing.T) {
	dir := t.TempDir()
	output, err := newFiles(t).Open(in(dir, "error.log"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(telemetry.NewHandler(output, telemetry.LevelDebug))
	long := strings.Repeat("x", 5000)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				log.Info(long)
			}
		})
	}
	all.Wait()
	text := strings.TrimSuffix(read(t, dir+"/error.log"), "\n")
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasSuffix(line, "#0: "+long) {
			t.Fatalf("torn line %q", line)
		}
	}
	if got := strings.Count(text, "\n") + 1; got != 800 {
		t.Errorf("%d lines, want 800", got)
	}
}

func TestCommandHandler(t *testing.T) {
	stamp := regexp.MustCompile(`(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d `)
	tests := []struct {
		name        string
		level       slog.Level
		out, errors string
	}{
		{"normal", telemetry.LevelInfo, "Kong started\n", "<time> [warn] careful\n<time> [error] bad path=/x\n"},
		{"verbose", telemetry.LevelVerbose, "<time> [verbose] reading\n<time> [info] Kong started\n",
			"<time> [warn] careful\n<time> [error] bad path=/x\n"},
		{"debug", telemetry.LevelDebug, "<time> [debug] key = value\n<time> [verbose] reading\n<time> [info] Kong started\n",
			"<time> [warn] careful\n<time> [error] bad path=/x\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out, failures bytes.Buffer
			log := slog.New(telemetry.NewCommandHandler(&out, &failures, test.level))
			log.Debug("key = value")
			log.Log(context.Background(), telemetry.LevelVerbose, "reading")
			log.Info("Kong started")
			log.Warn("careful")
			log.With("path", "/x").Error("bad")
			if got := stamp.ReplaceAllString(out.String(), "<time> "); got != test.out {
				t.Errorf("output is %q, want %q", got, test.out)
			}
			if got := stamp.ReplaceAllString(failures.String(), "<time> "); got != test.errors {
				t.Errorf("errors are %q, want %q", got, test.errors)
			}
		})
	}
}

func TestCommandHandlerPrintsSeveralLinesAsTheyAre(t *testing.T) {
	var out bytes.Buffer
	slog.New(telemetry.NewCommandHandler(&out, &out, telemetry.LevelInfo)).WithGroup("g").Info("one\n\n  two", "a", 1)
	if out.String() != "one\n\n  two g.a=1\n" {
		t.Errorf("output is %q", &out)
	}
}
