package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

const (
	core    = datastore.ChannelCoreInvalidations
	general = datastore.ChannelInvalidations
)

// eventRow is a row of cluster_events as far as Kong nodes act on it, with what the server says of how it was written.
type eventRow struct {
	Node, Channel, Data string
	Delay               *float64 // nbf - at, in seconds
	Life                float64  // expire_at - at
	WholeMillis         bool
	Late                float64 // how long after the server's present time it is, at the utmost
	Transaction         string
}

func eventRows(t *testing.T, location string) []eventRow {
	t.Helper()
	rows, err := connect(t, location).Query(t.Context(), `SELECT node_id::text, channel, data,
			extract(epoch FROM nbf - at)::float8, extract(epoch FROM expire_at - at)::float8,
			date_trunc('milliseconds', at) = at, extract(epoch FROM at - CURRENT_TIMESTAMP)::float8, xmin::text
		FROM cluster_events ORDER BY at, id`)
	if err != nil {
		t.Fatal(err)
	}
	events, err := pgx.CollectRows(rows, pgx.RowToStructByPos[eventRow])
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func TestJoiningB1RefusesWhatKongRefuses(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	const other, service = "11111111-1111-4111-a111-111111111111", "22222222-2222-4222-a222-222222222222"
	run(t, location, fmt.Sprintf(`INSERT INTO workspaces (id, name) VALUES ('%[1]s', 'other');
		INSERT INTO services (id, ws_id, name, host, port, protocol) VALUES ('%[2]s', '%[1]s', 'twin', 'h', 80, 'http')`,
		other, service))
	n.insert("services", datastore.Document{"name": "twin", "host": "h"}) // its name is unique in its workspace
	for name, body := range map[string]datastore.Document{
		"a name that is taken":               {"services": datastore.Document{"name": "twin", "host": "h"}},
		"a reference to another's workspace": {"routes": datastore.Document{"paths": []any{"/"}, "service": datastore.Document{"id": service}}},
		"a reference to nothing":             {"routes": datastore.Document{"paths": []any{"/"}, "service": datastore.Document{"id": other}}},
	} {
		for e, doc := range body {
			_, err := n.db.Insert(t.Context(), n.entity(e), doc.(datastore.Document))
			if code := datastore.ErrorCode(err); code != datastore.CodeUniqueViolation && code != datastore.CodeForeignKeyViolation {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if got := eventRows(t, location); len(got) != 1 {
		t.Errorf("refused writes are told of: %v", got)
	}
}

func TestJoiningB2FillsAllColumns(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	n.insert("services", datastore.Document{"host": "h"})
	n.insert("upstreams", datastore.Document{"name": "u"})
	n.insert("plugins", datastore.Document{"name": "key-auth"})
	for query, want := range map[string]int64{
		`SELECT count(*) FROM services WHERE retries = 5 AND port = 80 AND protocol = 'http' AND enabled AND ws_id IS NOT NULL
			AND connect_timeout = 60000 AND created_at = updated_at AND tags IS NULL AND ca_certificates IS NULL`: 1,
		`SELECT count(*) FROM plugins WHERE cache_key = 'plugins:key-auth:::::' || ws_id AND protocols = '{grpc,grpcs,http,https}'`: 1,
		`SELECT count(*) FROM plugins, jsonb_object_keys(config)`:                                                                   8,
		`SELECT count(*) FROM plugins WHERE config -> 'anonymous' = 'null' AND config -> 'realm' = 'null'`:                          1,
		`SELECT count(*) FROM upstreams, jsonb_object_keys(healthchecks -> 'active')`:                                               9,
		`SELECT count(*) FROM upstreams WHERE healthchecks -> 'active' -> 'headers' = 'null' AND NOT use_srv_name`:                  1,
	} {
		checkAlike(t, query, want, value(t, location, query))
	}
}

func TestJoiningB3WritesOneCommittedStatement(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	n.insert("services", datastore.Document{"host": "h"})
	events := eventRows(t, location)
	written := value(t, location, "SELECT xmin::text FROM services")
	if len(events) != 1 || events[0].Transaction == written {
		t.Errorf("the row was written by transaction %v, its events are %v", written, events)
	}
}

func TestJoiningB4InsertsEventRowsAfterTheCommit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		propagation time.Duration
		delay, life float64
	}{
		"at once":            {0, -1, 3600},
		"delayed":            {2900 * time.Millisecond, 2, 3600},
		"delayed for longer": {10 * time.Minute, 600, 6000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			location := kong(t)
			n := startNode(t, serverAt(t, location), func(o *datastore.FeedOptions) { o.Propagation = c.propagation })
			n.insert("routes", datastore.Document{"paths": []any{"/"}})
			events := eventRows(t, location)
			if len(events) != 2 || events[0].Transaction == events[1].Transaction {
				t.Fatalf("the events are %v", events)
			}
			checkAlike(t, "transactions before the commit of the row", 0, value(t, location,
				"SELECT count(*) FROM cluster_events, routes WHERE cluster_events.xmin::text::bigint < routes.xmin::text::bigint"))
			for _, e := range events {
				delay := -1.0
				if e.Delay != nil {
					delay = *e.Delay
				}
				if e.Node != n.id || delay != c.delay || e.Life != c.life || !e.WholeMillis || e.Late > 0.001 {
					t.Errorf("delay %v: %+v", delay, e)
				}
			}
		})
	}
}

func TestJoiningB5AnswersWhenAllIsWritten(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	heard := n.listen(core)
	for i := range 10 {
		n.insert("services", datastore.Document{"host": "h"})
		if len(eventRows(t, location)) != i+1 || len(heard.all()) != i+1 {
			t.Fatal("the answer came before the events")
		}
	}
}

// What is told of every change, as real nodes of Kong 3.9 were seen to tell it.
func TestJoiningBRowsToInsert(t *testing.T) {
	t.Parallel()
	location := kong(t)
	n := startNode(t, serverAt(t, location), nil)
	ws := n.db.Workspace()
	ids := map[string]string{}

	// expect compares the rows that a change has made, with {name} for the id of what was inserted under a name.
	expect := func(what string, want ...string) {
		t.Helper()
		pairs := []string{"W", ws, "K ", core + " ", "I ", general + " "}
		for name, id := range ids {
			pairs = append(pairs, "{"+name+"}", id)
		}
		replace := strings.NewReplacer(pairs...)
		var got []string
		for _, e := range eventRows(t, location) {
			got = append(got, e.Channel+" "+e.Data)
		}
		for i := range want {
			want[i] = replace.Replace(want[i])
		}
		slices.Sort(got)
		slices.Sort(want)
		// A second row for the same key is in nobody's way.
		if got = slices.Compact(got); !slices.Equal(got, slices.Compact(want)) {
			t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		run(t, location, "DELETE FROM cluster_events")
	}
	insert := func(name, entity string, body datastore.Document) {
		t.Helper()
		ids[name] = datastore.DocumentID(n.insert(entity, body))
	}
	ref := func(name string) datastore.Document { return datastore.Document{"id": ids[name]} }

	insert("s", "services", datastore.Document{"name": "s", "host": "h"})
	expect("service created", "K services:{s}:::::W")
	n.update("services", ids["s"], datastore.Document{"retries": int64(1)})
	expect("service updated", "K services:{s}:::::W", "K router:version")
	insert("r", "routes", datastore.Document{"paths": []any{"/"}, "service": ref("s")})
	expect("route created", "K routes:{r}:::::W", "K router:version")
	n.update("routes", ids["r"], datastore.Document{"tags": []any{"x"}})
	expect("route updated", "K routes:{r}:::::W", "K router:version")

	insert("c", "consumers", datastore.Document{"username": "joe"})
	expect("consumer created", "I consumers:{c}:::::W", "I consumers:joe:::::W")
	n.update("consumers", ids["c"], datastore.Document{"username": "jim"})
	expect("consumer renamed", "I consumers:{c}:::::W", "I consumers:joe:::::W", "I consumers:jim:::::W")

	insert("p", "plugins", datastore.Document{"name": "key-auth", "service": ref("s")})
	expect("plugin created", "K plugins:key-auth::{s}:::W", "K plugins_iterator:version")
	n.update("plugins", ids["p"], datastore.Document{"service": nil, "route": ref("r")})
	expect("plugin moved", "K plugins:key-auth::{s}:::W", "K plugins:key-auth:{r}::::W", "K plugins_iterator:version")
	n.delete("routes", ids["r"])
	expect("route deleted", "K routes:{r}:::::W", "K router:version", "K plugins:key-auth:{r}::::W", "K plugins_iterator:version")
	n.delete("services", ids["s"])
	expect("service deleted", "K services:{s}:::::W")

	insert("k", "keyauth_credentials", datastore.Document{"key": "k1", "consumer": ref("c")})
	expect("key created", "I keyauth_credentials:k1:::::W")
	n.update("keyauth_credentials", ids["k"], datastore.Document{"key": "k2"})
	expect("key changed", "I keyauth_credentials:k1:::::W", "I keyauth_credentials:k2:::::W")
	insert("a", "acls", datastore.Document{"group": "g", "consumer": ref("c")})
	expect("group created", "I acls:{c}:::::W", "I acls:{c}:g::::W")
	n.delete("consumers", ids["c"])
	expect("consumer deleted", "I consumers:{c}:::::W", "I consumers:jim:::::W", "I keyauth_credentials:k2:::::W",
		"I acls:{c}:::::W", "I acls:{c}:g::::W")

	insert("u", "upstreams", datastore.Document{"name": "up"})
	expect("upstream created", "K upstreams:{u}:::::W", "balancer:upstreams create:W:{u}:up")
	insert("t", "targets", datastore.Document{"target": "h:1", "upstream": ref("u")})
	expect("target created", "K targets:{u}:h:1::::W", "balancer:targets create:{u}")
	n.update("targets", ids["t"], datastore.Document{"weight": int64(1)})
	expect("target updated", "K targets:{u}:h:1::::W", "balancer:targets update:{u}")
	n.update("upstreams", ids["u"], datastore.Document{"slots": int64(100)})
	expect("upstream updated", "K upstreams:{u}:::::W", "balancer:upstreams update:W:{u}:up")
	n.delete("upstreams", ids["u"])
	expect("upstream deleted", "K upstreams:{u}:::::W", "balancer:upstreams delete:W:{u}:up", "K targets:{u}:h:1::::W",
		"balancer:targets delete:{u}")

	docs := documents(t)
	cert := docs["certificates"][0]
	insert("cert", "certificates", datastore.Document{"cert": cert["cert"], "key": cert["key"]})
	expect("certificate created", "K certificates:{cert}:::::W")
	insert("sni", "snis", datastore.Document{"name": "a.example.com", "certificate": ref("cert")})
	expect("name created", "K snis:{sni}:::::W", "K snis:a.example.com", "K snis:*.example.com", "K snis:a.example.*")
	n.delete("certificates", ids["cert"])
	expect("certificate deleted", "K certificates:{cert}:::::W", "K snis:{sni}:::::W", "K snis:a.example.com",
		"K snis:*.example.com", "K snis:a.example.*")
	insert("ca", "ca_certificates", datastore.Document{"cert": docs["ca_certificates"][0]["cert"]})
	expect("authority created", "K ca_certificates:{ca}:::::")

	insert("v", "vaults", datastore.Document{"prefix": "one", "name": "env"})
	expect("vault created", "K vaults:one:::::")
	n.update("vaults", ids["v"], datastore.Document{"prefix": "two"})
	expect("vault changed", "K vaults:one:::::", "K vaults:two:::::")
	insert("set", "key_sets", datastore.Document{"name": "set"})
	expect("key set created", "K key_sets:{set}:::::W")
	insert("key", "keys", datastore.Document{"kid": "k2", "jwk": docs["keys"][1]["jwk"], "set": ref("set")})
	expect("key created", "K keys:k2:{set}")
	n.delete("key_sets", ids["set"])
	expect("key set deleted", "K key_sets:{set}:::::W", "K keys:k2:{set}")

	if _, err := n.db.Delete(t.Context(), n.entity("services"), datastore.ID(ids["s"])); err != nil {
		t.Fatal(err)
	}
	if _, err := n.db.Insert(t.Context(), n.entity("services"), datastore.Document{}); datastore.ErrorCode(err) != datastore.CodeSchemaViolation {
		t.Fatal(err)
	}
	expect("deletion of nothing, refusal")
	key := datastore.Key{Field: "username", Value: "put"}
	for _, op := range []string{"created", "replaced"} {
		row, err := n.db.Upsert(t.Context(), n.entity("consumers"), key, datastore.Document{})
		if err != nil {
			t.Fatal(err)
		}
		ids["put"] = row[schema.PrimaryKey].(string)
		expect("consumer "+op, "I consumers:{put}:::::W", "I consumers:put:::::W")
	}
}
