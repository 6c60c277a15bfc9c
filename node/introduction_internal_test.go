package node

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/cluster"
)

func TestIntroductions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		read func(string) (cluster.Introduction, error)
		text string
		want cluster.Introduction // without an id for an error
	}{
		"Kong": {fromRoot, `{"version":"3.9.1","hostname":"gw","node_id":"a","configuration":{"database":"postgres","pg_host":"10.0.0.5","pg_port":5432,"pg_database":"kong"}}`,
			cluster.Introduction{ID: "a", Kind: cluster.KindKong, Hostname: "gw", Datastore: "postgres 10.0.0.5:5432/kong"}},
		"Kong without a database": {fromRoot, `{"node_id":"a","configuration":{"database":"off"}}`,
			cluster.Introduction{ID: "a", Kind: cluster.KindKong, Datastore: "database = off"}},
		"kongo on one file": {fromRoot, `{"node_id":"set","configuration":{"database":"postgres","sqlite_path":"/k.db"},"kongo":{"node_id":"own","datastore":"sqlite"}}`,
			cluster.Introduction{ID: "own", Kind: cluster.KindKongo, Datastore: "sqlite /k.db"}},
		"kongo on Cassandra": {fromRoot, `{"node_id":"own","configuration":{"database":"cassandra","cassandra_contact_points":["a","b"],"cassandra_port":9042,"cassandra_keyspace":"k"},
			"kongo":{"node_id":"own","datastore":"cassandra"}}`,
			cluster.Introduction{ID: "own", Kind: cluster.KindKongo, Datastore: "cassandra a,b:9042/k"}},
		"no Admin API":     {fromRoot, `{"message":"no Route matched with those values"}`, cluster.Introduction{}},
		"no JSON":          {fromRoot, `<html>`, cluster.Introduction{}},
		"metrics of Kong":  {fromMetrics, `kong_node_info{node_id="a",version="3.9.1"} 1`, cluster.Introduction{ID: "a", Kind: cluster.KindKong}},
		"metrics of kongo": {fromMetrics, "# TYPE kong_node_info gauge\nkong_node_info{node_id=\"set\",version=\"3.9.1\"} 1\nkongo_node_info{version=\"1\",node_id=\"own\"} 1\nkongo_x 1", cluster.Introduction{ID: "own", Kind: cluster.KindKongo}},
		"other metrics":    {fromMetrics, "up 1\n", cluster.Introduction{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.read(c.text)
			if got != c.want || (err == nil) != (c.want.ID != "") {
				t.Errorf("got %+v, error %v", got, err)
			}
		})
	}
}

func fromRoot(text string) (cluster.Introduction, error) { return readRoot(strings.NewReader(text)) }

func fromMetrics(text string) (cluster.Introduction, error) {
	return readMetrics(strings.NewReader(text))
}

func TestDialable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		address, hostname, want string
		ok                      bool
	}{
		{"10.0.0.7:8001", "far", "10.0.0.7:8001", true},
		{"0.0.0.0:8001", "far", "far:8001", true},
		{"[::]:8001", "far", "far:8001", true},
		{"127.0.0.1:8001", "far", "", false},
		{"[::1]:8001", "far", "", false},
	} {
		if got, ok := dialable(c.address, c.hostname); ok != c.ok || ok && got != c.want {
			t.Errorf("%s on %s: %s, %v", c.address, c.hostname, got, ok)
		}
	}
}
