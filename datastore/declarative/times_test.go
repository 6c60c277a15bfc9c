package declarative_test

import (
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore/declarative"
)

// A parser takes the times of changes from a document if it is told to. Otherwise it sets them anew.
func TestKeepTimes(t *testing.T) {
	n := start(t)
	text := document(`"services": [{"name": "moss", "host": "h", "updated_at": 1600000001}],
		"upstreams": [{"name": "fern", "targets": [{"target": "10.0.0.1:80", "updated_at": 1600000000.25}]}]`)
	n.load(t, text)
	for _, name := range []string{"services", "targets"} {
		if row := n.rows(t, name)[0]; row["updated_at"] != row["created_at"] {
			t.Errorf("%s: created at %v, updated at %v", name, row["created_at"], row["updated_at"])
		}
	}
	n.parser.KeepTimes()
	n.load(t, text)
	for name, want := range map[string]any{"services": int64(1600000001), "targets": 1600000000.25} {
		if got := n.rows(t, name)[0]["updated_at"]; got != want {
			t.Errorf("%s: updated at %v, want %v", name, got, want)
		}
	}
}

// What expires does so after its time to live, counted from the moment that the source names.
func TestTimeToLive(t *testing.T) {
	n := start(t)
	began := time.Now().Add(-time.Hour).Truncate(time.Second)
	source := declarative.Source{
		Text:  []byte(document(`"consumers": [{"username": "c", "keyauth_credentials": [{"key": "k", "ttl": 7200}]}]`)),
		Began: began,
	}
	if _, err := n.loader.Load(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	if got, want := n.rows(t, "keyauth_credentials")[0]["ttl"], began.Add(2*time.Hour).Unix(); got != want {
		t.Errorf("it expires at %v, want %d", got, want)
	}
}
