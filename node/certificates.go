package node

import (
	"context"
	"crypto/tls"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/prefix"
)

// certificates is what a service presents to TLS clients. A reload exchanges it under the connections.
type certificates struct {
	selfSigned bool // for want of others
	current    atomic.Pointer[tls.Config]
}

// config returns what servers of the service use; a new handshake sees the latest certificates.
func (c *certificates) config() *tls.Config {
	return &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return c.current.Load(), nil }}
}

// loadCertificates reads the certificates of the services that speak TLS. Those without get one from the prefix.
func (n *Node) loadCertificates(context.Context) error {
	selfSigned := selfSigned(n.config)
	for _, service := range services {
		if speaksTLS(n.config, service) {
			n.tls[service] = &certificates{selfSigned: slices.Contains(selfSigned, service)}
		}
	}
	if len(selfSigned) > 0 {
		n.defaults = n.prefix.DefaultCertificates(n.log, selfSigned...)
		n.onClose("the default certificates", func() error { n.defaults.Close(); return nil })
	}
	return n.applyCertificates(n.config)
}

// applyCertificates takes over the certificates and TLS settings of a configuration, or none of them.
func (n *Node) applyCertificates(config *conf.Config) error {
	loaded := map[*certificates]*tls.Config{}
	for service, c := range n.tls {
		t, err := n.tlsConfig(config, service)
		if err != nil {
			return err
		}
		loaded[c] = t
	}
	for c, t := range loaded {
		c.current.Store(t)
	}
	return nil
}

func (n *Node) tlsConfig(config *conf.Config, service string) (*tls.Config, error) {
	protocols := config.String("nginx_http_ssl_protocols")
	lowest, highest, err := versionRange(protocols)
	if err != nil {
		return nil, err
	}
	list := config.String("ssl_ciphers")
	suites := cipherSuites(list)
	if list != "" && len(suites) == 0 {
		n.log.Warn("no cipher suite of ssl_ciphers is known, the usual ones are offered", "ssl_ciphers", list)
	}
	t := &tls.Config{
		MinVersion:             lowest,
		MaxVersion:             highest,
		CipherSuites:           suites,
		SessionTicketsDisabled: config.String("nginx_http_ssl_session_tickets") == "off",
		NextProtos:             n.applicationProtocols(service),
	}
	if t.Certificates, err = ownCertificates(config, service); err != nil {
		return nil, err
	}
	switch {
	case len(t.Certificates) > 0:
	case n.tls[service].selfSigned:
		t.GetCertificate = n.defaults.Get(service)
	default:
		return nil, fmt.Errorf("%s: going back to a self-signed certificate takes a restart", certificateKey(service))
	}
	return t, nil
}

// MakeCertificates makes the self-signed certificates that a node with that configuration needs and that are not there yet.
func MakeCertificates(ctx context.Context, config *conf.Config) error {
	made := prefix.Dir(config.String("prefix")).DefaultCertificates(nil, selfSigned(config)...)
	defer made.Close()
	return made.Wait(ctx)
}

// selfSigned names the services that speak TLS and have no certificate of their own.
func selfSigned(config *conf.Config) []string {
	var names []string
	for _, service := range services {
		if speaksTLS(config, service) && len(config.List(certificateKey(service))) == 0 {
			names = append(names, service)
		}
	}
	return names
}

// speaksTLS reports whether a service has a listener with the flag ssl.
func speaksTLS(config *conf.Config, service string) bool {
	return slices.ContainsFunc(config.Listeners(service+"_listen"), func(l conf.Listener) bool { return l.SSL })
}

// applicationProtocols are what the service offers during a handshake. One listener with the flag http2 switches it on for
// all of them. Kong 3.9: listen addresses.
func (n *Node) applicationProtocols(service string) []string {
	if service != "proxy" && n.speaksHTTP2(service) {
		return []string{"h2", "http/1.1"}
	}
	return []string{"http/1.1"}
}

func (n *Node) speaksHTTP2(service string) bool {
	return slices.ContainsFunc(n.config.Listeners(service+"_listen"), func(l conf.Listener) bool { return l.HTTP2 })
}

func certificateKey(service string) string {
	if service == "proxy" {
		return "ssl_cert"
	}
	return service + "_ssl_cert"
}
