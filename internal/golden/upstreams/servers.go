package upstreams

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"syscall"

	"github.com/kongo-gateway/kongo/internal/testenv/selfsigned"
)

// The ports by which the recordings know the servers.
const (
	portA        = 23090
	portB        = 23091
	portCloser   = 23092
	portRefused  = 23093
	portSleeper  = 23094
	portTLS      = 23095
	portResetter = 23096
)

// Servers are the running servers. Their methods may be called from any goroutine.
type Servers struct {
	servers map[int]*server // by recorded port
	refused int             // socket that holds the refusing port
	ports   map[int]int
}

// Start starts all servers.
func Start() (_ *Servers, err error) {
	s := &Servers{servers: map[int]*server{}, refused: -1, ports: map[int]int{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	certificate, key, err := selfsigned.New(pkix.Name{CommonName: "untrusted"})
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("upstream tls: %w", err)
	}
	for port, server := range map[int]*server{
		portA:        {name: "A", respond: (*server).echo},
		portB:        {name: "B", respond: (*server).echo},
		portCloser:   {name: "closer", respond: (*server).hangUp},
		portSleeper:  {name: "sleeper", respond: (*server).echoLate},
		portTLS:      {name: "tls", respond: (*server).echo, tls: &tls.Config{Certificates: []tls.Certificate{pair}}},
		portResetter: {name: "resetter", respond: (*server).reset},
	} {
		if err := server.start(); err != nil {
			return nil, fmt.Errorf("upstream %s: %w", server.name, err)
		}
		s.servers[port] = server
		s.ports[port] = server.port
	}
	if s.refused, s.ports[portRefused], err = holdPort(); err != nil {
		return nil, fmt.Errorf("upstream that refuses: %w", err)
	}
	return s, nil
}

// holdPort binds a port on which it does not listen: connections are refused, and nobody else can come to listen there.
func holdPort() (socket, port int, err error) {
	socket, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, 0, err
	}
	err = syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	if err != nil {
		return -1, 0, errors.Join(err, syscall.Close(socket))
	}
	addr, err := syscall.Getsockname(socket)
	if err != nil {
		return -1, 0, errors.Join(err, syscall.Close(socket))
	}
	return socket, addr.(*syscall.SockaddrInet4).Port, nil
}

// Ports returns the port that each server listens on, by the port it had in the recordings. All have five digits.
func (s *Servers) Ports() map[int]int { return s.ports }

// Hits returns how many requests the server of that name has read so far, and whether there is such a server.
func (s *Servers) Hits(name string) (hits int, ok bool) {
	for _, server := range s.servers {
		if server.name == name {
			return int(server.hits.Load()), true
		}
	}
	return 0, false
}

// Close stops the servers, drops their connections and waits until they are done with them.
func (s *Servers) Close() error {
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.close())
	}
	if s.refused >= 0 {
		errs = append(errs, syscall.Close(s.refused))
	}
	return errors.Join(errs...)
}
