package peers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// Profile has kongo do the works alone and leaves in a directory what watched it meanwhile: syscalls-N.txt, a count of its
// system calls by strace, and cpu-N.perf, samples of perf, for the N-th of the works. A watcher that is not installed is left
// out, and Progress is told.
func Profile(ctx context.Context, o Options, directory string) error {
	o.Peers, o.Rounds = []string{"kongo"}, 1
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return err
	}
	for _, w := range []struct {
		program   string
		file      string // with a place for the number of the work
		arguments []string
	}{
		{"strace", "syscalls-%d.txt", []string{"-c", "-f", "-o"}},
		{"perf", "cpu-%d.perf", []string{"record", "-q", "-g", "-F", "997", "-o"}},
	} {
		if !installed(w.program) {
			o.Progress("no profile by " + w.program + ", which is not installed")
			continue
		}
		n := 0
		o.watch = func(pid int) (*exec.Cmd, error) {
			n++
			arguments := append(w.arguments, filepath.Join(directory, fmt.Sprintf(w.file, n)), "-p", strconv.Itoa(pid))
			command := exec.Command(w.program, arguments...)
			return command, startPinned(command, loadProcessor)
		}
		if _, err := Compare(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// unwatch ends what watches a process.
func unwatch(watcher *exec.Cmd) error {
	if err := watcher.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if err := watcher.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		return err // it ends as if by the signal
	}
	return nil
}
