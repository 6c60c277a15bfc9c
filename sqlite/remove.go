package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// ErrInUse is the error of Remove for a database that a process has open.
var ErrInUse = errors.New("the database is in use")

// SQLite keeps these bytes of the file locked for reading as long as a database with a write-ahead log is open.
const (
	sharedLockStart  = 1<<30 + 2
	sharedLockLength = 510
)

// Remove deletes the database file and what SQLite keeps beside it. It fails with ErrInUse while a process has it open,
// which would go on with a file that nobody else can see, and with fs.ErrNotExist if there is no database. The process that
// calls must not have it open: looking at the locks of a file drops its own.
func Remove(path string) error {
	if err := unlocked(path); err != nil {
		return fmt.Errorf("remove database %s: %w", path, err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove database: %w", err)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove database: %w", err)
		}
	}
	return nil
}

// unlocked fails with ErrInUse if a process has the file open.
func unlocked(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lock := unix.Flock_t{Type: unix.F_WRLCK, Start: sharedLockStart, Len: sharedLockLength}
	if err := unix.FcntlFlock(file.Fd(), unix.F_OFD_GETLK, &lock); err != nil {
		return fmt.Errorf("look at its locks: %w", err)
	}
	if lock.Type != unix.F_UNLCK {
		return ErrInUse
	}
	return nil
}
