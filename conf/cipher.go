package conf

import (
	"slices"
	"strings"
)

// cipherSuite is what one value of ssl_cipher_suite decides. The lists are
// those of Mozilla's Server Side TLS 5.7.
type cipherSuite struct {
	protocols, ciphers, preferServer, dhparam string
}

var cipherSuites = map[string]cipherSuite{
	"modern":       {"TLSv1.3", "", "off", ""},
	"intermediate": {"TLSv1.2 TLSv1.3", intermediateCiphers, "off", "ffdhe2048"},
	"old":          {"TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", oldCiphers, "on", ""},
	"fips":         {"TLSv1.2", "TLSv1.2+FIPS:kRSA+FIPS:!eNULL:!aNULL", "on", ""},
}

const (
	intermediateCiphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:" +
		"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" +
		"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:" +
		"DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305"

	oldCiphers = intermediateCiphers +
		":ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA" +
		":ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA" +
		":DHE-RSA-AES128-SHA256:DHE-RSA-AES256-SHA256:AES128-GCM-SHA256:AES256-GCM-SHA384" +
		":AES128-SHA256:AES256-SHA256:AES128-SHA:AES256-SHA:DES-CBC3-SHA"
)

// imposed returns what a suite decides, by key. The empty text unsets.
func (s cipherSuite) imposed(name string) map[string]string {
	values := map[string]string{"ssl_ciphers": s.ciphers}
	for _, block := range []string{"nginx_http_", "nginx_stream_"} {
		values[block+"ssl_protocols"] = s.protocols
		values[block+"ssl_prefer_server_ciphers"] = s.preferServer
		if name != "old" { // which leaves the choice of Diffie-Hellman parameters
			values["ssl_dhparam"], values[block+"ssl_dhparam"] = s.dhparam, s.dhparam
		}
	}
	return values
}

// applyCipherSuite overrides the TLS settings that the suite decides, whatever
// was written for them.
func (l *loader) applyCipherSuite() {
	const key = "ssl_cipher_suite"
	name := l.config.String(key)
	suite, ok := cipherSuites[name]
	switch {
	case name == "custom":
	case !ok && name == "":
		l.fail(key, suiteHint, "Undefined cipher suite nil")
	case !ok:
		l.fail(key, suiteHint, "Undefined cipher suite %s", name)
	default:
		for affected, value := range suite.imposed(name) {
			l.impose(affected, keys[affected].parse(value), key)
		}
	}
}

const suiteHint = "accepted: modern, intermediate, old, fips, custom"

// dhGroups are the groups that OpenSSL knows by name.
var dhGroups = []string{
	"ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192",
	"modp_1536", "modp_2048", "modp_3072", "modp_4096", "modp_6144", "modp_8192",
	"dh_1024_160", "dh_2048_224", "dh_2048_256",
}

func (l *loader) checkDHParameters() {
	known := func(value string) bool {
		return slices.ContainsFunc(dhGroups, func(g string) bool { return strings.EqualFold(g, value) })
	}
	shared := l.config.String("ssl_dhparam")
	if shared != "" && !known(shared) {
		l.loadOne("ssl_dhparam", material{"certificate", isDHParameters})
	}
	for _, key := range []string{"nginx_http_ssl_dhparam", "nginx_stream_ssl_dhparam"} {
		value := l.config.String(key)
		switch {
		case value == "" || known(value):
		case exists(value):
			l.config.settings[key].value = absolute(value)
		case shared == "":
			l.fail(key, "accepted: a group such as ffdhe2048, or the path of a file", "%s: no such file at %s", key, value)
		}
	}
}
