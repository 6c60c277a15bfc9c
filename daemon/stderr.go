package daemon

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// RedirectStderr makes standard error append to a file, so that what the Go runtime writes when a process crashes does not
// get lost with the terminal.
func RedirectStderr(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("could not redirect standard error: %w", err)
	}
	defer file.Close()
	if err := unix.Dup3(int(file.Fd()), unix.Stderr, 0); err != nil {
		return fmt.Errorf("could not redirect standard error to %s: %w", path, err)
	}
	return nil
}
