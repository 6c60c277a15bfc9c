package conf

import "strings"

// checkPluginServers tells whether each plugin server could be asked for its
// plugins, and started. Kong stops at the first that it cannot ask.
func (l *loader) checkPluginServers() {
	for _, name := range l.config.List("pluginserver_names") {
		name = strings.ToLower(name)
		prefix := "pluginserver_" + strings.ReplaceAll(name, "-", "_")
		if exists("/usr/local/bin/" + name) {
			continue // the program that both commands stand for by default
		}
		if l.config.String(prefix+"_query_cmd") == "" {
			l.fail("pluginserver_names", "set "+prefix+"_query_cmd", "query_command undefined for pluginserver %s", name)
			return
		}
		if l.config.String(prefix+"_start_cmd") == "" {
			l.warn(Advice, "pluginserver_names", l.given["pluginserver_names"],
				"start_command undefined for pluginserver %s; assuming external process management", name)
		}
	}
}
