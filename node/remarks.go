package node

import (
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/conf"
)

// Remarks names, one sentence each, what a configuration asks for that a node does not do.
func Remarks(config *conf.Config) []string {
	var remarks []string
	if len(config.Listeners("stream_listen")) > 0 {
		remarks = append(remarks, "stream_listen has no effect: kongo does not serve streams yet")
	}
	if !config.Origin("admin_gui_listen").IsDefault() && len(config.Listeners("admin_gui_listen")) > 0 {
		remarks = append(remarks, "admin_gui_listen has no effect: kongo has no graphical interface")
	}
	if user := config.String("nginx_main_user"); user != "" && !config.Origin("nginx_main_user").IsDefault() {
		remarks = append(remarks, fmt.Sprintf("nginx_user = %s has no effect: kongo runs as the user who starts it", user))
	}
	if _, missing := installed(config); len(missing) > 0 {
		remarks = append(remarks, fmt.Sprintf("plugins that kongo does not have: %s; where they are configured, requests are answered 501",
			strings.Join(missing, ", ")))
	}
	return remarks
}
