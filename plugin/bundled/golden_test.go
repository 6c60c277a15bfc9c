package bundled_test

import (
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/admin"
	"github.com/kongo-gateway/kongo/internal/golden"
	"github.com/kongo-gateway/kongo/plugin/bundled"
	"github.com/kongo-gateway/kongo/plugin/schemas"
)

// TestRecorded replays what Kong answered to requests about plugins.
func TestRecorded(t *testing.T) {
	for _, name := range []string{"004_schemas_validate", "012_services_nested", "050_plugins_generic"} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t, schemas.Node{})
			installed := map[string]admin.Plugin{}
			for _, p := range bundled.Plugins(schemas.Node{}) {
				installed[p.Name] = admin.Plugin{Version: p.Version, Priority: p.Priority}
			}
			api := admin.New(admin.Options{
				DB: g.db, Database: "sqlite",
				Node:    admin.Node{Hostname: "host", Version: "0.0.0", Plugins: installed, Master: os.Getpid()},
				Log:     slog.New(slog.DiscardHandler),
				Server:  "kongo/0.0.0",
				Latency: true,
			})
			server := httptest.NewServer(api.Handler())
			t.Cleanup(server.Close)
			golden.Replay(t, name, golden.Node{Admin: strings.TrimPrefix(server.URL, "http://")})
		})
	}
}
