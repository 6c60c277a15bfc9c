package e2e_test

import (
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/internal/golden"
	"github.com/kongo-gateway/kongo/internal/golden/upstreams"
	"github.com/kongo-gateway/kongo/internal/testenv"
)

// recordings are the recorded exchanges that kongo stands by so far.
var recordings = []string{
	"001_root_and_info",
	"010_services_generic",
	"012_services_nested",
	"020_routes_generic",
	"040_upstreams_generic",
	"042_targets",
	"100_proxy_defaults",
	"101_path_handling",
	"103_forwarded_headers",
	"105_upstream_errors",
	"113_cfg_headers_off",
	"114_cfg_headers_some",
	"115_cfg_trusted_ips",
	"116_cfg_trusted_ips_recursive_xff",
	"117_cfg_error_type_debug_header",
	"119_cfg_traditional_router",
	"121_dbless_config",
}

// healthRound is how long the health checks of the recordings take to come round.
const healthRound = 3 * time.Second

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range recordings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servers, err := upstreams.Start()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := servers.Close(); err != nil {
					t.Error(err)
				}
			})
			n := testenv.Kongo(t, testenv.NodeConfig{Env: golden.Settings(t, name)})
			golden.Replay(t, name, golden.Node{
				Proxy: n.Proxy, ProxyTLS: n.ProxyTLS, Admin: n.Admin, Status: n.Status,
				Upstreams: servers, LongestWait: healthRound, Unsupported: []string{"key-auth"},
			})
		})
	}
}
