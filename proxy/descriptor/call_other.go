//go:build !linux

package descriptor

import (
	"io"

	"golang.org/x/sys/unix"
)

// Read is read(2), once more after EINTR. It returns io.EOF at the end of the stream, unless there is no room in p, and
// unix.EAGAIN if nothing has arrived.
func Read(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Read(fd, p)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return 0, err
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

// Write is write(2), once more after EINTR. It writes what there is room for, and returns unix.EAGAIN if there is none.
func Write(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Write(fd, p)
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}

// Ready reports whether a socket has something to be read, the end of the stream or an error included.
func Ready(fd int) bool {
	var b [1]byte
	_, _, err := unix.Recvfrom(fd, b[:], unix.MSG_PEEK)
	return err != unix.EAGAIN && err != unix.EINTR
}
