package doctor

import (
	"context"
	"strings"

	"github.com/kongo-gateway/kongo/node"
)

// checkPlugins looks for plugins that the settings enable and kongo lacks, and for what else kongo does not do.
func checkPlugins(_ context.Context, p *patient) []Finding {
	remarks := node.Remarks(p.config)
	if len(remarks) == 0 {
		return one("plugins", OK, "kongo has all plugins that are enabled", "")
	}
	var findings []Finding
	for _, remark := range remarks {
		check, remedy := "configuration", "keep the nodes of Kong that need it, or do without"
		if strings.HasPrefix(remark, "plugins") {
			check = "plugins"
			remedy = "take them out of `plugins`, keep the routes that need them on Kong, or set kongo_unsupported_plugins = ignore to serve without them"
		}
		findings = append(findings, Finding{check, Warn, remark, remedy})
	}
	return findings
}
