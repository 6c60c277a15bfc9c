package golden

import (
	"crypto/x509/pkix"
	"strings"
)

// subjectNames are openssl's short names of the attributes of a certificate's subject, by object identifier.
var subjectNames = map[string]string{
	"2.5.4.6":  "C",
	"2.5.4.8":  "ST",
	"2.5.4.7":  "L",
	"2.5.4.10": "O",
	"2.5.4.11": "OU",
	"2.5.4.3":  "CN",
}

// opensslSubject writes a subject as `openssl x509 -subject` does.
func opensslSubject(subject pkix.Name) string {
	var parts []string
	for _, attribute := range subject.Names {
		name := attribute.Type.String()
		if short, ok := subjectNames[name]; ok {
			name = short
		}
		value, _ := attribute.Value.(string)
		parts = append(parts, name+" = "+value)
	}
	return "subject=" + strings.Join(parts, ", ")
}
