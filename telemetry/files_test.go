package telemetry_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/telemetry"
)

func TestParseTarget(t *testing.T) {
	tests := []struct {
		setting  string
		want     telemetry.Target
		warnings int
	}{
		{"off", telemetry.Target{}, 0},
		{"", telemetry.Target{}, 0},
		{"logs/access.log", telemetry.Target{Path: "/prefix/logs/access.log"}, 0},
		{"/var/log/kong/access.log", telemetry.Target{Path: "/var/log/kong/access.log"}, 0},
		{"logs/access.log basic", telemetry.Target{Path: "/prefix/logs/access.log", Format: "basic"}, 0},
		{"logs/access.log combined buffer=32k", telemetry.Target{Path: "/prefix/logs/access.log", Format: "combined"}, 0},
		{"logs/access.log buffer=32k", telemetry.Target{Path: "/prefix/logs/access.log"}, 0},
		{"logs/access.log mine", telemetry.Target{Path: "/prefix/logs/access.log", Format: "mine"}, 1},
		{"/dev/stdout", telemetry.Target{Path: "/dev/stdout"}, 0},
		{"/dev/stderr", telemetry.Target{Path: "/dev/stderr"}, 0},
		{"stderr", telemetry.Target{Path: "/dev/stderr"}, 0},
		{"syslog:server=unix:/dev/log,tag=kong", telemetry.Target{Path: "/dev/stderr"}, 1},
		{"syslog:server=10.0.0.1 mine", telemetry.Target{Path: "/dev/stderr", Format: "mine"}, 2},
	}
	for _, test := range tests {
		t.Run(test.setting, func(t *testing.T) {
			got, warnings := telemetry.ParseTarget(test.setting, "/prefix")
			if got != test.want || len(warnings) != test.warnings {
				t.Errorf("%+v and warnings %q, want %+v and %d", got, warnings, test.want, test.warnings)
			}
		})
	}
}

func write(t testing.TB, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
}

func TestFilesAppend(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "error.log"), []byte("before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	files := newFiles(t)
	first, err := files.Open(in(dir, "error.log"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := files.Open(in(dir, "error.log"))
	if err != nil {
		t.Fatal(err)
	}
	if first != second {
		t.Error("a file is open twice")
	}
	write(t, first, "one\n")
	write(t, second, "two\n")
	if got := read(t, filepath.Join(dir, "error.log")); got != "before\none\ntwo\n" {
		t.Errorf("file is %q", got)
	}
}

func TestFilesOff(t *testing.T) {
	files := newFiles(t)
	output, err := files.Open(telemetry.Target{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, output, "nowhere\n")
	access, err := files.OpenAccessLog(telemetry.Target{}, nil)
	if access != nil || err != nil {
		t.Fatalf("%v, %v", access, err)
	}
	access.Append(&telemetry.Entry{})
}

func TestFilesCannotBeOpened(t *testing.T) {
	files := newFiles(t)
	missing := telemetry.Target{Path: filepath.Join(t.TempDir(), "missing", "error.log")}
	if _, err := files.Open(missing); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), missing.Path) {
		t.Errorf("error is %v", err)
	}
	if _, err := files.OpenAccessLog(missing, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error is %v", err)
	}
}

func TestFilesReopen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "error.log")
	files := newFiles(t)
	output, err := files.Open(in(dir, "error.log"))
	if err != nil {
		t.Fatal(err)
	}
	access, err := files.OpenAccessLog(in(dir, "access.log"), nil)
	if err != nil {
		t.Fatal(err)
	}
	write(t, output, "one\n")
	access.Append(entry("/one"))
	for _, name := range []string{"error.log", "access.log"} {
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, name+".1")); err != nil {
			t.Fatal(err)
		}
	}
	write(t, output, "two\n")
	if err := files.Reopen(); err != nil {
		t.Fatal(err)
	}
	write(t, output, "three\n")
	access.Append(entry("/three"))
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path+".1"); got != "one\ntwo\n" {
		t.Errorf("the old file is %q", got)
	}
	if got := read(t, path); got != "three\n" {
		t.Errorf("the new file is %q", got)
	}
	if got := read(t, filepath.Join(dir, "access.log.1")); !strings.Contains(got, "/one") {
		t.Errorf("the old access log is %q", got)
	}
	if got := read(t, filepath.Join(dir, "access.log")); !strings.Contains(got, "/three") || strings.Contains(got, "/one") {
		t.Errorf("the new access log is %q", got)
	}
}

func TestFilesThatCannotBeReopenedStay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	moved := dir + ".old"
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	files := newFiles(t)
	output, err := files.Open(in(dir, "error.log"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if err := files.Reopen(); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), dir) {
		t.Errorf("error is %v", err)
	}
	write(t, output, "still here\n")
	if got := read(t, filepath.Join(moved, "error.log")); got != "still here\n" {
		t.Errorf("file is %q", got)
	}
}

func TestStreamsOfTheProcessOutliveFiles(t *testing.T) {
	files := newFiles(t)
	for _, path := range []string{"/dev/stdout", "/dev/stderr"} {
		output, err := files.Open(telemetry.Target{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		if err := files.Reopen(); err != nil {
			t.Fatal(err)
		}
		write(t, output, "")
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	for _, stream := range []*os.File{os.Stdout, os.Stderr} {
		if _, err := stream.Stat(); err != nil {
			t.Error(err)
		}
	}
}

func TestFilesClosed(t *testing.T) {
	dir := t.TempDir()
	files := newFiles(t)
	access, err := files.OpenAccessLog(in(dir, "access.log"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := files.Close(); err != nil {
			t.Fatal(err)
		}
	}
	access.Append(entry("/late"))
	if got := read(t, filepath.Join(dir, "access.log")); got != "" {
		t.Errorf("access log is %q", got)
	}
	if err := files.Reopen(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Reopen: %v", err)
	}
	if _, err := files.Open(in(dir, "error.log")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Open: %v", err)
	}
}
