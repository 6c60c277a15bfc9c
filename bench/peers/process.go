package peers

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ticksPerSecond is the unit of times in /proc, fixed for user space at 100 on every platform that Go runs on.
const ticksPerSecond = 100

// startTimeout bounds how long a proxy may take until it accepts connections.
const startTimeout = 2 * time.Minute

// process is a running program, in front, as one process.
type process struct {
	command *exec.Cmd
	output  bytes.Buffer
}

// launch starts a program on a processor and waits until it accepts connections at all addresses.
func launch(processor int, command *exec.Cmd, addresses ...netip.AddrPort) (*process, error) {
	p := &process{command: command}
	command.Stdout, command.Stderr = &p.output, &p.output
	if err := startPinned(command, processor); err != nil {
		return nil, fmt.Errorf("starting %s: %w", command.Path, err)
	}
	deadline := time.Now().Add(startTimeout)
	for _, address := range addresses {
		for {
			conn, err := net.Dial("tcp", address.String())
			if err == nil {
				conn.Close()
				break
			}
			if time.Now().After(deadline) {
				p.Close()
				return nil, fmt.Errorf("%s does not accept connections: %w\n%s", command.Path, err, p.output.String())
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	return p, nil
}

// Close ends the process and waits for it.
func (p *process) Close() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("ending %s: %w", p.command.Path, err)
	}
	err := p.command.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil // died of the signal, or says so with its code
	}
	return err
}

// processorTime returns the CPU time that the process has used so far, user and system.
func (p *process) processorTime() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, found := strings.Cut(string(text), ") ") // behind the name, which may contain anything
	fields := strings.Fields(rest)
	if !found || len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has another form", p.command.Process.Pid)
	}
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond, nil
}

// residentKiB returns how much memory of the process is in use.
func (p *process) residentKiB() (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strconv.Atoi(strings.Fields(value)[0])
		}
	}
	return 0, fmt.Errorf("process %d has no VmRSS", p.command.Process.Pid)
}
