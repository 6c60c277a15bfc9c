// Package telemetry writes what a node has to tell: the error log and the access logs, in the form that nginx gives them
// under Kong, so that everything that reads the logs of a Kong node reads those of kongo, and metrics.
//
// It knows levels, files and lines. It knows nothing of requests, configuration or entities: callers fill plain structs.
//
// # Files
//
// A [Files] owns the log files of a node. Settings that name the same file share it. USR1 becomes [Files.Reopen], after
// which lines go to files of the same names that may be new, as logrotate wants it; the end of the node [Files.Close].
//
//	var files telemetry.Files
//	target, warnings := telemetry.ParseTarget("logs/access.log", prefix)
//	access, err := files.OpenAccessLog(target, log)
//
// # Error log
//
// [NewHandler] is a slog.Handler. Levels are those of slog and, between and above them, nginx's others ([LevelNotice],
// [LevelCrit] and so on). The threshold is a [Threshold], which the Admin API changes for a time while the node runs.
// [NewCommandHandler] is the one for commands, which print bare text.
//
// # Access log
//
// An [AccessLog] takes an [Entry] for each request and appends a line to a buffer; the file gets it when the buffer is full
// or shortly afterwards. Appending allocates nothing, whatever the entry holds makes one line, and a slow disk holds up
// requests only when there is a whole buffer that it has not taken.
//
// # Metrics
//
// [WriteMetrics] writes numbers in the text format of Prometheus. What they count is the caller's to know.
package telemetry
