package conf

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
)

// material is what a setting about TLS holds: the path of a file, or the thing
// itself as PEM text or in base64.
type material struct {
	what  string // as Kong's message calls it
	valid func(string) bool
}

var (
	certificate = material{"certificate", isCertificate}
	privateKey  = material{"key", isPrivateKey}
)

// load checks one item of a setting and returns what it stands for: the
// absolute path of a file, or the text, decoded. A file that exists is not
// parsed here: Kong leaves that to whoever opens it.
func (l *loader) load(name, item string, m material) string {
	accepted := "accepted: the path of a file, or a " + m.what + " as PEM text or its base64"
	if exists(item) {
		if err := readable(item); err != nil {
			l.fail(name, accepted, "%s: cannot read %s: %v", name, item, reason(err))
			l.problems[len(l.problems)-1].cause = err
		}
		return absolute(item)
	}
	item = decodeBase64(item)
	if !m.valid(item) {
		l.fail(name, accepted, "%s: failed loading %s from %s", name, m.what, item)
	}
	return item
}

// loadOne does the same for a setting with one value, if it is set.
func (l *loader) loadOne(name string, m material) {
	if value := l.config.String(name); value != "" {
		l.config.settings[name].value = l.load(name, value, m)
	}
}

// loadAll does it for a list.
func (l *loader) loadAll(name string, m material) {
	items := l.config.List(name)
	for i, item := range items {
		items[i] = l.load(name, item, m)
	}
	l.config.settings[name].value = items
}

// decodeBase64 decodes what is base64 as nginx takes it, padded or not, and
// returns anything else as it is.
func decodeBase64(s string) string {
	unpadded, _, _ := strings.Cut(s, "=")
	decoded, err := base64.RawStdEncoding.DecodeString(unpadded)
	if err != nil {
		return s
	}
	return string(decoded)
}

// readable returns why a file cannot be read, if it cannot.
func readable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err = f.Read(make([]byte, 1)); errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// reason is the error of the system without the operation and the path.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// derOf returns the DER inside a PEM text, and DER as it is.
func derOf(s string) []byte {
	if block, _ := pem.Decode([]byte(s)); block != nil {
		return block.Bytes
	}
	return []byte(s)
}

func isCertificate(s string) bool {
	_, err := x509.ParseCertificate(derOf(s))
	return err == nil
}

func isPrivateKey(s string) bool {
	der := derOf(s)
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return true
	}
	if _, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return true
	}
	_, err := x509.ParseECPrivateKey(der)
	return err == nil
}

// isDHParameters checks the envelope only: kongo has no use for the numbers.
func isDHParameters(s string) bool {
	block, _ := pem.Decode([]byte(s))
	return block != nil && strings.HasSuffix(block.Type, "DH PARAMETERS")
}
