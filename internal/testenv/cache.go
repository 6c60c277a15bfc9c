package testenv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// cacheDir returns the directory that all test processes of this user share, creating it if need be.
func cacheDir() (string, error) {
	dir := os.Getenv("KONGO_TEST_CACHE")
	if dir == "" {
		dir = filepath.Join(os.TempDir(), "kongo-test-"+strconv.Itoa(os.Getuid()))
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("test cache: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("test cache: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("test cache: %w", err)
	}
	// The temporary directory is open to everyone: programs that another user put there must not be run.
	if owner := info.Sys().(*syscall.Stat_t).Uid; int(owner) != os.Getuid() {
		return "", fmt.Errorf("test cache %s belongs to user %d; set KONGO_TEST_CACHE to a directory of your own", dir, owner)
	}
	return dir, nil
}

// lockFile takes an exclusive lock on path, creating the file if need be, and waits for other processes that hold it.
// The lock ends with unlock, or with the process.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = f.Close() }, nil
}

// ModuleRoot returns the directory of kongo's go.mod, searched from the working directory upwards: `go test` runs every
// package in its own folder.
func ModuleRoot() (string, error) {
	wd, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("module root: %w", err)
	}
	for dir := wd; ; dir = filepath.Dir(dir) {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return "", fmt.Errorf("module root: no go.mod in %s or above", wd)
		}
	}
}
