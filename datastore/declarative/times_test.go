package declarative_test

import "testing"

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
