package plugin

import "slices"

// Entry is one enabled row of the entity plugins.
type Entry struct {
	// ID is that of the row.
	ID string
	// Plugin is the plugin that is configured. If it is not installed, a Plugin with only the name stands for it.
	Plugin *Plugin
	Scope  Scope
	// Handler is what Plugin.New made of the config; nil if the plugin cannot be run.
	Handler any
}

// Set holds the entries of a configuration. It never changes and is safe for concurrent use. A nil Set is empty.
type Set struct {
	entries map[entryKey]*Entry
	order   []string // the names of the plugins that have entries, in the order of execution
}

type entryKey struct {
	name  string
	scope Scope
}

// NewSet returns a set of entries, nil if there are none. Of several entries of one plugin with the same scope, which no
// store lets happen, the last counts.
func NewSet(entries []Entry) *Set {
	if len(entries) == 0 {
		return nil
	}
	s := &Set{entries: make(map[entryKey]*Entry, len(entries))}
	var plugins []*Plugin
	seen := map[string]bool{}
	for i := range entries {
		e := &entries[i]
		s.entries[entryKey{e.Plugin.Name, e.Scope}] = e
		if !seen[e.Plugin.Name] {
			seen[e.Plugin.Name] = true
			plugins = append(plugins, e.Plugin)
		}
	}
	slices.SortFunc(plugins, compareOrder)
	for _, p := range plugins {
		s.order = append(s.order, p.Name)
	}
	return s
}

// Chain returns the chain for requests of a route, a service and, once it is known, a consumer. It is nil if no plugin
// applies.
func (s *Set) Chain(scope Scope) *Chain {
	if s == nil {
		return nil
	}
	candidates := scope.candidates()
	var chain *Chain
	for _, name := range s.order {
		for _, candidate := range candidates {
			if e := s.entries[entryKey{name, candidate}]; e != nil {
				if chain == nil {
					chain = &Chain{}
				}
				chain.add(e)
				break
			}
		}
	}
	return chain
}
