package admin_test

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/golden"
)

// TestRecorded replays what Kong answered, for the entities that need no plugins.
func TestRecorded(t *testing.T) {
	for _, name := range []string{
		"010_services_generic", "020_routes_generic", "030_consumers_generic", "031_consumers_validation",
		"040_upstreams_generic", "042_targets", "070_key_sets_generic", "071_vaults_generic",
	} {
		t.Run(name, func(t *testing.T) {
			n := start(t)
			golden.Replay(t, name, golden.Node{
				Admin:  strings.TrimPrefix(n.admin.URL, "http://"),
				Status: strings.TrimPrefix(n.status.URL, "http://"),
			})
		})
	}
}
