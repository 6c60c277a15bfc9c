package node

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/telemetry"
)

// reloadable are the settings that Reload takes over.
var reloadable = []string{
	"log_level",
	"declarative_config", "declarative_config_string",
	"ssl_cert", "ssl_cert_key", "admin_ssl_cert", "admin_ssl_cert_key", "status_ssl_cert", "status_ssl_cert_key",
	"ssl_cipher_suite", "ssl_ciphers", "ssl_protocols", "ssl_session_tickets",
	"nginx_http_ssl_protocols", "nginx_http_ssl_session_tickets",
}

// Reload takes over the level of the logs, certificates, TLS settings and the declarative configuration, and opens the log
// files again. Certificates and the declarative configuration are read again even if their settings are the same. What else
// has changed is named in the log: it takes a restart. After an error everything is as it was, save that certificates which
// can't be read do not take back a declarative configuration.
func (n *Node) Reload(config *conf.Config) error {
	n.reloading.Lock()
	defer n.reloading.Unlock()
	if err := n.applyDeclarative(context.Background(), config); err != nil {
		return err
	}
	if err := n.applyCertificates(config); err != nil {
		return err
	}
	level, _ := telemetry.ParseLevel(config.String("log_level"))
	n.logs.threshold.Configure(level)
	n.ReopenLogs()
	if names := n.changed(config); len(names) > 0 {
		n.log.Warn("changed settings take a restart: " + strings.Join(names, ", "))
	}
	n.log.Log(context.Background(), levelNotice, "reloaded")
	return nil
}

// changed names the settings that differ from those the node was started with and that Reload does not take over.
func (n *Node) changed(config *conf.Config) []string {
	was, is := values(n.config), values(config)
	var names []string
	for name := range is {
		if !reflect.DeepEqual(was[name], is[name]) {
			names = append(names, name)
		}
	}
	for name := range was {
		if _, ok := is[name]; !ok {
			names = append(names, name)
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(reloadable, name) })
	slices.Sort(names)
	return names
}

// values returns what is set.
func values(config *conf.Config) map[string]any {
	set := map[string]any{}
	for s := range config.All() {
		if value := s.Value(); value != nil {
			set[s.Name] = value
		}
	}
	return set
}
