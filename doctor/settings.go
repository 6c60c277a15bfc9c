package doctor

import (
	"context"
	"fmt"

	"github.com/kongo-gateway/kongo/conf"
)

// checkSettings repeats what kongo has to say about the settings: keys of other versions with what takes their place, values
// that are not what they look like.
func checkSettings(_ context.Context, p *patient) []Finding {
	var findings []Finding
	for _, w := range p.config.Warnings() {
		if w.Key == "admin_listen" && w.Kind == conf.Security || w.Key == "db_update_propagation" && w.Kind == conf.Advice {
			continue // there are checks of their own for these
		}
		findings = append(findings, Finding{"configuration", Warn, w.String(), remedyFor(w)})
	}
	if len(findings) > 0 {
		return findings
	}
	source := "defaults and environment"
	if file := p.config.File(); file != "" {
		source = file
	}
	return one("configuration", OK, source+" is valid", "")
}

// remedyFor says what to do about a warning whose text does not.
func remedyFor(w conf.Warning) string {
	switch w.Kind {
	case conf.Unknown:
		return fmt.Sprintf("remove %s, or look for its name in this version: `kongo config convert` rewrites a kong.conf of any age", w.Key)
	case conf.Deprecated, conf.NoEffect:
		return "`kongo config convert` rewrites a kong.conf of any age with what takes the place of its keys"
	case conf.Cut:
		return `write the value before the comment, or \# for a # that belongs to it`
	case conf.Quoted:
		return "remove the quotes, they are part of the value"
	case conf.BadValue, conf.Rewritten:
		return "write the value as it is meant"
	case conf.Duplicate, conf.Overruled:
		return "keep one of the two"
	case conf.NotRead:
		return "write a setting as key = value, and begin a comment with #"
	}
	return "change the setting if that is not what was meant"
}
