package prefix

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Dir is the absolute path of a prefix directory.
type Dir string

// Path returns the path of an entry of the directory, whose name is relative and slash-separated.
func (d Dir) Path(name string) string {
	return filepath.Join(string(d), filepath.FromSlash(name))
}

// folders and logs are what Prepare creates. Kong 3.9: prefix.
var (
	folders = []string{"pids", "logs", "ssl", "sockets"}
	logs    = []string{"logs/error.log", "logs/access.log", "logs/admin_access.log"}
)

// failure is an error whose text is Kong's and keeps its cause to itself.
type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

// Check fails, in the words of the commands for a running node, if the directory does not exist.
func (d Dir) Check() error {
	info, err := os.Stat(string(d))
	if err == nil && !info.IsDir() {
		err = errors.New("not a directory")
	}
	if err != nil {
		return &failure{fmt.Sprintf("no such prefix: %s", d), err}
	}
	return nil
}

// Prepare creates what is missing of the directory, and leaves alone what is there. If the directory itself is missing,
// notice says so; it is empty otherwise. Errors name the path that could not be created.
func (d Dir) Prepare() (notice string, err error) {
	info, err := os.Stat(string(d))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		notice = fmt.Sprintf("prefix directory %s not found, trying to create it", d)
		if err := os.MkdirAll(string(d), 0o755); err != nil {
			return notice, fmt.Errorf("could not create the prefix directory: %w", err)
		}
	case err != nil:
		return "", fmt.Errorf("could not look at the prefix directory: %w", err)
	case !info.IsDir():
		return "", fmt.Errorf("%s is not a directory", d)
	}
	for _, folder := range folders {
		if err := os.MkdirAll(d.Path(folder), 0o755); err != nil {
			return notice, fmt.Errorf("could not prepare the prefix directory: %w", err)
		}
	}
	for _, log := range logs {
		if err := createLog(d.Path(log)); err != nil {
			return notice, fmt.Errorf("could not prepare the prefix directory: %w", err)
		}
	}
	return notice, nil
}

// createLog creates an empty file if there is none. What is there may be anything: container images link logs to
// /dev/stdout, which cannot always be opened.
func createLog(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return file.Close()
}

// Temporary makes and prepares a prefix directory below the system's directory for temporary files. Remove deletes it with
// all that it holds.
func Temporary() (d Dir, remove func() error, err error) {
	path, err := os.MkdirTemp("", "kongo-")
	if err != nil {
		return "", nil, fmt.Errorf("could not create a temporary prefix directory: %w", err)
	}
	remove = func() error { return os.RemoveAll(path) }
	if _, err := Dir(path).Prepare(); err != nil {
		return "", nil, errors.Join(err, remove())
	}
	return Dir(path), remove, nil
}
