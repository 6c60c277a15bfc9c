package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// variable names the file descriptor of the pipe, in the environment of the new process.
const variable = "KONGO_LAUNCHER"

// ready begins what the new process says when it is up, and may be followed by a note. Anything else is why it is not.
const ready = "ready:"

// patience is how long a process that has failed, or that is not wanted any more, has for its own end.
const patience = 10 * time.Second

// Options describe the process to start.
type Options struct {
	// Args are its arguments, beginning with the name of the program. The program is always this one.
	Args []string
	// Env is its environment, in the form of os.Environ.
	Env []string
	// Stdout and Stderr are its standard streams; nil for /dev/null, which standard input always is.
	Stdout, Stderr *os.File
}

// Start starts this program again in a session of its own, waits until it calls Ready, and returns the note. If it calls Fail,
// the error has that text. When the context is done first, the process is ended.
func Start(ctx context.Context, o Options) (note string, err error) {
	program, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("could not find the program to put in the background: %w", err)
	}
	pipe, theirs, err := os.Pipe()
	if err != nil {
		return "", fmt.Errorf("could not make a pipe to the background: %w", err)
	}
	defer pipe.Close()
	cmd := exec.Command(program)
	cmd.Args = o.Args
	cmd.ExtraFiles = []*os.File{theirs} // becomes descriptor 3
	cmd.Env = append(o.Env[:len(o.Env):len(o.Env)], variable+"=3")
	if o.Stdout != nil {
		cmd.Stdout = o.Stdout
	}
	if o.Stderr != nil {
		cmd.Stderr = o.Stderr
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	theirs.Close()
	if err != nil {
		return "", fmt.Errorf("could not start in the background: %w", err)
	}
	return await(ctx, cmd, pipe)
}

// await waits for the word of the new process.
func await(ctx context.Context, cmd *exec.Cmd, pipe *os.File) (note string, err error) {
	stop := context.AfterFunc(ctx, func() { _ = pipe.SetReadDeadline(time.Now()) })
	defer stop()
	word, err := io.ReadAll(pipe)
	if note, up := strings.CutPrefix(string(word), ready); up && err == nil {
		return note, cmd.Process.Release()
	}
	finish(cmd)
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err != nil:
		return "", fmt.Errorf("could not hear from the background: %w", err)
	case len(word) == 0:
		return "", fmt.Errorf("the process in the background ended before it was up (%s); its error log may say why", cmd.ProcessState)
	}
	return "", errors.New(string(word))
}

// finish ends the process and waits for it. How it ended is in cmd.ProcessState.
func finish(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	kill := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	_ = cmd.Wait()
}

// Launcher is the process that waits in Start for this one.
type Launcher struct{ pipe *os.File }

// Launched returns the process that has started this one with Start, if there is one. It is to be called once, before
// any process is started: it takes what it found out of the environment.
func Launched() (*Launcher, bool) {
	fd, err := strconv.Atoi(os.Getenv(variable))
	if err != nil {
		return nil, false
	}
	os.Unsetenv(variable)
	syscall.CloseOnExec(fd)
	return &Launcher{os.NewFile(uintptr(fd), "launcher")}, true
}

// Ready lets Start return with a note. The error says that nobody waits any more.
func (l *Launcher) Ready(note string) error { return l.say(ready + note) }

// Fail lets Start return an error with the text of err; the caller ends the process.
func (l *Launcher) Fail(err error) error { return l.say(strings.TrimSpace(err.Error())) }

func (l *Launcher) say(word string) error {
	_, err := l.pipe.WriteString(word)
	if err := errors.Join(err, l.pipe.Close()); err != nil {
		return fmt.Errorf("could not answer the process in front: %w", err)
	}
	return nil
}
