package prefix

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// pollInterval is how often Wait looks. Kong 3.9: quit.
const pollInterval = 200 * time.Millisecond

// Process is a running node. A signal never goes to another process that has got its number since.
type Process struct {
	pid     int
	started uint64 // in ticks of the clock since the machine started
}

// Pid returns the process id.
func (p *Process) Pid() int { return p.pid }

// Stop ends the node at once (TERM).
func (p *Process) Stop() error { return p.signal(syscall.SIGTERM) }

// Quit ends the node when the requests in flight are done (QUIT).
func (p *Process) Quit() error { return p.signal(syscall.SIGQUIT) }

// Reload makes the node read its configuration again (HUP).
func (p *Process) Reload() error { return p.signal(syscall.SIGHUP) }

func (p *Process) signal(signal syscall.Signal) error {
	err := os.ErrProcessDone
	if p.Alive() {
		err = syscall.Kill(p.pid, signal)
	}
	if err != nil {
		return &failure{"could not send signal", err}
	}
	return nil
}

// Alive says whether the process runs. One that has ended and that its parent has not asked after does not.
func (p *Process) Alive() bool {
	now, _ := findProcess(p.pid)
	return now != nil && now.started == p.started
}

// Wait waits until the process has ended, looking every 0.2 s, or until the context is done, whose error it returns.
func (p *Process) Wait(ctx context.Context) error {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for p.Alive() {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
		}
	}
	return nil
}

// findProcess returns a live process and its name, or nil.
func findProcess(pid int) (process *Process, name string) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, ""
	}
	name, state, started, ok := parseStat(stat)
	if !ok || state == 'Z' || state == 'X' {
		return nil, ""
	}
	return &Process{pid, started}, name
}

// parseStat reads /proc/<pid>/stat, see proc_pid_stat(5). The name may hold blanks and parentheses.
func parseStat(stat []byte) (name string, state byte, started uint64, ok bool) {
	left, right := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if left < 0 || right < left {
		return "", 0, 0, false
	}
	fields := bytes.Fields(stat[right+1:]) // from the third on
	if len(fields) < 20 {
		return "", 0, 0, false
	}
	started, err := strconv.ParseUint(string(fields[22-3]), 10, 64)
	if err != nil {
		return "", 0, 0, false
	}
	return string(stat[left+1 : right]), fields[0][0], started, true
}
