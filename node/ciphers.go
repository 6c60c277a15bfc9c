package node

import (
	"crypto/tls"
	"fmt"
	"strings"
)

// tlsVersions are the protocols by nginx's names, oldest first.
var tlsVersions = []struct {
	name    string
	version uint16
}{
	{"TLSv1", tls.VersionTLS10}, {"TLSv1.1", tls.VersionTLS11}, {"TLSv1.2", tls.VersionTLS12}, {"TLSv1.3", tls.VersionTLS13},
}

// versionRange returns the oldest and the newest protocol of a list such as `TLSv1.2 TLSv1.3`. Unknown names are ignored,
// such as SSLv3, which files of old ask for.
func versionRange(protocols string) (lowest, highest uint16, err error) {
	for _, name := range strings.Fields(protocols) {
		for _, v := range tlsVersions {
			if v.name != name {
				continue
			}
			if lowest == 0 || v.version < lowest {
				lowest = v.version
			}
			highest = max(highest, v.version)
		}
	}
	if lowest == 0 {
		return 0, 0, fmt.Errorf("ssl_protocols names no protocol that is supported: %q", protocols)
	}
	return lowest, highest, nil
}

// openSSLNames are the cipher suites of TLS 1.2 and older that Go has, as OpenSSL calls them.
var openSSLNames = map[string]uint16{
	"ECDHE-ECDSA-AES128-GCM-SHA256": tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-RSA-AES128-GCM-SHA256":   tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-ECDSA-AES256-GCM-SHA384": tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-RSA-AES256-GCM-SHA384":   tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-ECDSA-CHACHA20-POLY1305": tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	"ECDHE-RSA-CHACHA20-POLY1305":   tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	"ECDHE-ECDSA-AES128-SHA256":     tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
	"ECDHE-RSA-AES128-SHA256":       tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
	"ECDHE-ECDSA-AES128-SHA":        tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
	"ECDHE-RSA-AES128-SHA":          tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
	"ECDHE-ECDSA-AES256-SHA":        tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
	"ECDHE-RSA-AES256-SHA":          tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
	"AES128-GCM-SHA256":             tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
	"AES256-GCM-SHA384":             tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
	"AES128-SHA256":                 tls.TLS_RSA_WITH_AES_128_CBC_SHA256,
	"AES128-SHA":                    tls.TLS_RSA_WITH_AES_128_CBC_SHA,
	"AES256-SHA":                    tls.TLS_RSA_WITH_AES_256_CBC_SHA,
	"DES-CBC3-SHA":                  tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
}

// cipherSuites returns the suites that an OpenSSL list names. Go has no suites with finite-field Diffie-Hellman and none of
// OpenSSL's expressions such as HIGH:!aNULL; a list in which nothing is left gets Go's own choice, which is nil.
func cipherSuites(list string) []uint16 {
	var suites []uint16
	for name := range strings.SplitSeq(list, ":") {
		if suite, ok := openSSLNames[strings.TrimSpace(name)]; ok {
			suites = append(suites, suite)
		}
	}
	return suites
}
