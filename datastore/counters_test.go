package datastore_test

import (
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

func TestPeriodsStartInUTC(t *testing.T) {
	t.Parallel()
	// In UTC it is the last day of February, and of the year before.
	for text, starts := range map[string]map[datastore.Period]string{
		"2024-03-01T05:45:59.999+05:50": {
			datastore.Second: "2024-02-29T23:55:59Z", datastore.Minute: "2024-02-29T23:55:00Z", datastore.Hour: "2024-02-29T23:00:00Z",
			datastore.Day: "2024-02-29T00:00:00Z", datastore.Month: "2024-02-01T00:00:00Z", datastore.Year: "2024-01-01T00:00:00Z",
		},
		"2025-01-01T00:00:00+01:00": {
			datastore.Second: "2024-12-31T23:00:00Z", datastore.Day: "2024-12-31T00:00:00Z",
			datastore.Month: "2024-12-01T00:00:00Z", datastore.Year: "2024-01-01T00:00:00Z",
		},
	} {
		moment, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		for period, want := range starts {
			if got := period.Start(moment).Format(time.RFC3339Nano); got != want {
				t.Errorf("the %s of %s starts at %s, want %s", period, text, got, want)
			}
		}
	}
}
