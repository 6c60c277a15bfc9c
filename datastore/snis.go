package datastore

import (
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// sniRules: nodes look a certificate up by the name that a client asks for and by the wildcards that cover it.
type sniRules struct{ plain }

// aliases are a server name and the wildcards that cover it: with the first label replaced, if two are left, and with the
// last one replaced. A wildcard stands for itself.
func (sniRules) aliases(e *schema.Entity, row Document, _ string) []string {
	name := keyValue(e, row, "name")
	names := []string{"snis:" + name}
	if strings.Contains(name, "*") {
		return names
	}
	if first := strings.IndexByte(name, '.'); first > 0 && strings.Contains(name[first+1:], ".") {
		names = append(names, "snis:*"+name[first:])
	}
	if last := strings.LastIndexByte(name, '.'); last > 0 {
		names = append(names, "snis:"+name[:last]+".*")
	}
	return names
}
