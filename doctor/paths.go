package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/kong28"
)

// checkPaths looks for paths of routes that Kong 2 took for regular expressions, and that are plain prefixes since Kong 3.
//
// Kong 3.9: router, paths.
func checkPaths(ctx context.Context, p *patient) []Finding {
	const check = "paths"
	if p.db == nil {
		return nil
	}
	var findings []Finding
	counted := 0
	err := p.db.Each(ctx, p.db.Model().Entity("routes"), datastore.Key{}, func(row datastore.Document) error {
		counted++
		paths, _ := row["paths"].([]any)
		for _, path := range paths {
			if text, ok := path.(string); ok && !strings.HasPrefix(text, "~") && strings.HasPrefix(kong28.UpgradePath(text), "~") {
				findings = append(findings, Finding{check, Warn,
					fmt.Sprintf("path %s of route %s looks like a regular expression, and is a plain prefix", text, datastore.DocumentID(row)),
					"write ~" + text + " if it is one"})
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return one(check, Fail, err.Error(), "see the datastore")
	case len(findings) == 0:
		return one(check, OK, fmt.Sprintf("the paths of %d routes mean what they look like", counted), "")
	}
	return findings
}
