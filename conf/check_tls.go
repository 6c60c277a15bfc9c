package conf

import "slices"

// checkCertificates checks the pairs of the listeners that speak TLS, and the
// one that the gateway presents to upstream servers.
func (l *loader) checkCertificates() {
	for _, c := range []struct {
		prefix  string
		listens []string
	}{
		{"", []string{"proxy_listen", "stream_listen"}},
		{"admin_", []string{"admin_listen"}},
		{"admin_gui_", []string{"admin_gui_listen"}},
		{"status_", []string{"status_listen"}},
	} {
		if !slices.ContainsFunc(c.listens, func(key string) bool { return carriesTLS(l.config.List(key)) }) {
			continue
		}
		cert, key := c.prefix+"ssl_cert", c.prefix+"ssl_cert_key"
		certCount, keyCount := len(l.config.List(cert)), len(l.config.List(key))
		left := l.config.setting(cert).left || l.config.setting(key).left
		if !left && l.checkPair(cert, key, certCount > 0, keyCount > 0) && certCount != keyCount {
			l.fail(cert, "", "%s was specified %d times while %s was specified %d times", cert, certCount, key, keyCount)
		}
		l.loadAll(cert, certificate)
		l.loadAll(key, privateKey)
	}
	if l.config.Bool("client_ssl") {
		const cert, key = "client_ssl_cert", "client_ssl_cert_key"
		l.checkPair(cert, key, l.config.IsSet(cert), l.config.IsSet(key))
		l.loadOne(cert, certificate)
		l.loadOne(key, privateKey)
	}
}

// checkPair checks that a certificate does not come without its key.
func (l *loader) checkPair(cert, key string, hasCert, hasKey bool) bool {
	switch {
	case hasCert && !hasKey:
		l.fail(key, "", "%s must be specified", key)
	case hasKey && !hasCert:
		l.fail(cert, "", "%s must be specified", cert)
	}
	return hasCert == hasKey
}

// systemBundles are the places where systems keep the authorities they trust.
// Kong 3.9: lua_ssl_trusted_certificate = system.
var systemBundles = []string{
	"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Gentoo
	"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL 6
	"/etc/ssl/ca-bundle.pem",                            // openSUSE
	"/etc/pki/tls/cacert.pem",                           // OpenELEC
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // CentOS, RHEL 7
	"/etc/ssl/cert.pem",                                 // OpenBSD, Alpine
}

// checkTrustedCertificates settles the authorities to trust. A system without
// a bundle just has none.
func (l *loader) checkTrustedCertificates() {
	const key = "lua_ssl_trusted_certificate"
	trusted := []string{}
	for _, item := range l.config.List(key) {
		if item == "system" {
			if bundle := firstExisting(systemBundles); bundle != "" {
				trusted = append(trusted, bundle)
			}
			continue
		}
		trusted = append(trusted, l.load(key, item, certificate))
	}
	l.config.settings[key].value = trusted
}
