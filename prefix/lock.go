package prefix

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Lock is the right to start a node in a directory. It ends with the process at the latest.
type Lock struct {
	folder *os.File // locked as long as it is open
}

// Lock waits until nobody else starts a node in the directory, and keeps others from it until Unlock. Whether a node runs is
// to be asked again afterwards. The directory has to be prepared. A file system without locks keeps nobody away.
func (d Dir) Lock() (*Lock, error) {
	folder, err := os.Open(d.Path("pids"))
	if err != nil {
		return nil, fmt.Errorf("could not lock the prefix directory: %w", err)
	}
	for {
		err := unix.Flock(int(folder.Fd()), unix.LOCK_EX)
		if !errors.Is(err, unix.EINTR) {
			return &Lock{folder}, nil
		}
	}
}

// Unlock lets others start a node in the directory. Unlocking again does nothing.
func (l *Lock) Unlock() { _ = l.folder.Close() }
