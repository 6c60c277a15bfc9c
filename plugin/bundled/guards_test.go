package bundled_test

import (
	"slices"
	"testing"

	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// TestGuards holds the list of plugins without which a request must not pass: those that authenticate or authorize, that refuse
// requests by what is in them, and those whose code may do so.
func TestGuards(t *testing.T) {
	var guards []string
	for _, p := range bundled.Plugins(schemas.Node{}) {
		if p.Guards {
			guards = append(guards, p.Name)
		}
	}
	want := []string{
		"acl", "ai-prompt-guard", "basic-auth", "bot-detection", "hmac-auth", "ip-restriction", "jwt", "key-auth", "ldap-auth",
		"oauth2", "post-function", "pre-function", "request-termination", "standard-webhooks",
	}
	if slices.Sort(guards); !slices.Equal(guards, want) {
		t.Errorf("guards are %v, want %v", guards, want)
	}
}
