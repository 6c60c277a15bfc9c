package telemetry

import (
	"fmt"
	"os"
	"sync"
)

// file is a log file that can be opened again under its name. Every Write is one append; it is safe for concurrent use.
type file struct {
	path string

	mu      sync.RWMutex // locked to replace current, not to write
	current *os.File
}

// openFile opens a file, or one of the streams of the process.
func openFile(path string) (*file, error) {
	switch path {
	case stdout:
		return &file{path: path, current: os.Stdout}, nil
	case stderr:
		return &file{path: path, current: os.Stderr}, nil
	}
	current, err := openAppending(path)
	if err != nil {
		return nil, err
	}
	return &file{path: path, current: current}, nil
}

func openAppending(path string) (*os.File, error) {
	opened, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("could not open the log: %w", err)
	}
	return opened, nil
}

// isStream says whether the file is a stream of the process, which is neither opened again nor closed.
func (f *file) isStream() bool { return f.path == stdout || f.path == stderr }

func (f *file) Write(text []byte) (int, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.current.Write(text)
}

// reopen opens the file under its name. If that fails the old one stays in use.
func (f *file) reopen() error {
	if f.isStream() {
		return nil
	}
	next, err := openAppending(f.path)
	if err != nil {
		return err
	}
	f.mu.Lock()
	old := f.current
	f.current = next
	f.mu.Unlock()
	if err := old.Close(); err != nil {
		return fmt.Errorf("could not close the old log: %w", err)
	}
	return nil
}

func (f *file) close() error {
	if f.isStream() {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.current.Close(); err != nil {
		return fmt.Errorf("could not close the log: %w", err)
	}
	return nil
}
