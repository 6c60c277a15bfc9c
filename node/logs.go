package node

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/telemetry"
)

const levelNotice = telemetry.LevelNotice

// logs are the log files of a node. The services have logs of their own, which may be the same file.
type logs struct {
	files     telemetry.Files
	threshold *telemetry.Threshold
	errors    map[string]*slog.Logger         // by service
	access    map[string]*telemetry.AccessLog // by service
}

// services are those whose logs can be set.
var services = []string{"proxy", "admin", "status"}

// openLogs opens the logs of all services. What happens to the node as a whole is told in the log of the proxy.
func (n *Node) openLogs(context.Context) error {
	level, _ := telemetry.ParseLevel(n.config.String("log_level"))
	n.logs = &logs{
		threshold: telemetry.NewThreshold(level),
		errors:    map[string]*slog.Logger{},
		access:    map[string]*telemetry.AccessLog{},
	}
	n.onClose("the logs", n.logs.files.Close)
	for _, service := range services {
		if err := n.openLogsOf(service); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) openLogsOf(service string) error {
	setting := service + "_error_log"
	target, warnings := n.target(setting)
	output, err := n.logs.files.Open(target)
	if err != nil {
		return fmt.Errorf("%s: %w", setting, err)
	}
	log := slog.New(telemetry.NewHandler(output, n.logs.threshold))
	n.logs.errors[service] = log
	if service == "proxy" {
		n.log = log
	}

	setting = service + "_access_log"
	target, more := n.target(setting)
	if n.logs.access[service], err = n.logs.files.OpenAccessLog(target, log); err != nil {
		return fmt.Errorf("%s: %w", setting, err)
	}
	for _, warning := range append(warnings, more...) {
		n.log.Warn(warning)
	}
	return nil
}

// target says where the log of a setting goes.
func (n *Node) target(setting string) (telemetry.Target, []string) {
	return telemetry.ParseTarget(n.config.String(setting), string(n.prefix))
}

// LogPaths returns where the logs of a node with that configuration go, the log of the node itself first; "/dev/stdout" and
// "/dev/stderr" are the streams of the process, and "" is nowhere.
func LogPaths(config *conf.Config) []string {
	var paths []string
	for _, service := range services {
		for _, kind := range []string{"_error_log", "_access_log"} {
			target, _ := telemetry.ParseTarget(config.String(service+kind), config.String("prefix"))
			paths = append(paths, target.Path)
		}
	}
	return paths
}

// ReopenLogs opens all logs again, for files that were moved away.
func (n *Node) ReopenLogs() {
	if err := n.logs.files.Reopen(); err != nil {
		n.log.Error("could not reopen the logs", "error", err)
		return
	}
	n.log.Log(context.Background(), levelNotice, "reopened the logs")
}

// Level returns the level from which on the node logs, by Kong's name.
func (l *logs) Level() string { return telemetry.LevelName(l.threshold.Level()) }

// SetLevel changes the level for a time, or until further notice if that is 0. A name that is none changes nothing.
func (l *logs) SetLevel(name string, period time.Duration) {
	if level, ok := telemetry.ParseLevel(name); ok {
		l.threshold.Set(level, period)
	}
}
