package schemas

// Severities are the levels of syslog, least first.
var Severities = []any{"debug", "info", "notice", "warning", "err", "crit", "alert", "emerg"}
