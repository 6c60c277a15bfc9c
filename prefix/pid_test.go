package prefix_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/prefix"
)

// expectNone checks that no node is found.
func expectNone(t *testing.T, d prefix.Dir) {
	t.Helper()
	_, err := d.Running()
	if !errors.Is(err, prefix.ErrNotRunning) {
		t.Fatalf("error is %v, want ErrNotRunning", err)
	}
	if want := "nginx not running in prefix: " + string(d); err.Error() != want {
		t.Errorf("error is %q, want %q", err, want)
	}
}

func TestNodeIsFoundAndSignalled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "a prefix that is no directory holds no node")
	expectNone(t, prefix.Dir(file))
	d := prepared(t)
	expectNone(t, d)
	node := start(t, "kongo", "node", d)
	if got, want := read(t, d.Path("pids/nginx.pid")), fmt.Sprintln(node.Process.Pid); got != want {
		t.Errorf("the pid file says %q, want %q", got, want)
	}
	process, err := d.Running()
	if err != nil {
		t.Fatal(err)
	}
	if process.Pid() != node.Process.Pid || !process.Alive() {
		t.Errorf("found %d, want %d", process.Pid(), node.Process.Pid)
	}
	for _, step := range []struct {
		signal func() error
		want   string
	}{
		{process.Reload, "hangup"}, {process.Quit, "quit"}, {process.Stop, "terminated"},
	} {
		if err := step.signal(); err != nil {
			t.Fatal(err)
		}
		node.expect(t, step.want)
	}

	// The child is not waited for until it is known to be gone: to its parent it remains, as a process that has ended.
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := process.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	node.end(t)
	if err := process.Stop(); err == nil || err.Error() != "could not send signal" || !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("signal to a process that has ended: %v", err)
	}
	expectNone(t, d)
	if _, err := os.Stat(d.Path("pids/nginx.pid")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the pid file is still there (%v)", err)
	}
}

func TestNodeThatWasKilledIsNotRunning(t *testing.T) {
	d := prepared(t)
	node := start(t, "kongo", "node", d)
	process, err := d.Running()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := process.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	expectNone(t, d) // although the pid file is there, and so is the process for its parent
	if read(t, d.Path("pids/nginx.pid")) == "" {
		t.Error("the pid file is gone")
	}
}

func TestPidOfAnotherProgramIsNoNode(t *testing.T) {
	d := prepared(t)
	stranger := start(t, "kongo", "stranger", d)
	write(t, d.Path("pids/nginx.pid"), fmt.Sprintln(stranger.Process.Pid))
	expectNone(t, d)
	write(t, d.Path("pids/nginx.pid"), fmt.Sprintln(os.Getpid())) // as in a container that starts over
	expectNone(t, d)
}

func TestKongNodeIsRunning(t *testing.T) {
	d := prepared(t)
	nginx := start(t, "nginx", "stranger", d)
	write(t, d.Path("pids/nginx.pid"), strconv.Itoa(nginx.Process.Pid))
	process, err := d.Running()
	if err != nil || process.Pid() != nginx.Process.Pid {
		t.Errorf("found %v (%v), want %d", process, err, nginx.Process.Pid)
	}
}

func TestUselessPidFiles(t *testing.T) {
	d := prepared(t)
	for _, text := range []string{"", "\n", "one\n", "0", "-1\n", "99999999999999999999\n", "4194305\n", "12 34\n"} {
		write(t, d.Path("pids/nginx.pid"), text)
		expectNone(t, d)
	}
	expectNone(t, prefix.Dir(d.Path("missing")))
}

func TestPidFileThatCannotBeRead(t *testing.T) {
	d := prepared(t)
	if err := os.Mkdir(d.Path("pids/nginx.pid"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Running(); err == nil || errors.Is(err, prefix.ErrNotRunning) {
		t.Errorf("error is %v", err)
	}
	if _, err := d.WritePid(); err == nil {
		t.Error("written all the same")
	}
	expectEntries(t, prefix.Dir(d.Path("pids")), "nginx.pid")
}

func TestPidFileIsRemovedByItsOwnerOnly(t *testing.T) {
	d := prepared(t)
	first, err := d.WritePid()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Running(); err != nil {
		t.Errorf("a node does not find itself: %v", err)
	}
	second, err := d.WritePid()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Running(); err != nil {
		t.Errorf("the successor's pid file is gone: %v", err)
	}
	for range 2 {
		if err := second.Remove(); err != nil {
			t.Fatal(err)
		}
	}
	expectNone(t, d)
	expectEntries(t, prefix.Dir(d.Path("pids")))
}

func TestPidFileRemovedByHand(t *testing.T) {
	d := prepared(t)
	pid, err := d.WritePid()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(d.Path("pids/nginx.pid")); err != nil {
		t.Fatal(err)
	}
	if err := pid.Remove(); err != nil {
		t.Error(err)
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	d := prepared(t)
	start(t, "kongo", "node", d)
	process, err := d.Running()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := process.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
}
