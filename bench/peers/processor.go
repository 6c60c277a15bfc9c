package peers

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// loadProcessor carries the load generator and the upstream server.
const loadProcessor = 0

// proxyProcessor carries the proxy under test, alone.
func proxyProcessor() int { return runtime.NumCPU() - 1 }

// pinThread keeps a thread on one processor, and those that it starts; 0 is the calling one.
func pinThread(thread, processor int) error {
	var set unix.CPUSet
	set.Set(processor)
	if err := unix.SchedSetaffinity(thread, &set); err != nil {
		return fmt.Errorf("pinning to processor %d: %w", processor, err)
	}
	return nil
}

// PinLoad keeps all threads of the process on the processor of the load.
func PinLoad() error {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, entry := range threads {
		thread, err := strconv.Atoi(entry.Name())
		if err != nil {
			return err
		}
		if err := pinThread(thread, loadProcessor); err != nil {
			return err
		}
	}
	return nil
}

// startPinned starts a command whose process stays on one processor.
func startPinned(command *exec.Cmd, processor int) error {
	started := make(chan error)
	go func() { // the thread ends with the goroutine, because it stays locked
		runtime.LockOSThread()
		if err := pinThread(0, processor); err != nil {
			started <- err
			return
		}
		started <- command.Start()
	}()
	return <-started
}
