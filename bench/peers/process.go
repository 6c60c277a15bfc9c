package peers

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// startTimeout bounds how long a program may take until it serves.
const startTimeout = 2 * time.Minute

// process is a running program, in front, as one process.
type process struct {
	command *exec.Cmd
	output  bytes.Buffer
	ended   chan struct{} // closed when the process has

	// ready and readyCPU are how long it took from its start until the first answer, and how much CPU time.
	ready, readyCPU time.Duration
}

// launch starts a program on a processor and waits until it answers a request at the first of the addresses with 200 and
// accepts connections at the others.
func launch(processor int, command *exec.Cmd, request []byte, addresses ...netip.AddrPort) (*process, error) {
	p := &process{command: command, ended: make(chan struct{})}
	command.Stdout, command.Stderr = &p.output, &p.output
	started := time.Now()
	if err := startPinned(command, processor); err != nil {
		return nil, fmt.Errorf("starting %s: %w", command.Path, err)
	}
	go func() {
		defer close(p.ended)
		_ = command.Wait() // how it ends does not matter: that it has is an error before, and wanted after Close
	}()
	err := p.await(started, func() error { return ask(addresses[0], request) })
	p.ready = time.Since(started)
	if err == nil {
		p.readyCPU, err = p.processorTime()
	}
	for _, address := range addresses[1:] {
		if err == nil {
			err = p.await(started, func() error { return accepts(address) })
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s does not serve: %w", command.Path, err), p.Close(), errors.New(p.output.String()))
	}
	return p, nil
}

// await tries something until it succeeds, the process has ended, or too much time has passed since the start.
func (p *process) await(started time.Time, try func() error) error {
	for {
		err := try()
		if err == nil || time.Since(started) > startTimeout {
			return err
		}
		select {
		case <-p.ended:
			return fmt.Errorf("it has ended: %w", err)
		case <-time.After(500 * time.Microsecond):
		}
	}
}

func accepts(address netip.AddrPort) error {
	conn, err := net.Dial("tcp", address.String())
	if err != nil {
		return err
	}
	return conn.Close()
}

// ask makes one request, which has to be answered with 200.
func ask(address netip.AddrPort, request []byte) error {
	conn, err := net.Dial("tcp", address.String())
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(startTimeout)); err != nil {
		return err
	}
	return new(loadConnection).exchange(conn, request, make([]byte, 4<<10))
}

// Close ends the process and waits for it.
func (p *process) Close() error {
	select {
	case <-p.ended:
		return nil
	default:
	}
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("ending %s: %w", p.command.Path, err)
	}
	<-p.ended
	return nil
}

// processorTime returns the CPU time that the process has used so far, user and system.
func (p *process) processorTime() (time.Duration, error) {
	// The clock of a process's CPU time, as clock_getcpuclockid(3) makes its number.
	const scheduled = 2
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^p.command.Process.Pid<<3|scheduled), &used); err != nil {
		return 0, fmt.Errorf("CPU time of process %d: %w", p.command.Process.Pid, err)
	}
	return time.Duration(used.Nano()), nil
}
