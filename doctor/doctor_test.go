package doctor_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/doctor"
	"github.com/kongo-gateway/kongo/internal/testenv/selfsigned"
	"github.com/kongo-gateway/kongo/node"
	"github.com/kongo-gateway/kongo/prefix"
)

func TestMain(m *testing.M) {
	// A goroutine of fasthttp outlives its server by one sleep of ten seconds.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

// configure loads a configuration with a prefix of its own. Settings are lines of a kong.conf.
func configure(t *testing.T, settings string) *conf.Config {
	t.Helper()
	dir := t.TempDir()
	text := "prefix = " + filepath.Join(dir, "prefix") + "\ndatabase = sqlite\nproxy_listen = 127.0.0.1:0\n" +
		"admin_listen = 127.0.0.1:0\nstatus_listen = off\nadmin_gui_listen = off\ndb_update_frequency = 1\n" + settings
	file := filepath.Join(dir, "kong.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := conf.Load(conf.Options{File: file})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := prefix.Dir(config.String("prefix")).Prepare(); err != nil {
		t.Fatal(err)
	}
	return config
}

// examine returns what is found, one line each: the result, the check and the detail.
func examine(t *testing.T, config *conf.Config, expected ...string) string {
	t.Helper()
	var lines []string
	for _, f := range doctor.Examine(t.Context(), config, slog.New(slog.DiscardHandler), expected...) {
		if (f.Result == doctor.OK) != (f.Remedy == "") {
			t.Errorf("a finding without a remedy, or a remedy for nothing: %+v", f)
		}
		lines = append(lines, f.Result+" "+f.Check+": "+f.Detail)
	}
	return strings.Join(lines, "\n")
}

func expect(t *testing.T, found string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(found, word) {
			t.Errorf("nothing is said of %q in\n%s", word, found)
		}
	}
}

// certificate writes a certificate that ends at a time, with its key.
func certificate(t *testing.T, settings string, end time.Time) string {
	t.Helper()
	crt, key := filepath.Join(t.TempDir(), "crt"), filepath.Join(t.TempDir(), "key")
	certificate, private, err := selfsigned.Until(end)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{crt: certificate, key: private} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return strings.NewReplacer("CRT", crt, "KEY", key).Replace(settings)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ settings, found string }{
		"key of an older version": {"cluster_listen = 0.0.0.0:7946\n", ": cluster_listen: not used since 0.11, "},
		"unknown key":             {"databse = off\n", "warn configuration: "},
		"plugin that is missing":  {"plugins = bundled, our-own\n", "warn plugins: plugins that kongo does not have: our-own"},
		"late propagation":        {"db_update_propagation = 60\n", "fail propagation: db_update_propagation = 60"},
		"needless propagation":    {"db_update_propagation = 1\n", "warn propagation: db_update_propagation = 1"},
		"rare polls":              {"db_update_frequency = 600\n", "warn propagation: "},
		"open Admin API":          {"admin_listen = 0.0.0.0:0\n", "warn admin API: the Admin API listens on 0.0.0.0:0"},
		"expired certificate": {certificate(t, "ssl_cert = CRT\nssl_cert_key = KEY\n", time.Now().Add(-time.Hour)),
			"fail certificates: ssl_cert "},
		"certificate about to expire": {certificate(t, "ssl_cert = CRT\nssl_cert_key = KEY\n", time.Now().Add(48*time.Hour)),
			"warn certificates: ssl_cert "},
		"no database":                  {"database = off\n", "ok datastore: database = off"},
		"database that was never made": {"", "fail datastore: the datastore can't be used: no node has made the database yet"},
		"server that is away":          {"database = postgres\npg_port = 1\n", "fail datastore: the datastore can't be used: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, examine(t, configure(t, c.settings)), c.found)
		})
	}
}

func TestRefusedConfiguration(t *testing.T) {
	t.Parallel()
	_, err := conf.Load(conf.Options{Environ: []string{"KONG_DATABASE=mysql", "KONG_LOG_LEVEL=loud"}})
	var invalid *conf.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	findings := doctor.Refused(invalid)
	if len(findings) != 2 || findings[0].Result != doctor.Fail || !strings.Contains(findings[0].Remedy, "postgres, cassandra, off, sqlite") {
		t.Errorf("the findings are %+v", findings)
	}
	text, err := json.Marshal(findings[0])
	if err != nil || !strings.HasPrefix(string(text), `{"check":"configuration","result":"fail","detail":"`) {
		t.Errorf("in JSON it is %s, error %v", text, err)
	}
}

func TestBusyListener(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	address := busy.Addr().String()
	expect(t, examine(t, configure(t, "proxy_listen = "+address+"\n")),
		"fail listeners: no node runs in this prefix, and "+address+" of proxy_listen is in use")
}

func TestEntities(t *testing.T) {
	t.Parallel()
	config := configure(t, "")
	n, err := node.Start(t.Context(), node.Options{Config: config, Version: "1"})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	insert := func(name string, body datastore.Document) datastore.Document {
		t.Helper()
		row, err := n.DB().Insert(t.Context(), n.DB().Model().Entity(name), body)
		if err != nil {
			t.Fatal(err)
		}
		return datastore.Document{"id": row["id"]}
	}
	expect(t, examine(t, config), "ok plugins: ", "ok admin API: ", "ok datastore: ", "ok clock: ", "ok cluster: live nodes that see each other's changes: 1",
		"ok listeners: ", "ok paths: ", "ok plugins: kongo can run all of 0 plugins in the datastore", "ok certificates: ", "ok upstreams: all of 0 servers")

	admin := "http://" + n.Addresses("admin")[0]
	expect(t, examine(t, config, admin), "ok cluster: ")
	expect(t, examine(t, config, admin, "127.0.0.1:1"), "fail cluster: (127.0.0.1:1): no node introduces itself at 127.0.0.1:1: ")

	service := insert("services", datastore.Document{"host": "no-such-host.invalid", "port": int64(80)})
	insert("routes", datastore.Document{"service": service, "paths": []any{`/users/\d+`, "/plain", "~/expression$"}})
	group := insert("upstreams", datastore.Document{"name": "group"})
	insert("services", datastore.Document{"host": "group"})
	insert("targets", datastore.Document{"upstream": group, "target": "127.0.0.1:1"})
	insert("plugins", datastore.Document{"name": "datadog"})
	found := examine(t, config)
	expect(t, found, `warn paths: path /users/\d+ of route `, "fail upstreams: the name no-such-host.invalid can't be resolved",
		"warn upstreams: 127.0.0.1:1 accepts no connections", "fail plugins: plugins that are enabled in the datastore and that kongo can't run: datadog; ")
	if strings.Contains(found, "/plain") || strings.Contains(found, "~/expression") || strings.Contains(found, "group") {
		t.Errorf("what is right is found wrong:\n%s", found)
	}
}
