package quickstart_test

import (
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/quickstart"
	"github.com/kongo-gateway/kongo/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newDB(t *testing.T) *datastore.DB {
	t.Helper()
	db, store := openDB(t)
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func openDB(t *testing.T) (*datastore.DB, *sqlite.Store) {
	t.Helper()
	model, err := schema.NewModel(entity.Core(entity.Options{RouterFlavor: "traditional_compatible"})...)
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "kongo.db"), Model: model})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{Node: "test", Frequency: time.Hour, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	db, err := datastore.NewDB(t.Context(), store, model, feed, log)
	if err != nil {
		t.Fatal(err)
	}
	return db, store
}

// targets returns the servers that the entities lead to, by tag.
func targets(t *testing.T, db *datastore.DB) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := db.Each(t.Context(), db.Model().Entity("targets"), datastore.Key{}, func(d datastore.Document) error {
		found[d["tags"].([]any)[0].(string)] = d["target"].(string)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestDemo(t *testing.T) {
	db := newDB(t)
	var before map[string]string
	for _, run := range []string{"first", "second"} {
		t.Run(run, func(t *testing.T) {
			demo, err := quickstart.Start(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := demo.Close(); err != nil {
					t.Error(err)
				}
			}()
			found := targets(t, db)
			if len(found) != 2 {
				t.Errorf("targets are %v", found)
			}
			for name, address := range found {
				if address == before[name] {
					t.Errorf("%s still leads to a server of the run before", name)
				}
				if status, body := get(t, "http://"+address+"/x?y=1"); status != 200 || body != name+" answers GET /x?y=1\n" {
					t.Errorf("%s: %d %q", name, status, body)
				}
				if status, _ := get(t, "http://"+address+"/health"); status != 204 {
					t.Errorf("%s is %d", name, status)
				}
			}
			route, err := db.Select(t.Context(), db.Model().Entity("routes"), datastore.Key{Field: "name", Value: "demo"})
			if err != nil {
				t.Fatal(err)
			}
			service, err := db.Select(t.Context(), db.Model().Entity("services"), datastore.ID(datastore.ForeignID(route, "service")))
			if err != nil || service["host"] != "demo" {
				t.Errorf("the route leads to %v (%v)", service, err)
			}
			before = found
		})
	}
}

func TestDemoWithoutDatabase(t *testing.T) {
	db, store := openDB(t)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := quickstart.Start(t.Context(), db); err == nil || !strings.Contains(err.Error(), "upstreams") {
		t.Errorf("error is %v", err)
	}
}

func TestSettings(t *testing.T) {
	environ := []string{"KONG_PROXY_LISTEN=127.0.0.1:9000", "KONG_DATABASE=postgres", "KONG_ADMIN_LISTENER=x", "PATH=/bin"}
	settings := quickstart.Settings(environ)
	for key, want := range map[string]string{"proxy_listen": "", "admin_listen": "127.0.0.1:8001", "database": "sqlite", "status_listen": "off"} {
		if settings[key] != want {
			t.Errorf("%s = %q, want %q", key, settings[key], want)
		}
	}
}

func TestWelcome(t *testing.T) {
	demo, err := quickstart.Start(t.Context(), newDB(t))
	if err != nil {
		t.Fatal(err)
	}
	defer demo.Close()
	for name, c := range map[string]struct {
		addresses quickstart.Addresses
		commands  int
		want      []string
	}{
		"both listeners": {quickstart.Addresses{Proxy: "127.0.0.1:9000", Admin: "127.0.0.1:9001"}, 4, []string{
			"http://127.0.0.1:9000\n", "http://127.0.0.1:9001\n", "demo-a", "demo-b",
			`    curl -s "http://127.0.0.1:9000/demo/hello?[1-4]"` + "\n", "    curl -s http://127.0.0.1:9001/upstreams/demo/health\n",
		}},
		"no Admin API": {quickstart.Addresses{Proxy: "127.0.0.1:9000"}, 1, []string{"Admin API   off\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := demo.Welcome(c.addresses)
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing", want)
				}
			}
			if got := strings.Count(text, "\n    curl "); got != c.commands {
				t.Errorf("%d commands, want %d", got, c.commands)
			}
			if t.Failed() {
				t.Log(text)
			}
		})
	}
}
