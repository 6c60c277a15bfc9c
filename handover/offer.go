package handover

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// What the two sides say, one message each. A file goes along with its key.
const (
	end   = "." // there are no more files
	taken = "taken"
)

// giveTimeout bounds the sending of the files. How long the taker needs to start is its own business.
const giveTimeout = 10 * time.Second

// Offer is a process that lets another one take its place.
type Offer struct {
	listener *net.UnixListener
	files    func() (map[string]*os.File, error)
	taken    chan struct{}

	once    sync.Once
	serving sync.WaitGroup
	mu      sync.Mutex
	conns   map[*net.UnixConn]bool // nil when closed
}

// Listen offers files under a name, see Name. Each time somebody asks, files is called for duplicates, which are closed here.
func Listen(name string, files func() (map[string]*os.File, error)) (*Offer, error) {
	l, err := net.ListenUnix(network, &net.UnixAddr{Name: name, Net: network})
	if err != nil {
		return nil, fmt.Errorf("offer sockets: %w", err)
	}
	o := &Offer{listener: l, files: files, taken: make(chan struct{}), conns: map[*net.UnixConn]bool{}}
	o.serving.Go(o.serve)
	return o, nil
}

// Taken is closed when another process has taken the place of this one.
func (o *Offer) Taken() <-chan struct{} { return o.taken }

// Close ends the offer, and waits for whoever is about to take. Closing again does nothing.
func (o *Offer) Close() error {
	err := o.listener.Close()
	o.mu.Lock()
	for conn := range o.conns {
		_ = conn.Close()
	}
	o.conns = nil
	o.mu.Unlock()
	o.serving.Wait()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return err
}

func (o *Offer) serve() {
	for {
		conn, err := o.listener.AcceptUnix()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(100 * time.Millisecond) // out of files, most likely
			continue
		}
		if o.keep(conn) {
			o.serving.Go(func() {
				defer o.drop(conn)
				if o.give(conn) {
					o.once.Do(func() { close(o.taken) })
				}
			})
		}
	}
}

func (o *Offer) keep(conn *net.UnixConn) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.conns == nil {
		_ = conn.Close()
		return false
	}
	o.conns[conn] = true
	return true
}

func (o *Offer) drop(conn *net.UnixConn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.conns, conn)
	_ = conn.Close()
}

// give sends the files and reports whether the other process has begun to use them.
func (o *Offer) give(conn *net.UnixConn) bool {
	if trust(conn) != nil || o.send(conn) != nil {
		return false
	}
	buffer := make([]byte, len(taken)+1)
	n, err := conn.Read(buffer)
	return err == nil && string(buffer[:n]) == taken
}

func (o *Offer) send(conn *net.UnixConn) error {
	files, err := o.files()
	if err != nil {
		return err
	}
	defer closeAll(files)
	if err := conn.SetWriteDeadline(time.Now().Add(giveTimeout)); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(files)) {
		if err := sendFile(conn, key, files[key]); err != nil {
			return err
		}
	}
	_, err = conn.Write([]byte(end))
	return err
}

// sendFile sends a descriptor without making it blocking, which File.Fd would do to all its duplicates.
func sendFile(conn *net.UnixConn, key string, file *os.File) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var failure error
	if err := raw.Control(func(fd uintptr) {
		_, _, failure = conn.WriteMsgUnix([]byte(key), unix.UnixRights(int(fd)), nil)
	}); err != nil {
		return err
	}
	return failure
}

func closeAll(files map[string]*os.File) {
	for _, file := range files {
		_ = file.Close()
	}
}
