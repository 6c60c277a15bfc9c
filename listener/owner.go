package listener

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"syscall"
)

// Options is what Open needs beside the addresses.
type Options struct {
	// Logger is told of options that the kernel refuses and of connections that cannot be accepted. Nil for none.
	Logger *slog.Logger

	// Inherited are sockets by Key that are used in place of new ones, as Owner.Files returned them. Open duplicates
	// those it uses and closes none.
	Inherited map[string]*os.File
}

// Owner owns the listening sockets of a process. It is safe for concurrent use.
type Owner struct {
	sockets    []*Socket
	udpSockets []*UDPSocket
}

// Open opens the sockets of all specs in their order, or none. The context bounds the resolution of names.
//
// Addresses in use are all tried before Open gives up, so that they can be reported together, as nginx does: the error
// then joins one *Error for each of them. Any other failure ends it at once. Nothing is tried twice; whoever calls decides
// how often to.
func Open(ctx context.Context, specs []Spec, options Options) (*Owner, error) {
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	endpoints, err := endpoints(ctx, specs)
	if err != nil {
		return nil, err
	}
	owner := &Owner{}
	var failures []error
	for i := range endpoints {
		err := owner.open(ctx, &endpoints[i], options)
		if err == nil {
			continue
		}
		failures = append(failures, err)
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	if len(failures) > 0 {
		owner.Close()
		return nil, errors.Join(failures...)
	}
	return owner, nil
}

// open adds the socket of one endpoint.
func (o *Owner) open(ctx context.Context, e *endpoint, options Options) error {
	file := options.Inherited[e.key()]
	if e.spec.UDP {
		socket, err := openUDP(ctx, e, file, options.Logger)
		if err != nil {
			return err
		}
		o.udpSockets = append(o.udpSockets, socket)
		return nil
	}
	socket, err := openTCP(ctx, e, file, options.Logger)
	if err != nil {
		return err
	}
	o.sockets = append(o.sockets, socket)
	return nil
}

// Sockets returns the TCP sockets of a name, in the order of their Specs.
func (o *Owner) Sockets(name string) []*Socket {
	var named []*Socket
	for _, s := range o.sockets {
		if s.spec.Name == name {
			named = append(named, s)
		}
	}
	return named
}

// UDPSockets returns the UDP sockets of a name, in the order of their Specs.
func (o *Owner) UDPSockets(name string) []*UDPSocket {
	var named []*UDPSocket
	for _, s := range o.udpSockets {
		if s.spec.Name == name {
			named = append(named, s)
		}
	}
	return named
}

// StopAccepting closes the sockets that accept connections. Connections live on, and so do UDP sockets, which carry
// the sessions of their clients.
func (o *Owner) StopAccepting() error {
	var failure error
	for _, s := range o.sockets {
		failure = errors.Join(failure, s.Close())
	}
	return failure
}

// Close closes all sockets. Closing again does nothing.
func (o *Owner) Close() error {
	failure := o.StopAccepting()
	for _, s := range o.udpSockets {
		if err := s.Close(); !errors.Is(err, net.ErrClosed) {
			failure = errors.Join(failure, err)
		}
	}
	return failure
}
