package telemetry_test

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/telemetry"
)

func TestLevels(t *testing.T) {
	names := []string{"emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"}
	previous := slog.Level(1000)
	for i, name := range names {
		level, ok := telemetry.ParseLevel(name)
		if !ok || level >= previous {
			t.Errorf("%s is %v, %t, not below the one before", name, level, ok)
		}
		previous = level
		if got := telemetry.LevelName(level); got != name {
			t.Errorf("%v is called %q, want %q", level, got, name)
		}
		if got := telemetry.LevelNumber(level); got != i+1 {
			t.Errorf("number of %s is %d, want %d", name, got, i+1)
		}
		if got, ok := telemetry.LevelOfNumber(i + 1); !ok || got != level {
			t.Errorf("level of %d is %v, %t, want %v", i+1, got, ok, level)
		}
	}
	for _, name := range []string{"", "Error", "warning", "verbose"} {
		if _, ok := telemetry.ParseLevel(name); ok {
			t.Errorf("%q passes for a level", name)
		}
	}
	for _, number := range []int{-1, 0, 9} {
		if _, ok := telemetry.LevelOfNumber(number); ok {
			t.Errorf("%d passes for a level", number)
		}
	}
	if got := telemetry.LevelName(slog.Level(-100)); got != "debug" {
		t.Errorf("below debug is %q", got)
	}
	if got := telemetry.LevelName(telemetry.LevelWarn + 1); got != "warn" {
		t.Errorf("above warn is %q", got)
	}
}

func TestThreshold(t *testing.T) {
	threshold := telemetry.NewThreshold(telemetry.LevelNotice)
	expect := func(want slog.Level) {
		t.Helper()
		if got := threshold.Level(); got != want {
			t.Errorf("level is %v, want %v", got, want)
		}
	}
	expect(telemetry.LevelNotice)
	threshold.Set(telemetry.LevelDebug, time.Hour)
	expect(telemetry.LevelDebug)
	threshold.Set(telemetry.LevelCrit, 0)
	expect(telemetry.LevelCrit)
	threshold.Configure(telemetry.LevelWarn)
	expect(telemetry.LevelWarn)
	threshold.Set(telemetry.LevelDebug, time.Nanosecond)
	eventually(t, "the level falls back", func() bool { return threshold.Level() == telemetry.LevelWarn })
	expect(telemetry.LevelWarn)
}

func TestThresholdFallsBackToTheConfiguredLevel(t *testing.T) {
	threshold := telemetry.NewThreshold(telemetry.LevelNotice)
	threshold.Set(telemetry.LevelCrit, 0)
	threshold.Set(telemetry.LevelDebug, time.Nanosecond)
	eventually(t, "the level falls back", func() bool { return threshold.Level() == telemetry.LevelNotice })
}

// The race detector is what this test asks.
func TestThresholdIsSafeForConcurrentUse(t *testing.T) {
	threshold := telemetry.NewThreshold(telemetry.LevelNotice)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 1000 {
				threshold.Set(telemetry.LevelDebug, time.Microsecond)
				threshold.Level()
				threshold.Configure(telemetry.LevelWarn)
			}
		})
	}
	all.Wait()
	if got := threshold.Level(); got != telemetry.LevelWarn {
		t.Errorf("level is %v, want %v", got, telemetry.LevelWarn)
	}
}
