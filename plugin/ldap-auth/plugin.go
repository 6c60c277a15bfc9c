package ldapauth

import (
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// Plugin declares ldap-auth.
var Plugin = plugin.Plugin{
	Name: "ldap-auth", Priority: 1200, Version: schemas.Version,
	Phases: []plugin.Phase{plugin.Access},
	Schema: &subschema,
	Guards: true,
}
