package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/postgres"
)

// found runs `kongo cluster verify` and `kongo doctor` on a node and fails the test unless both fail and name a fault.
func found(t *testing.T, n *testenv.Node, words ...string) {
	t.Helper()
	named := func(what, text string) {
		t.Helper()
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s does not say %q:\n%s", what, word, text)
			}
		}
	}
	verified := n.Run(t, "cluster", "verify", "-c", n.Conf)
	if verified.ExitCode != 1 || !strings.Contains(verified.Stdout, "      -> ") {
		t.Errorf("verify: exit code %d\n%s%s", verified.ExitCode, verified.Stdout, verified.Stderr)
	}
	named("verify", verified.Stdout)
	examined := n.Run(t, "doctor", "--json", "-c", n.Conf)
	var findings []struct{ Check, Result, Detail, Remedy string }
	if err := json.Unmarshal([]byte(examined.Stdout), &findings); err != nil || examined.ExitCode != 1 {
		t.Fatalf("doctor: exit code %d, error %v\n%s%s", examined.ExitCode, err, examined.Stdout, examined.Stderr)
	}
	var failed []string
	for _, f := range findings {
		if f.Result == "fail" {
			failed = append(failed, f.Check+": "+f.Detail)
			if f.Remedy == "" {
				t.Errorf("nothing is said about what to do: %s", f.Detail)
			}
		}
	}
	named("doctor", strings.Join(failed, "\n"))
}

// healthy fails the test unless verify and doctor find nothing wrong.
func healthy(t *testing.T, n *testenv.Node) {
	t.Helper()
	for _, args := range [][]string{{"cluster", "verify", "-c", n.Conf}, {"doctor", "-c", n.Conf}} {
		if got := n.Run(t, args...); got.ExitCode != 0 {
			t.Errorf("kongo %s: exit code %d\n%s%s", strings.Join(args, " "), got.ExitCode, got.Stdout, got.Stderr)
		}
	}
}

func TestFindsANodeThatStoppedPolling(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	first, second := d.node(t, nil), d.node(t, nil)
	healthy(t, first)
	second.Signal(t, syscall.SIGSTOP)
	defer second.Signal(t, syscall.SIGCONT)
	found(t, first, second.Proxy, "hangs or is stopped")
}

func TestFindsANodeOnAnotherDatabase(t *testing.T) {
	t.Parallel()
	server := testenv.PostgreSQL(t)
	d, other := bootstrap(t, server), bootstrap(t, server)
	first, second := d.node(t, nil), d.node(t, nil)
	second.Stop(t)
	config := fmt.Sprintf("pg_database = %s\n", other.Name)
	write(t, second.Conf, config)
	start := second.Command("restart", "-c", second.Conf)
	start.Env = append(start.Env, "KONG_PG_DATABASE="+other.Name, "KONG_NGINX_DAEMON=on")
	if out, err := start.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	defer second.Run(t, "stop", "-p", second.Prefix)
	found(t, first, second.Proxy, "uses another datastore", other.Name)
}

func TestFindsAReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	n := d.node(t, nil)
	d.run(t, "ALTER DATABASE "+d.Name+" SET default_transaction_read_only = on")
	found(t, n, "the database is read-only")
}

func TestFindsLatePropagation(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	d.node(t, nil)
	late := d.node(t, map[string]string{"KONG_DB_UPDATE_PROPAGATION": "60"})
	found(t, late, "db_update_propagation = 60")
}

// A node whose clock is off is one of this process's own: the clock of a machine can't be set for one process.
func TestFindsAClockThatIsOff(t *testing.T) {
	t.Parallel()
	d := bootstrap(t, testenv.PostgreSQL(t))
	n := d.node(t, nil)
	model, err := schema.NewModel(entity.Core(entity.Options{RouterFlavor: "traditional"})...)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	database, err := postgres.Open(postgres.Options{Log: log, Server: postgres.Server{
		Host: d.Host, Port: d.Port, User: d.User, Password: d.Password, Database: d.Name, Timeout: patience,
	}})
	if err != nil {
		t.Fatal(err)
	}
	store := database.Store(model)
	defer store.Close()
	feed, err := datastore.NewFeed(t.Context(), store, datastore.FeedOptions{Node: uuid.NewString(), Frequency: frequency, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	db, err := datastore.NewDB(t.Context(), store, model, feed, log)
	if err != nil {
		t.Fatal(err)
	}
	member := cluster.New(cluster.Options{
		Store: store, Feed: feed, DB: db, Log: log, Clock: func() time.Time { return time.Now().Add(10 * time.Minute) },
		Self: cluster.Self{Hostname: "late.example", Proxy: []string{"127.0.0.1:1"}, Frequency: frequency},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	member.Join(ctx)
	running.Go(func() { feed.Run(ctx) })
	running.Go(func() { member.Run(ctx) })
	found(t, n, "late.example", "clock is 10m0s ahead")
}

// While the database is away the commands say so, and show what the local node knows.
func TestClusterWithoutItsDatabase(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	d := bootstrap(t, server)
	first, second := d.node(t, nil), d.node(t, nil)
	eventually(t, "the first node knows both", func() bool {
		_, answer := send(t, "GET", "http://"+first.Admin+"/cluster", "")
		return strings.Contains(answer, second.Proxy)
	})
	server.Stop(t, testenv.PostgresCrash)
	shown := clusterOf(t, first)
	if shown.Total != 2 || !strings.Contains(shown.Warning, "can't be reached") {
		t.Errorf("the cluster is %+v", shown)
	}
	found(t, first, "connection refused")
	server.Start(t)
	eventually(t, "all is well", func() bool {
		got := first.Run(t, "cluster", "verify", "-c", first.Conf)
		return got.ExitCode == 0 && strings.Contains(got.Stdout, "2 live nodes")
	})
	healthy(t, first)
}

// What a probe and a table cost is no entity, and no event that a node of Kong would read.
func TestVerifyTouchesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kongo.db")
	n := testenv.Kongo(t, testenv.NodeConfig{Env: map[string]string{"KONG_SQLITE_PATH": path, "KONG_DB_UPDATE_FREQUENCY": "1"}})
	before := must(t, "GET", "http://"+n.Admin+"/services", "")
	healthy(t, n)
	if after := must(t, "GET", "http://"+n.Admin+"/services", ""); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("services were %v and are %v", before, after)
	}
	if shown := clusterOf(t, n); shown.Total != 1 {
		t.Errorf("the command is taken for a node: %+v", shown)
	}
}
