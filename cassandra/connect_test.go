package cassandra_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/cassandra"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/internal/testenv/selfsigned"
)

// A server that insists on TLS and a password is reached with the right ones only.
func TestTLSAndPassword(t *testing.T) {
	t.Parallel()
	certificate, key, err := selfsigned.New(pkix.Name{CommonName: "localhost"}, "localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.ReplaceAll(strings.TrimSpace(string(key)+string(certificate)), "\n", "\n        ")
	server := testenv.StartCassandra(t, testenv.CassandraOptions{Settings: fmt.Sprintf(`
authenticator: PasswordAuthenticator
role_manager: CassandraRoleManager
client_encryption_options:
  enabled: true
  optional: false
  ssl_context_factory:
    class_name: org.apache.cassandra.security.PEMBasedSslContextFactory
    parameters:
      private_key: |
        %[1]s
      outbound_private_key: |
        %[1]s
`, secret)})
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	model := coreModel(t)
	open := func(change func(*cassandra.Options)) error {
		opts := options(server, "kong")
		opts.Timeout = 10 * time.Second
		opts.Username, opts.Password = "cassandra", "cassandra"
		opts.TLS = &tls.Config{RootCAs: roots}
		change(&opts)
		m, err := cassandra.OpenMigrations(t.Context(), opts, model)
		if err != nil {
			return err
		}
		return m.Close()
	}
	// The first role is made a moment after the server takes connections.
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		if err = open(func(*cassandra.Options) {}); err == nil || time.Now().After(end) {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*cassandra.Options)
		fails  bool
	}{
		"wrong password":         {func(o *cassandra.Options) { o.Password = "wrong" }, true},
		"no password":            {func(o *cassandra.Options) { o.Password = "" }, true},
		"nobody to trust":        {func(o *cassandra.Options) { o.TLS = &tls.Config{RootCAs: x509.NewCertPool()} }, true},
		"trust without a look":   {func(o *cassandra.Options) { o.TLS = &tls.Config{InsecureSkipVerify: true} }, false},
		"plain":                  {func(o *cassandra.Options) { o.TLS, o.Timeout = nil, 3*time.Second }, true},
		"requests to one node":   {func(o *cassandra.Options) { o.Policy = "RequestRoundRobin" }, false},
		"the local data center":  {func(o *cassandra.Options) { o.Policy, o.LocalDataCenter = "DCAwareRoundRobin", "datacenter1" }, false},
		"the same, and one node": {func(o *cassandra.Options) { o.Policy, o.LocalDataCenter = "RequestDCAwareRoundRobin", "datacenter1" }, false},
		"another data center":    {func(o *cassandra.Options) { o.Policy, o.LocalDataCenter = "DCAwareRoundRobin", "mars" }, false},
	} {
		if err := open(c.change); (err != nil) != c.fails {
			t.Errorf("%s: %v", name, err)
		} else if err != nil && !strings.HasPrefix(err.Error(), "[Cassandra error] ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A server that is away is waited for no longer than the context allows, and what it keeps a store from is said.
func TestServerAway(t *testing.T) {
	t.Parallel()
	opts := cassandra.Options{ContactPoints: []string{"127.0.0.1"}, Port: testenv.Ports(t, 1)[0], Keyspace: "kong"}
	if _, err := cassandra.Open(t.Context(), opts, coreModel(t)); err == nil || !strings.HasPrefix(err.Error(), "[Cassandra error] ") {
		t.Errorf("open: %v", err)
	}

	server := testenv.StartCassandra(t, testenv.CassandraOptions{})
	model := coreModel(t)
	opts = lean(t, server, model)
	db := openDB(t, opts, model)
	server.Nodes[0].Kill(t)
	if err := db.Ping(t.Context()); err == nil {
		t.Error("a server that is away is reached")
	}
	if _, err := db.Insert(t.Context(), model.Entity("services"), datastore.Document{"host": "a.example"}); err == nil {
		t.Error("a service is written to a server that is away")
	}
	server.Nodes[0].Start(t)
	for end := time.Now().Add(patience); db.Ping(t.Context()) != nil; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the server is back, and not reached again")
		}
	}
}
