package listener

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Files returns duplicates of all open sockets by Key, for Options.Inherited here or in another process. The caller closes
// them.
func (o *Owner) Files() (map[string]*os.File, error) {
	files := map[string]*os.File{}
	for _, s := range o.all() {
		file, err := s.File()
		if err != nil {
			for _, file := range files {
				file.Close()
			}
			return nil, err
		}
		files[s.Key()] = file
	}
	return files, nil
}

// socket is what TCP and UDP sockets have in common.
type socket interface {
	Key() string
	File() (*os.File, error)
}

func (o *Owner) all() []socket {
	var all []socket
	for _, s := range o.sockets {
		all = append(all, s)
	}
	for _, s := range o.udpSockets {
		all = append(all, s)
	}
	return all
}

// keepAliveOf returns the probes of a listening socket. Package net sets its own on connections of a listener that was made
// from a file, instead of leaving those they inherit.
func keepAliveOf(fd int) *net.KeepAliveConfig {
	get := func(level, option int) int {
		value, err := unix.GetsockoptInt(fd, level, option)
		if err != nil {
			return -1 // leaves the option as it is
		}
		return value
	}
	return &net.KeepAliveConfig{
		Enable:   get(unix.SOL_SOCKET, unix.SO_KEEPALIVE) == 1,
		Idle:     time.Duration(get(unix.IPPROTO_TCP, unix.TCP_KEEPIDLE)) * time.Second,
		Interval: time.Duration(get(unix.IPPROTO_TCP, unix.TCP_KEEPINTVL)) * time.Second,
		Count:    get(unix.IPPROTO_TCP, unix.TCP_KEEPCNT),
	}
}

// duplicate returns another descriptor of a socket. The File methods of package net would do but for one thing: os/exec
// makes their descriptors blocking, which holds for all duplicates, and leaves this process with an Accept that Close
// cannot end.
func duplicate(conn syscall.Conn, key string) (*os.File, error) {
	var descriptor int
	err := control(conn, func(fd int) (err error) {
		descriptor, err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
		return os.NewSyscallError("fcntl", err)
	})
	if err != nil {
		return nil, fmt.Errorf("could not duplicate the socket %s: %w", key, err)
	}
	return os.NewFile(uintptr(descriptor), key), nil
}
