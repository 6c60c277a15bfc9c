package proxy

import (
	"crypto/tls"
	"log/slog"
	"net/netip"
	"strings"
)

// serverNames are the certificates that clients are shown, by the names that the entity snis has. Each name has one
// certificate, or two with keys of different kinds.
type serverNames map[string][]*tls.Certificate

// add adds a certificate under a name, and the second one that its row may have.
func (n serverNames) add(name string, certificate *tls.Certificate, r row, log *slog.Logger) {
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

// supported returns the first certificate that the client can make use of.
func supported(certificates []*tls.Certificate, hello *tls.ClientHelloInfo) *tls.Certificate {
	for _, certificate := range certificates {
		if hello.SupportsCertificate(certificate) == nil {
			return certificate
		}
	}
	return certificates[0]
}

// tlsConfig returns the configuration of sockets that speak TLS: the given one, with the certificates of the present
// configuration in front of those that it has itself.
func (s *Server) tlsConfig(config *tls.Config) *tls.Config {
	config = config.Clone()
	others := config.GetCertificate
	config.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if certificate := s.snapshot.Load().certificates.find(hello); certificate != nil {
			return certificate, nil
		}
		if others != nil {
			return others(hello)
		}
		return nil, nil // crypto/tls goes on with config.Certificates
	}
	if len(config.NextProtos) == 0 {
		config.NextProtos = []string{"http/1.1"}
	}
	return config
}
