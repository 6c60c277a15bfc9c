package postgres_test

import (
	"bytes"
	"crypto/x509"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
	"github.com/kongo-gateway/kongo/postgres"
)

func TestTLS(t *testing.T) {
	t.Parallel()
	location := testenv.PostgreSQL(t).CreateDatabase(t).DSN()
	pem, err := os.ReadFile(testenv.PostgreSQL(t).RootCA)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)

	cases := map[string]struct {
		tls, verify bool
		roots       *x509.CertPool
		fails       string
	}{
		"in the clear":                       {},
		"unverified":                         {tls: true},
		"verified":                           {tls: true, verify: true, roots: roots},
		"verified, of an unknown authority":  {tls: true, verify: true, roots: x509.NewCertPool(), fails: "unknown authority"},
		"verified, by the system's roots":    {tls: true, verify: true, fails: "unknown authority"},
		"roots alone ask for no encryption":  {roots: roots},
		"verification alone asks for no TLS": {verify: true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := serverAt(t, location)
			server.TLS, server.VerifyTLS, server.Roots = c.tls, c.verify, c.roots
			d := open(t, server)
			err := d.Await(t.Context(), 0)
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("got %v, want %s", err, c.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var encrypted bool
			err = connect(t, location).QueryRow(t.Context(), `SELECT s.ssl FROM pg_stat_ssl AS s JOIN pg_stat_activity AS a USING (pid)
				WHERE a.application_name = 'kongo' AND a.datname = current_database() AND a.query = 'SHOW server_version_num'
				ORDER BY a.backend_start DESC LIMIT 1`).Scan(&encrypted)
			if err != nil || encrypted != c.tls {
				t.Errorf("encrypted is %v: %v", encrypted, err)
			}
		})
	}
}

// A server without TLS is talked to in the clear, and the log says so.
func TestServerWithoutTLS(t *testing.T) {
	t.Parallel()
	server := testenv.StartPostgreSQL(t, testenv.DefaultPostgres)
	location := server.CreateDatabase(t).DSN()
	run(t, location, "ALTER SYSTEM SET ssl = off")
	server.Stop(t, testenv.PostgresFast)
	server.Start(t)

	var log bytes.Buffer
	settings := serverAt(t, location)
	settings.TLS = true
	d, err := postgres.Open(postgres.Options{Server: settings, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for range 2 {
		if err := d.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(log.String(), "offers no TLS"); got != 1 {
		t.Errorf("the log says it %d times: %s", got, &log)
	}
}
