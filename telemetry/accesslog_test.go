package telemetry_test

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/telemetry"
	"golang.org/x/sys/unix"
)

// entry is a usual entry for a URI.
func entry(uri string) *telemetry.Entry {
	return &telemetry.Entry{
		RemoteAddr: netip.MustParseAddr("192.0.2.1"),
		Time:       time.Date(2026, 11, 20, 14, 3, 7, 0, time.Local),
		Method:     []byte("GET"),
		URI:        []byte(uri),
		Protocol:   []byte("HTTP/1.1"),
		Status:     200,
		BodyBytes:  1234,
		UserAgent:  []byte("curl/8.5.0"),
		RequestID:  []byte("3c2d7e5f1a8b4c6d9e0f1a2b3c4d5e6f"),
	}
}

// openAccessLog returns an access log and its path.
func openAccessLog(t testing.TB, files *telemetry.Files, format string) (*telemetry.AccessLog, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "access.log")
	access, err := files.OpenAccessLog(telemetry.Target{Path: path, Format: format}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return access, path
}

// logged returns what is in an access log after some entries.
func logged(t testing.TB, format string, entries ...*telemetry.Entry) string {
	t.Helper()
	files := newFiles(t)
	access, path := openAccessLog(t, files, format)
	for _, e := range entries {
		access.Append(e)
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	return read(t, path)
}

func TestAccessLogLine(t *testing.T) {
	zone := time.Date(2026, 11, 20, 14, 3, 7, 0, time.Local).Format("-0700")
	full := entry("/demo?a=1")
	full.RemoteUser, full.Referer = []byte("alice"), []byte("https://example.com/")
	hostile := entry("/a\"b\\c\n\x7f\xc3\xa9")
	hostile.RemoteUser, hostile.UserAgent = []byte("x\r\ny"), []byte("\x1b[31m")
	v6 := entry("/")
	v6.RemoteAddr = netip.MustParseAddr("2001:db8::1")
	tests := []struct {
		name   string
		format string
		entry  *telemetry.Entry
		want   string
	}{
		{"usual", "", entry("/"), `192.0.2.1 - - [20/Nov/2026:14:03:07 ` + zone + `] "GET / HTTP/1.1" 200 1234 "-" "curl/8.5.0" ` +
			`kong_request_id: "3c2d7e5f1a8b4c6d9e0f1a2b3c4d5e6f"`},
		{"all fields", "kong_log_format", full, `192.0.2.1 - alice [20/Nov/2026:14:03:07 ` + zone + `] "GET /demo?a=1 HTTP/1.1" 200 1234 ` +
			`"https://example.com/" "curl/8.5.0" kong_request_id: "3c2d7e5f1a8b4c6d9e0f1a2b3c4d5e6f"`},
		{"combined", "combined", entry("/"), `192.0.2.1 - - [20/Nov/2026:14:03:07 ` + zone + `] "GET / HTTP/1.1" 200 1234 "-" "curl/8.5.0"`},
		{"IPv6", "combined", v6, `2001:db8::1 - - [20/Nov/2026:14:03:07 ` + zone + `] "GET / HTTP/1.1" 200 1234 "-" "curl/8.5.0"`},
		{"hostile", "combined", hostile, `192.0.2.1 - x\x0D\x0Ay [20/Nov/2026:14:03:07 ` + zone + `] ` +
			`"GET /a\x22b\x5Cc\x0A\x7F\xC3\xA9 HTTP/1.1" 200 1234 "-" "\x1B[31m"`},
		{"nothing but a time", "", &telemetry.Entry{Time: full.Time, Status: 400}, `- - - [20/Nov/2026:14:03:07 ` + zone + `] ` +
			`"-" 400 0 "-" "-" kong_request_id: "-"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := logged(t, test.format, test.entry); got != test.want+"\n" {
				t.Errorf("line is\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestAccessLogTimeChanges(t *testing.T) {
	early, late := entry("/"), entry("/")
	late.Time = early.Time.Add(time.Second)
	got := logged(t, "", early, late, early)
	for i, second := range []string{":07 ", ":08 ", ":07 "} {
		if line := strings.Split(got, "\n")[i]; !strings.Contains(line, "20/Nov/2026:14:03"+second) {
			t.Errorf("line %d is %q", i, line)
		}
	}
}

func TestAccessLogWritesByItself(t *testing.T) {
	access, path := openAccessLog(t, newFiles(t), "")
	for _, uri := range []string{"/first", "/second"} {
		access.Append(entry(uri))
		eventually(t, uri+" is in the file", func() bool { return strings.Contains(read(t, path), uri) })
	}
}

func TestAccessLogKeepsEveryLine(t *testing.T) {
	const writers, lines = 8, 2000 // several times the buffer
	files := newFiles(t)
	access, path := openAccessLog(t, files, "combined")
	var all sync.WaitGroup
	for writer := range writers {
		all.Go(func() {
			for i := range lines {
				access.Append(entry(fmt.Sprintf("/%d/%d", writer, i)))
			}
		})
	}
	all.Wait()
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	next := make([]int, writers)
	for line := range strings.Lines(read(t, path)) {
		var writer, i int
		request := strings.Split(line, `"`)[1]
		if _, err := fmt.Sscanf(request, "GET /%d/%d HTTP/1.1", &writer, &i); err != nil {
			t.Fatalf("torn line %q", line)
		}
		if i != next[writer] {
			t.Fatalf("line %d of writer %d comes where %d should", i, writer, next[writer])
		}
		next[writer]++
	}
	for writer, n := range next {
		if n != lines {
			t.Errorf("%d lines of writer %d, want %d", n, writer, lines)
		}
	}
}

func TestAccessLogLongLine(t *testing.T) {
	long := "/" + strings.Repeat("x", 200<<10) // longer than the buffer
	got := logged(t, "", entry("/before"), entry(long), entry("/after"))
	lines := strings.Split(got, "\n")
	if len(lines) != 4 || !strings.Contains(lines[0], "/before") || !strings.Contains(lines[1], long) || !strings.Contains(lines[2], "/after") {
		t.Errorf("%d lines", len(lines))
	}
}

// A pipe that nobody reads is a disk that takes nothing.
func TestAccessLogDoesNotWaitForTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if _, err := unix.FcntlInt(pipe.Fd(), unix.F_SETPIPE_SZ, 4096); err != nil {
		t.Fatal(err)
	}
	files := newFiles(t)
	access, err := files.OpenAccessLog(telemetry.Target{Path: path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const lines = 700 // 110 KB: more than one buffer, less than two
	for i := range lines {
		access.Append(entry(fmt.Sprintf("/%d", i)))
	}

	// One that does wait goes on when the disk does.
	waiting := make(chan struct{})
	go func() {
		defer close(waiting)
		for i := range lines {
			access.Append(entry(fmt.Sprintf("/%d", lines+i)))
		}
	}()
	reader := bufio.NewReader(pipe)
	for i := range 2 * lines {
		line, err := reader.ReadString('\n')
		if err != nil || !strings.Contains(line, fmt.Sprintf(`"GET /%d HTTP/1.1"`, i)) {
			t.Fatalf("line %d is %q (%v)", i, line, err)
		}
	}
	<-waiting
}

func TestAccessLogReportsLostLines(t *testing.T) {
	var reports bytes.Buffer
	files := newFiles(t)
	access, err := files.OpenAccessLog(telemetry.Target{Path: "/dev/full"}, slog.New(telemetry.NewHandler(&reports, telemetry.LevelInfo)))
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 { // several buffers
		access.Append(entry("/"))
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	if got := reports.String(); strings.Count(got, "[error]") != 1 || !strings.Contains(got, "no space left on device") {
		t.Errorf("reports are %q, want one", got)
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	access, _ := openAccessLog(t, newFiles(t), "")
	e := entry("/demo/get?a=1&b=2")
	e.URI = append(e.URI, '"')
	access.Append(e)
	if n := testing.AllocsPerRun(1000, func() { access.Append(e) }); n != 0 {
		t.Errorf("%v allocations per line", n)
	}
}

func BenchmarkAppend(b *testing.B) {
	files := newFiles(b)
	access, err := files.OpenAccessLog(telemetry.Target{Path: os.DevNull}, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		e := entry("/demo/get?a=1&b=2")
		for pb.Next() {
			access.Append(e)
		}
	})
}
