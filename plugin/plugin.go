package plugin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Plugin is what a plugin declares about itself.
type Plugin struct {
	Name string
	// Priority orders plugins within a phase, the highest first. Equal priorities run in descending order of names.
	Priority int
	Version  string
	// Phases are those in which the plugin takes part, for information: what counts is what its handlers implement.
	Phases []Phase
	// Schema describes the rows of this plugin.
	Schema *schema.Subschema
	// Guards says that the plugin decides which requests may pass: without it they must not.
	Guards bool
	// New makes a handler from the config of a row, which is complete and valid. Nil means that the plugin can be
	// configured but not run.
	New func(config map[string]any) (handler any, err error)
}

// Registry is the set of plugins that are installed. It never changes and is safe for concurrent use. A nil Registry is
// empty.
type Registry struct {
	byName map[string]*Plugin
	names  []string // in the order of execution
}

// NewRegistry returns a registry of the given plugins. It fails if a name is empty or comes twice.
func NewRegistry(plugins ...Plugin) (*Registry, error) {
	r := &Registry{byName: make(map[string]*Plugin, len(plugins))}
	for i := range plugins {
		p := &plugins[i]
		if p.Name == "" {
			return nil, fmt.Errorf("plugin %d has no name", i+1)
		}
		if r.byName[p.Name] != nil {
			return nil, fmt.Errorf("plugin %s is registered twice", p.Name)
		}
		r.byName[p.Name] = p
		r.names = append(r.names, p.Name)
	}
	slices.SortFunc(r.names, func(a, b string) int { return compareOrder(r.byName[a], r.byName[b]) })
	return r, nil
}

// compareOrder compares plugins by their place in a phase. Kong 3.9: plugins iterator, order of execution.
func compareOrder(a, b *Plugin) int {
	return cmp.Or(cmp.Compare(b.Priority, a.Priority), strings.Compare(b.Name, a.Name))
}

// Plugin returns the plugin of a name, or nil.
func (r *Registry) Plugin(name string) *Plugin {
	if r == nil {
		return nil
	}
	return r.byName[name]
}

// Names lists the plugins in the order in which they run. The caller must not change the slice.
func (r *Registry) Names() []string {
	if r == nil {
		return nil
	}
	return r.names
}

// Schemas returns the schemas of all plugins by name, as the description of the entity plugins needs them.
func (r *Registry) Schemas() map[string]*schema.Subschema {
	schemas := make(map[string]*schema.Subschema, len(r.Names()))
	for _, name := range r.Names() {
		schemas[name] = r.byName[name].Schema
	}
	return schemas
}
