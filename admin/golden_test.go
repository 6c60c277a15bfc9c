package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/internal/golden"
)

// TestRecorded replays what Kong answered.
func TestRecorded(t *testing.T) { onEveryStore(t, testRecorded) }

func testRecorded(t *testing.T, start starter) {
	for _, name := range []string{
		"004_schemas_validate", "010_services_generic", "012_services_nested", "020_routes_generic", "030_consumers_generic",
		"031_consumers_validation", "040_upstreams_generic", "042_targets", "050_plugins_generic", "070_key_sets_generic",
		"071_vaults_generic", "072_keys_generic",
	} {
		t.Run(name, func(t *testing.T) { golden.Replay(t, name, addresses(start(t))) })
	}
}

// TestRecordedNode replays what Kong told of the node itself, save for what the rest of a node decides.
func TestRecordedNode(t *testing.T) {
	n := start(t, func(o *admin.Options) { o.Metrics = http.NotFoundHandler() })
	recording, err := golden.Load("001_root_and_info")
	if err != nil {
		t.Fatal(err)
	}
	mismatches, err := recording.Replay(t.Context(), addresses(n))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mismatches {
		_, target, _ := strings.Cut(m.Request, " GET ")
		path, _, _ := strings.Cut(target, " ")
		if !slices.Contains([]string{"/", "/metrics", "/cluster"}, path) {
			t.Error(m)
		}
	}
}

func addresses(n *node) golden.Node {
	return golden.Node{
		Admin:  strings.TrimPrefix(n.admin.URL, "http://"),
		Status: strings.TrimPrefix(n.status.URL, "http://"),
	}
}
