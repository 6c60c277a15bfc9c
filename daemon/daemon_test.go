package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/daemon"
)

// TestMain is also the program that is put in the background: its arguments say what it does there.
func TestMain(m *testing.M) {
	if launcher, ok := daemon.Launched(); ok {
		os.Exit(background(launcher, os.Args[1], os.Args[2]))
	}
	goleak.VerifyTestMain(m)
}

func background(launcher *daemon.Launcher, how, file string) int {
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, syscall.SIGTERM)
	session, _ := unix.Getsid(0)
	words := fmt.Sprintf("pid %d session %d name %s variable %q", os.Getpid(), session, os.Args[0], os.Getenv("KONGO_LAUNCHER"))
	if err := os.WriteFile(file, []byte(words), 0o600); err != nil {
		return 2
	}
	switch how {
	case "serve":
		_ = launcher.Ready("a note")
		<-stopped
	case "fail":
		_ = launcher.Fail(errors.New("no such thing\nin two lines\n"))
		<-stopped
	case "die":
		return 7
	case "hang":
		<-stopped
	case "crash":
		if err := daemon.RedirectStderr(file); err != nil {
			return 2
		}
		panic("crashed on purpose")
	}
	return 0
}

func start(ctx context.Context, t *testing.T, how string) (file string, err error) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "words")
	note, err := daemon.Start(ctx, daemon.Options{Args: []string{"a-name", how, file}, Env: os.Environ()})
	if want := map[bool]string{true: "a note"}[err == nil]; note != want {
		t.Errorf("the note is %q, want %q", note, want)
	}
	return file, err
}

func pidIn(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestReady(t *testing.T) {
	file, err := start(t.Context(), t, "serve")
	if err != nil {
		t.Fatal(err)
	}
	pid := pidIn(t, file)
	text, _ := os.ReadFile(file)
	if want := fmt.Sprintf("pid %d session %d name a-name variable \"\"", pid, pid); string(text) != want {
		t.Errorf("in the background: %s, want %s", text, want)
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("it does not live on: %v", err)
	}
	if _, err := process.Wait(); err != nil {
		t.Error(err)
	}
}

func TestFailure(t *testing.T) {
	for how, want := range map[string]string{
		"fail": "no such thing\nin two lines",
		"die":  "the process in the background ended before it was up (exit status 7); its error log may say why",
	} {
		t.Run(how, func(t *testing.T) {
			file, err := start(t.Context(), t, how)
			if err == nil || err.Error() != want {
				t.Errorf("error is %v, want %s", err, want)
			}
			if err := syscall.Kill(pidIn(t, file), 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("the process is still there: %v", err)
			}
		})
	}
}

func TestInterruptedStart(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	file, err := start(ctx, t, "hang")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
	if _, err := os.Stat(file); err == nil && !errors.Is(syscall.Kill(pidIn(t, file), 0), syscall.ESRCH) {
		t.Error("the process is still there")
	}
}

func TestCrashIsLogged(t *testing.T) {
	file, err := start(t.Context(), t, "crash")
	if err == nil || !strings.Contains(err.Error(), "exit status 2") {
		t.Errorf("error is %v", err)
	}
	log, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if text, err := io.ReadAll(log); err != nil || !strings.Contains(string(text), "panic: crashed on purpose") {
		t.Errorf("standard error holds %q (%v)", text, err)
	}
}

func TestNotLaunched(t *testing.T) {
	if _, ok := daemon.Launched(); ok {
		t.Error("this process was not put in the background")
	}
}
