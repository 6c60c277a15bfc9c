package handover

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// Taking is a process that is about to take the place of another one.
type Taking struct {
	// Files are the sockets by key.
	Files map[string]*os.File

	conn *net.UnixConn
}

// Take asks the process that offers files under a name for them. The context bounds the asking alone.
func Take(ctx context.Context, name string) (*Taking, error) {
	t, err := take(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("take over sockets: %w", err)
	}
	return t, nil
}

func take(ctx context.Context, name string) (*Taking, error) {
	opened, err := new(net.Dialer).DialContext(ctx, network, name)
	if err != nil {
		return nil, err
	}
	t := &Taking{Files: map[string]*os.File{}, conn: opened.(*net.UnixConn)}
	stop := context.AfterFunc(ctx, func() { _ = t.conn.Close() })
	err = trust(t.conn)
	for done := false; err == nil && !done; {
		done, err = t.receive()
	}
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// longestKey is more than a key can have.
const longestKey = 1024

// receive takes one file, and reports whether there are no more.
func (t *Taking) receive() (done bool, err error) {
	text, rights := make([]byte, longestKey), make([]byte, unix.CmsgSpace(4))
	n, size, _, _, err := t.conn.ReadMsgUnix(text, rights)
	if err != nil {
		return false, err
	}
	key := string(text[:n])
	messages, err := unix.ParseSocketControlMessage(rights[:size])
	switch {
	case err != nil:
		return false, err
	case len(messages) == 0 && key == end:
		return true, nil
	case len(messages) == 0:
		return false, errors.New("the other process ended")
	}
	descriptors, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return false, err
	}
	for _, fd := range descriptors {
		unix.CloseOnExec(fd)
		t.Files[key] = os.NewFile(uintptr(fd), key)
	}
	return false, nil
}

// Commit tells the other process that this one serves, and closes what is left here.
func (t *Taking) Commit() error {
	_, err := t.conn.Write([]byte(taken))
	t.Close()
	if err != nil {
		return fmt.Errorf("tell the process that was replaced: %w", err)
	}
	return nil
}

// Close closes the files and the connection. Without a Commit the other process goes on.
func (t *Taking) Close() {
	closeAll(t.Files)
	t.Files = nil
	_ = t.conn.Close()
}
