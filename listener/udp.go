package listener

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
)

// UDPSocket is a UDP socket that knows its Spec.
type UDPSocket struct {
	*net.UDPConn
	endpoint
}

// openUDP opens the socket of an endpoint, or takes over the one that file is.
func openUDP(ctx context.Context, e *endpoint, file *os.File, log *slog.Logger) (*UDPSocket, error) {
	var opened net.PacketConn
	var err error
	if file != nil {
		opened, err = net.FilePacketConn(file)
	} else {
		opened, err = e.config(log).ListenPacket(ctx, e.network(), e.address.String())
	}
	if err != nil {
		return nil, newError(e, err)
	}
	conn, ok := opened.(*net.UDPConn)
	if !ok {
		opened.Close()
		return nil, fmt.Errorf("the inherited socket %s is not a UDP socket", e.key())
	}
	s := &UDPSocket{UDPConn: conn, endpoint: *e}
	s.address = unmap(conn.LocalAddr().(*net.UDPAddr).AddrPort())
	return s, nil
}

// Spec returns what the socket was opened from.
func (s *UDPSocket) Spec() Spec { return s.spec }

// Key names the socket by its network and address; it is unique within an Owner.
func (s *UDPSocket) Key() string { return s.key() }

// File returns a duplicate of the socket, which the caller closes.
func (s *UDPSocket) File() (*os.File, error) { return duplicate(s.UDPConn, s.key()) }
