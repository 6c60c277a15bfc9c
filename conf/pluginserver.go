package conf

import (
	"path/filepath"
	"slices"
	"strings"
)

// PluginServer is a process that runs plugins from outside.
type PluginServer struct {
	Name         string
	Socket       string
	StartCommand string // empty if something else starts it
	QueryCommand string
}

// PluginServers returns the servers that pluginserver_names lists.
func (c *Config) PluginServers() []PluginServer { return slices.Clone(c.servers) }

// findPluginServers settles how each plugin server is reached and started.
// Kong stops at the first that it cannot ask for its plugins.
func (l *loader) findPluginServers() {
	for _, name := range l.config.List("pluginserver_names") {
		name = strings.ToLower(name)
		prefix := "pluginserver_" + strings.ReplaceAll(name, "-", "_")
		server := PluginServer{
			Name:         name,
			Socket:       l.config.String(prefix + "_socket"),
			StartCommand: l.config.String(prefix + "_start_cmd"),
			QueryCommand: l.config.String(prefix + "_query_cmd"),
		}
		if server.Socket == "" {
			server.Socket = filepath.Join(l.config.String("prefix"), name+".socket")
		}
		if binary := "/usr/local/bin/" + name; exists(binary) {
			if server.StartCommand == "" {
				server.StartCommand = binary
			}
			if server.QueryCommand == "" {
				server.QueryCommand = binary + " -dump"
			}
		}
		if server.QueryCommand == "" {
			l.fail("pluginserver_names", "set "+prefix+"_query_cmd", "query_command undefined for pluginserver %s", name)
			return
		}
		if server.StartCommand == "" {
			l.warn(Advice, "pluginserver_names", l.given["pluginserver_names"],
				"start_command undefined for pluginserver %s; assuming external process management", name)
		}
		l.config.servers = append(l.config.servers, server)
	}
}
