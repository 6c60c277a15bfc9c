package proxy

import (
	"crypto/tls"
	"log/slog"
	"net/netip"
	"strings"
	"sync/atomic"
)

// serverNames are the certificates that clients are shown, by the names that the entity snis has. Each name has one
// certificate, or two with keys of different kinds.
type serverNames map[string][]*tls.Certificate

// add adds a certificate under a name, and the second one that its row may have.
func (n serverNames) add(name string, certificate *tls.Certificate, r row, log *slog.Logger) {
	name = strings.ToLower(name)
	n[name] = append(n[name], certificate)
	if r.text("key_alt") == "" {
		return
	}
	second, err := parsePair(r.text("cert_alt"), r.text("key_alt"))
	if err != nil {
		log.Error("the second certificate of a server name cannot be used", "name", name, "error", err)
		return
	}
	n[name] = append(n[name], second)
}

// find returns the certificate for a client, nil if none of the names covers the one that it asks for.
//
// Kong 3.9: inbound TLS, choice of the certificate: the name itself, then with its first label replaced by a wildcard, then
// with its last one replaced, then the name "*".
func (n serverNames) find(hello *tls.ClientHelloInfo) *tls.Certificate {
	name := strings.ToLower(hello.ServerName)
	if len(n) == 0 || name == "" || strings.Contains(name, ":") {
		return nil
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return nil
	}
	candidates := [4]string{0: name, 3: "*"}
	if first := strings.IndexByte(name, '.'); first > 0 && strings.Contains(name[first+1:], ".") {
		candidates[1] = "*" + name[first:]
	}
	if last := strings.LastIndexByte(name, '.'); last > 0 {
		candidates[2] = name[:last] + ".*"
	}
	for _, candidate := range candidates {
		if certificates := n[candidate]; candidate != "" && len(certificates) > 0 {
			return supported(certificates, hello)
		}
	}
	return nil
}

// supported returns the first certificate with a key that the client can make use of, or else the first one. That there is a
// choice at all is a matter of keys only, so that the names in the certificates are not looked at.
func supported(certificates []*tls.Certificate, hello *tls.ClientHelloInfo) *tls.Certificate {
	if len(certificates) == 1 {
		return certificates[0]
	}
	nameless := *hello
	nameless.ServerName = ""
	hello = &nameless
	for _, certificate := range certificates {
		if hello.SupportsCertificate(certificate) == nil {
			return certificate
		}
	}
	return certificates[0]
}

// tlsConfig returns the configuration of sockets that speak TLS: the given one, or what that has for a client, with the
// certificates of the present snapshot in front of those that it has itself.
func (s *Server) tlsConfig(config *tls.Config) *tls.Config {
	chosen := config.GetConfigForClient
	if chosen == nil {
		return s.withServerNames(config)
	}
	config = config.Clone()
	var last atomic.Pointer[derivedConfig]
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		from, err := chosen(hello)
		if from == nil || err != nil {
			return from, err
		}
		derived := last.Load()
		if derived == nil || derived.from != from {
			derived = &derivedConfig{from, s.withServerNames(from)}
			last.Store(derived)
		}
		return derived.config, nil
	}
	return s.withServerNames(config)
}

// derivedConfig remembers what was made of a configuration: the keys of session tickets live in it, so that a new one for
// each client would have no session resumed.
type derivedConfig struct{ from, config *tls.Config }

// withServerNames returns a configuration that shows the certificates of the present snapshot, and its own to clients that
// ask for no name that is among them.
func (s *Server) withServerNames(config *tls.Config) *tls.Config {
	config = config.Clone()
	others := config.GetCertificate
	var configured []*tls.Certificate
	for i := range config.Certificates {
		configured = append(configured, &config.Certificates[i])
	}
	config.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if certificate := s.snapshot.Load().certificates.find(hello); certificate != nil {
			return certificate, nil
		}
		if others != nil {
			return others(hello)
		}
		if len(configured) == 0 {
			return nil, nil // crypto/tls says what is missing
		}
		return supported(configured, hello), nil
	}
	if len(config.NextProtos) == 0 {
		config.NextProtos = []string{"http/1.1"}
	}
	return config
}
