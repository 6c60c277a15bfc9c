package prefix

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
)

// DefaultCertificates are the self-signed certificates of listeners that have no others: for every service one with an
// RSA key and one with an ECDSA key. They are read from ssl/, or made and written there. It is safe for concurrent use.
type DefaultCertificates struct {
	services map[string]pair
	all      []source // in the order in which they are made
	log      *slog.Logger

	stop context.CancelFunc
	done chan struct{} // closed when no more certificates will be made in the background
}

// source returns a certificate, which is read or made once, by whoever asks first: the goroutine that makes them all, or a
// handshake. The certificate is there, in memory, even if the error is that it could not be written.
type source func() (*tls.Certificate, error)

// pair are the two certificates of a service.
type pair struct{ ecdsa, rsa source }

// DefaultCertificates starts to read or make the certificates of some services, such as "proxy" and "admin_gui", and
// returns at once. Whoever calls closes them. The logger is told of certificates that are of no use or cannot be written; nil
// for none.
func (d Dir) DefaultCertificates(log *slog.Logger, services ...string) *DefaultCertificates {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &DefaultCertificates{services: map[string]pair{}, log: log, stop: stop, done: make(chan struct{})}
	var rsa []source
	for _, service := range services {
		base := d.Path("ssl/" + certificateName(service))
		p := pair{
			ecdsa: sync.OnceValues(func() (*tls.Certificate, error) { return c.load(base+"-ecdsa", newECDSAKey) }),
			rsa:   sync.OnceValues(func() (*tls.Certificate, error) { return c.load(base, newRSAKey) }),
		}
		c.services[service] = p
		c.all = append(c.all, p.ecdsa)
		rsa = append(rsa, p.rsa)
	}
	c.all = append(c.all, rsa...)
	go c.obtainAll(ctx)
	return c
}

// certificateName is the name of the RSA certificate of a service without its ending. Kong 3.9: prefix.
func certificateName(service string) string {
	if service == "proxy" {
		return "kong-default"
	}
	return strings.ReplaceAll(service, "_", "-") + "-kong-default"
}

// obtainAll gets all certificates before a handshake asks for them.
func (c *DefaultCertificates) obtainAll(ctx context.Context) {
	defer close(c.done)
	for _, get := range c.all {
		if ctx.Err() != nil {
			return
		}
		_, _ = get() // Wait asks for the errors
	}
}

// Get returns what a tls.Config of a service needs as GetCertificate. A client that can use either kind of key gets the
// ECDSA certificate. A handshake waits if its certificate is still being made. The service must be one of those that
// DefaultCertificates was called with.
func (c *DefaultCertificates) Get(service string) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p, ok := c.services[service]
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if !ok {
			return nil, fmt.Errorf("no default certificate for the service %q", service)
		}
		anyName := *hello // a default certificate is for clients of any name
		anyName.ServerName = ""
		if certificate, _ := p.ecdsa(); certificate != nil && anyName.SupportsCertificate(certificate) == nil {
			return certificate, nil
		}
		certificate, err := p.rsa()
		if certificate != nil {
			return certificate, nil
		}
		return nil, err
	}
}

// Wait waits until all certificates are there, and returns what kept one from being made or written. A certificate that
// could not be written is in use nevertheless.
func (c *DefaultCertificates) Wait(ctx context.Context) error {
	select {
	case <-c.done:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	var failure error
	for _, get := range c.all {
		_, err := get()
		failure = errors.Join(failure, err)
	}
	return failure
}

// Close stops making certificates in the background, and waits for the one that is being made. Handshakes that still come
// get theirs.
func (c *DefaultCertificates) Close() {
	c.stop()
	<-c.done
}

// load reads a certificate, or makes it if it is not there or of no use.
func (c *DefaultCertificates) load(path string, newKey keyMaker) (*tls.Certificate, error) {
	crt, key := path+".crt", path+".key"
	certificate, err := tls.LoadX509KeyPair(crt, key)
	if err == nil {
		return &certificate, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		c.log.Warn("the default certificate cannot be used and is made anew", "certificate", crt, "error", err)
	}
	made, err := selfSigned(newKey)
	if err != nil {
		err = fmt.Errorf("could not make the default certificate %s: %w", crt, err)
		c.log.Error(err.Error())
		return nil, err
	}
	if err := made.write(crt, key); err != nil {
		err = fmt.Errorf("could not write the default certificate: %w", err)
		c.log.Error(err.Error())
		return &made.certificate, err
	}
	return &made.certificate, nil
}
