package handover

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// network keeps messages apart.
const network = "unixpacket"

// Name is where the process pid offers the sockets that belong to a directory.
func Name(directory string, pid int) (string, error) {
	info, err := os.Stat(directory)
	if err != nil {
		return "", fmt.Errorf("hand over sockets: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", fmt.Errorf("hand over sockets: %s has no number", directory)
	}
	return fmt.Sprintf("@kongo/%d/%d/%d", stat.Dev, stat.Ino, pid), nil
}

// errStranger says that the process at the other end is another user's.
var errStranger = errors.New("the process at the other end belongs to another user")

// trust fails if the process at the other end of a connection may not take or give.
func trust(conn *net.UnixConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var peer *unix.Ucred
	var failure error
	if err := raw.Control(func(fd uintptr) {
		peer, failure = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); err != nil {
		return err
	}
	if failure != nil {
		return failure
	}
	if peer.Uid != 0 && int(peer.Uid) != os.Geteuid() {
		return errStranger
	}
	return nil
}
