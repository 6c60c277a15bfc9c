package postgres

import "testing"

func TestRecentEnough(t *testing.T) {
	t.Parallel()
	for version, want := range map[int]string{
		90426:  "[PostgreSQL error] Kong requires postgres 9.5 or greater (currently using 9.4.26)",
		80004:  "[PostgreSQL error] Kong requires postgres 9.5 or greater (currently using 8.0.4)",
		90500:  "",
		90603:  "",
		150018: "",
	} {
		got := ""
		if err := recentEnough(version); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("version %d: %q, want %q", version, got, want)
		}
	}
	for version, want := range map[int]string{150018: "15.18", 90603: "9.6.3", 100000: "10.0"} {
		if got := versionText(version); got != want {
			t.Errorf("version %d is shown as %s, want %s", version, got, want)
		}
	}
}
