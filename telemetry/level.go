package telemetry

import (
	"log/slog"
)

// Levels, from the least to the most severe. Those of slog keep their values.
const (
	LevelDebug  = slog.LevelDebug
	LevelInfo   = slog.LevelInfo
	LevelNotice = slog.Level(2)
	LevelWarn   = slog.LevelWarn
	LevelError  = slog.LevelError
	LevelCrit   = slog.Level(12)
	LevelAlert  = slog.Level(16)
	LevelEmerg  = slog.Level(20)
)

// levels are in the order of nginx's numbers, which begin at 1.
var levels = []struct {
	level slog.Level
	name  string
}{
	{LevelEmerg, "emerg"},
	{LevelAlert, "alert"},
	{LevelCrit, "crit"},
	{LevelError, "error"},
	{LevelWarn, "warn"},
	{LevelNotice, "notice"},
	{LevelInfo, "info"},
	{LevelDebug, "debug"},
}

// ParseLevel returns the level that log_level and the Admin API call by a name.
func ParseLevel(name string) (slog.Level, bool) {
	for _, l := range levels {
		if l.name == name {
			return l.level, true
		}
	}
	return 0, false
}

// LevelName returns the name of a level; levels between two have the name of the less severe.
func LevelName(level slog.Level) string {
	return levels[LevelNumber(level)-1].name
}

// LevelNumber returns nginx's number of a level, from 1 for emerg to 8 for debug. Kong 3.9: cluster events, log_level.
func LevelNumber(level slog.Level) int {
	for i, l := range levels {
		if level >= l.level {
			return i + 1
		}
	}
	return len(levels)
}

// LevelOfNumber is the reverse of LevelNumber.
func LevelOfNumber(number int) (slog.Level, bool) {
	if number < 1 || number > len(levels) {
		return 0, false
	}
	return levels[number-1].level, true
}
