package doctor

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// soon is how long before its end a certificate is told of.
const soon = 30 * 24 * time.Hour

// certificateSettings name the files with certificates that a node shows to clients and servers.
var certificateSettings = []string{"ssl_cert", "admin_ssl_cert", "status_ssl_cert", "client_ssl_cert"}

// checkCertificates looks for certificates of the settings that are about to expire.
func checkCertificates(_ context.Context, p *patient) []Finding {
	var findings []Finding
	for _, key := range certificateSettings {
		var paths []string
		if key == "client_ssl_cert" {
			if path := p.config.String(key); path != "" {
				paths = []string{path}
			}
		} else {
			paths = p.config.List(key)
		}
		for _, path := range paths {
			text := []byte(path)
			if content, err := os.ReadFile(path); err == nil {
				text = content
			}
			findings = append(findings, judge("certificates", key+" "+path, text)...)
		}
	}
	return findings
}

// checkStoredCertificates does the same with those in the datastore.
func checkStoredCertificates(ctx context.Context, p *patient) []Finding {
	const check = "certificates"
	if p.db == nil {
		return nil
	}
	var findings []Finding
	counted := 0
	err := p.db.Each(ctx, p.db.Model().Entity("certificates"), datastore.Key{}, func(row datastore.Document) error {
		counted++
		for _, member := range []string{"cert", "cert_alt"} {
			if text, _ := row[member].(string); text != "" {
				findings = append(findings, judge(check, "certificate "+datastore.DocumentID(row), []byte(text))...)
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return one(check, Fail, err.Error(), "see the datastore")
	case len(findings) == 0:
		return one(check, OK, fmt.Sprintf("none of %d certificates in the datastore expires within 30 days", counted), "")
	}
	return findings
}

// judge looks at the first certificate of a text. What it can't read is left to others.
func judge(check, what string, text []byte) []Finding {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	end := certificate.NotAfter.Format(time.DateOnly)
	switch left := time.Until(certificate.NotAfter); {
	case left <= 0:
		return one(check, Fail, fmt.Sprintf("%s expired on %s", what, end), "replace it; `kongo reload` takes over new files")
	case left < soon:
		return one(check, Warn, fmt.Sprintf("%s expires on %s", what, end), "renew it in time; `kongo reload` takes over new files")
	}
	return nil
}
