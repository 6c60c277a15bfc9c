package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
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

// checkStoredPlugins looks for plugins in the datastore that kongo keeps and can't run.
func checkStoredPlugins(ctx context.Context, p *patient) []Finding {
	const check = "plugins"
	if p.db == nil {
		return nil
	}
	enabled := 0
	var missing []string
	err := p.db.Each(ctx, p.db.Model().Entity("plugins"), datastore.Key{}, func(row datastore.Document) error {
		if row["enabled"] == true {
			enabled++
			if name, _ := row["name"].(string); !p.store.Runs(name) && !slices.Contains(missing, name) {
				missing = append(missing, name)
			}
		}
		return nil
	})
	if err != nil {
		return one(check, Fail, err.Error(), "see the datastore")
	}
	if len(missing) == 0 {
		return one(check, OK, fmt.Sprintf("kongo can run all of %d plugins in the datastore", enabled), "")
	}
	slices.Sort(missing)
	detail := "plugins that are enabled in the datastore and that kongo can't run: " + strings.Join(missing, ", ")
	if p.config.String("kongo_unsupported_plugins") == "ignore" {
		return one(check, Warn, detail+"; they have no effect, except that routes guarded by one stay closed (501)",
			"keep the routes that need them on Kong, or disable them")
	}
	return one(check, Fail, detail+"; requests to which they apply are answered 501",
		"keep the routes that need them on Kong, disable them, or set kongo_unsupported_plugins = ignore to serve without them")
}
