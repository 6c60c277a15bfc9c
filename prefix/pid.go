package prefix

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// ErrNotRunning is what Errors.Is finds in the errors of Running when there is no node.
var ErrNotRunning = errors.New("no node is running")

const pidFile = "pids/nginx.pid"

// maxPid is the largest process id of Linux.
const maxPid = 1 << 22

// PidFile is the pid file of this process. Its owner removes it when the node ends.
type PidFile struct {
	path string
	file *os.File // locked as long as it is open
}

// WritePid writes the pid file of this process, in place of any other: whether a node runs here already is to be asked
// before. Readers see the old file or the new one.
func (d Dir) WritePid() (*PidFile, error) {
	path := d.Path(pidFile)
	file, err := createBeside(path, fmt.Appendln(nil, os.Getpid()), 0o644)
	if err != nil {
		return nil, fmt.Errorf("could not write the pid file: %w", err)
	}
	// Fails only on a file system without locks, see locked.
	_ = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err := moveTo(file, path); err != nil {
		return nil, fmt.Errorf("could not write the pid file: %w", err)
	}
	return &PidFile{path, file}, nil
}

// Remove removes the pid file, unless another process has put its own in its place. After it Dir.Running knows this
// process no more, so it is the last thing a node does. Removing again does nothing.
func (p *PidFile) Remove() error {
	mine, err := p.file.Stat()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	defer p.file.Close()
	if err != nil {
		return fmt.Errorf("could not remove the pid file: %w", err)
	}
	found, err := os.Lstat(p.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(mine, found) {
		return nil
	}
	if err == nil {
		err = os.Remove(p.path)
	}
	if err != nil {
		return fmt.Errorf("could not remove the pid file: %w", err)
	}
	return nil
}

// parsePid reads a pid file as shell scripts do: a decimal number with or without blanks around it.
func parsePid(text []byte) (int, error) {
	pid, err := strconv.ParseUint(string(bytes.TrimSpace(text)), 10, 31)
	if err != nil {
		return 0, fmt.Errorf("no process id: %w", err)
	}
	if pid == 0 || pid > maxPid {
		return 0, fmt.Errorf("no process id: %d", pid)
	}
	return int(pid), nil
}

// Running returns the node that runs in the directory. If there is none the error is ErrNotRunning, in Kong's words; other
// errors mean that the pid file cannot be read.
func (d Dir) Running() (*Process, error) {
	process, err := d.running()
	switch {
	case err != nil:
		return nil, fmt.Errorf("could not read the pid file: %w", err)
	case process == nil:
		return nil, &failure{fmt.Sprintf("nginx not running in prefix: %s", d), ErrNotRunning}
	default:
		return process, nil
	}
}

// running returns nil if there is no node.
func (d Dir) running() (*Process, error) {
	file, err := os.Open(d.Path(pidFile))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 64)) // no pid file is longer
	if err != nil {
		return nil, err
	}
	pid, err := parsePid(text)
	if err != nil {
		return nil, nil
	}
	process, name := findProcess(pid)
	if process == nil || name != "nginx" && !locked(file) {
		return nil, nil
	}
	return process, nil
}

// locked says whether a process has locked a file. Where the file system has no locks it is true, which leaves Kong's rule.
func locked(file *os.File) bool {
	return unix.Flock(int(file.Fd()), unix.LOCK_SH|unix.LOCK_NB) != nil
}
