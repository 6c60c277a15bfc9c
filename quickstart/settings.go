package quickstart

import "strings"

// defaults are the settings of a demonstration: reachable from this machine only, and nothing that is not needed.
var defaults = map[string]string{
	"proxy_listen":     "127.0.0.1:8000",
	"admin_listen":     "127.0.0.1:8001",
	"admin_gui_listen": "off",
	"status_listen":    "off",
}

// Settings returns the settings of a demonstration, without those that the environment, in the form of os.Environ, has
// a say in. The database is the embedded one whatever the environment says: a demonstration does not write into the
// database of somebody's gateway.
func Settings(environ []string) map[string]string {
	settings := map[string]string{"database": "sqlite"}
	for key, value := range defaults {
		if _, ok := Variable(environ, key); !ok {
			settings[key] = value
		}
	}
	return settings
}

// Variable returns what an environment sets a setting to.
func Variable(environ []string, key string) (value string, ok bool) {
	name := "KONG_" + strings.ToUpper(key) + "="
	for _, variable := range environ {
		if value, ok = strings.CutPrefix(variable, name); ok {
			return value, true
		}
	}
	return "", false
}
