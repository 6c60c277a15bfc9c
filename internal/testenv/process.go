package testenv

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// A process is a running child of the test process.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed once the process has ended and was waited for
	err  error         // what Wait said; to be read after done
}

// startProcess starts cmd in a process group of its own, so that an interrupt typed at the terminal reaches it through
// its owner only. If the test process dies, the kernel sends it onDeath.
func startProcess(cmd *exec.Cmd, onDeath syscall.Signal) (*process, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = onDeath
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel counts the death of the thread that started the child, not of the process. Holding on to the
		// thread until the child has ended keeps Go from retiring it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// stop sends sig and waits for the process to end. One that has not ended within the given time is killed, which is an
// error, as is an end with an exit code other than 0. Stopping a process that has ended reports how it ended.
func (p *process) stop(sig os.Signal, within time.Duration) error {
	// The only failure is that the process has ended already, and then there is nothing to signal.
	_ = p.cmd.Process.Signal(sig)
	select {
	case <-p.done:
		if p.err != nil {
			return fmt.Errorf("%s after %v: %w", p.cmd.Path, sig, p.err)
		}
		return nil
	case <-time.After(within):
		p.kill()
		return fmt.Errorf("%s did not end within %v of %v and was killed", p.cmd.Path, within, sig)
	}
}

// kill ends the process without notice and waits for its end.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}
