package telemetry

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"sync"
)

// Files owns the log files of a process and what is buffered for them. It is safe for concurrent use. The zero value is
// ready.
type Files struct {
	mu     sync.Mutex
	files  []*file // each path once
	access []*AccessLog
	closed bool
}

// Open opens a log for appending, creating it if need be. What is opened is closed by Close. Writes go to the file one by
// one, so a log line that is one Write is never torn.
func (f *Files) Open(target Target) (io.Writer, error) {
	if target.Path == "" {
		return io.Discard, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open(target.Path)
}

// OpenAccessLog opens an access log. It is nil, which is an AccessLog that takes nothing, if the target says that there is
// none. The logger is told when lines are lost because the file cannot be written, once a minute at most;
// nil for none.
func (f *Files) OpenAccessLog(target Target, log *slog.Logger) (*AccessLog, error) {
	if target.Path == "" {
		return nil, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	file, err := f.open(target.Path)
	if err != nil {
		return nil, err
	}
	a := newAccessLog(file, target.Format, log)
	f.access = append(f.access, a)
	return a, nil
}

// open returns the file of a path. The caller holds the lock.
func (f *Files) open(path string) (*file, error) {
	if f.closed {
		return nil, os.ErrClosed
	}
	for _, opened := range f.files {
		if opened.path == path {
			return opened, nil
		}
	}
	opened, err := openFile(path)
	if err != nil {
		return nil, err
	}
	f.files = append(f.files, opened)
	return opened, nil
}

// Reopen writes what is buffered and opens all files again, for logs that were moved away (USR1). Files that cannot be
// opened stay as they are; the error names them.
func (f *Files) Reopen() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return os.ErrClosed
	}
	for _, a := range f.access {
		a.flush()
	}
	var failure error
	for _, file := range f.files {
		failure = errors.Join(failure, file.reopen())
	}
	return failure
}

// Close writes what is buffered and closes all files. What is logged afterwards is lost. Closing again does nothing.
func (f *Files) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	f.closed = true
	for _, a := range f.access {
		a.close()
	}
	var failure error
	for _, file := range f.files {
		failure = errors.Join(failure, file.close())
	}
	return failure
}
