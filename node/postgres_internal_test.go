package node

import (
	"log/slog"
	"reflect"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/postgres"
)

func TestSettingsOfPostgres(t *testing.T) {
	t.Parallel()
	defaults := postgres.Server{
		Host: "127.0.0.1", Port: 5432, User: "kong", Database: "kong", Timeout: 5 * time.Second, SemaphoreTimeout: time.Minute,
	}
	all := postgres.Server{
		Host: "db", Port: 6432, User: "u", Password: "p # q", Database: "d", Schema: "s", TLS: true, VerifyTLS: true,
		Timeout: 1500 * time.Millisecond, MaxQueries: 7, SemaphoreTimeout: 8 * time.Second, PoolSize: 9, Backlog: 10,
		KeepaliveTimeout: 11 * time.Second,
	}
	allSettings := []string{
		"KONG_PG_HOST=db", "KONG_PG_PORT=6432", "KONG_PG_USER=u", "KONG_PG_PASSWORD=p # q", "KONG_PG_DATABASE=d",
		"KONG_PG_SCHEMA=s", "KONG_PG_SSL=on", "KONG_PG_SSL_VERIFY=on", "KONG_PG_TIMEOUT=1500",
		"KONG_PG_MAX_CONCURRENT_QUERIES=7", "KONG_PG_SEMAPHORE_TIMEOUT=8000", "KONG_PG_POOL_SIZE=9", "KONG_PG_BACKLOG=10",
		"KONG_PG_KEEPALIVE_TIMEOUT=11000",
	}
	other := all
	other.Host, other.Port, other.TLS, other.PoolSize = "replica", 7432, false, 3
	nobodyWaits := defaults
	nobodyWaits.Backlog = -1
	cases := map[string]struct {
		settings []string
		server   postgres.Server
		replica  *postgres.Server
	}{
		"defaults":                     {nil, defaults, nil},
		"all":                          {allSettings, all, nil},
		"a backlog of nobody":          {[]string{"KONG_PG_BACKLOG=0"}, nobodyWaits, nil},
		"settings of no replica":       {[]string{"KONG_PG_RO_PORT=1"}, defaults, nil},
		"a replica that is the same":   {append([]string{"KONG_PG_RO_HOST=db"}, allSettings...), all, &all},
		"a replica with its own ideas": {append([]string{"KONG_PG_RO_HOST=replica", "KONG_PG_RO_PORT=7432", "KONG_PG_RO_SSL=off", "KONG_PG_RO_POOL_SIZE=3"}, allSettings...), all, &other},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, err := conf.Load(conf.Options{Environ: c.settings})
			if err != nil {
				t.Fatal(err)
			}
			got, err := postgresOptions(config, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.Server, c.server) || !reflect.DeepEqual(got.Replica, c.replica) {
				t.Errorf("got %+v and %+v", got.Server, got.Replica)
			}
		})
	}
}

func TestPatienceWithPostgres(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		options conf.Options
		want    time.Duration
	}{
		{conf.Options{}, 0},
		{conf.Options{Environ: []string{"KONG_PG_TIMEOUT=9000"}}, 0},
		{conf.Options{Overrides: map[string]string{"pg_timeout": "9000"}}, 9 * time.Second},
	} {
		config, err := conf.Load(c.options)
		if err != nil {
			t.Fatal(err)
		}
		if got := postgresPatience(config); got != c.want {
			t.Errorf("with %+v it is %v, want %v", c.options, got, c.want)
		}
	}
}
