package telemetry

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Target says where a log goes, as a log setting of kong.conf does.
type Target struct {
	// Path is a file, or "/dev/stdout" or "/dev/stderr" for the streams of the process. It is empty if there is no log.
	Path string

	// Format is the name of the format of an access log. Empty means Kong's.
	Format string
}

// Streams of the process. They are never opened under these names, which fails when they are sockets.
const (
	stdout = "/dev/stdout"
	stderr = "/dev/stderr"
)

// Formats of access logs. Basic is the format of streams.
const (
	formatKong     = "kong_log_format"
	formatCombined = "combined"
	formatBasic    = "basic"
)

// ParseTarget reads a log setting: "off", or a path and, for an access log, the name of a format and nginx's parameters,
// which have no effect. A relative path begins at dir. Warnings name what kongo does otherwise than nginx.
func ParseTarget(setting, dir string) (target Target, warnings []string) {
	words := strings.Fields(setting)
	if len(words) == 0 || words[0] == "off" {
		return Target{}, nil
	}
	path := words[0]
	switch {
	case path == stderr || path == "stderr":
		target.Path = stderr
	case path == stdout:
		target.Path = stdout
	case strings.HasPrefix(path, "syslog:"):
		target.Path = stderr
		warnings = append(warnings, fmt.Sprintf("there is no logging to syslog: %s goes to standard error", path))
	case filepath.IsAbs(path):
		target.Path = filepath.Clean(path)
	default:
		target.Path = filepath.Join(dir, path)
	}
	if len(words) > 1 && !strings.Contains(words[1], "=") {
		target.Format = words[1]
		if !slices.Contains([]string{formatKong, formatCombined, formatBasic}, target.Format) {
			warnings = append(warnings, fmt.Sprintf("the log format %q is not known: %s has Kong's", target.Format, path))
		}
	}
	return target, warnings
}
