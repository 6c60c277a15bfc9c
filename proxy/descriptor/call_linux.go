package descriptor

import (
	"io"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Read is read(2), once more after EINTR. It returns io.EOF at the end of the stream, unless there is no room in p, and
// unix.EAGAIN if nothing has arrived.
func Read(fd int, p []byte) (int, error) {
	n, err := call(unix.SYS_READ, fd, p)
	if err != nil {
		return 0, err
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Write is write(2), once more after EINTR. It writes what there is room for, and returns unix.EAGAIN if there is none.
func Write(fd int, p []byte) (int, error) { return call(unix.SYS_WRITE, fd, p) }

func call(trap uintptr, fd int, p []byte) (int, error) {
	for {
		n, _, errno := syscall.RawSyscall(trap, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		if errno == 0 {
			return int(n), nil
		}
		if errno != unix.EINTR {
			return 0, failure(errno)
		}
	}
}

// Ready reports whether a socket has something to be read, the end of the stream or an error included.
func Ready(fd int) bool {
	var b [1]byte
	_, _, errno := syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&b)), 1, unix.MSG_PEEK, 0, 0)
	return errno != unix.EAGAIN && errno != unix.EINTR
}

// Splice is splice(2) without waiting, once more after EINTR: it moves up to n bytes between two descriptors, one of which is
// a pipe. It returns 0 at the end of the stream.
func Splice(from, to, n int) (int, error) {
	const flags = unix.SPLICE_F_MOVE | unix.SPLICE_F_NONBLOCK
	for {
		moved, _, errno := syscall.RawSyscall6(unix.SYS_SPLICE, uintptr(from), 0, uintptr(to), 0, uintptr(n), flags)
		if errno == 0 {
			return int(moved), nil
		}
		if errno != unix.EINTR {
			return 0, failure(errno)
		}
	}
}

// failure makes an error of a number without allocating for the one that is met all the time.
func failure(errno syscall.Errno) error {
	if errno == unix.EAGAIN {
		return again
	}
	return errno
}

var again error = unix.EAGAIN
