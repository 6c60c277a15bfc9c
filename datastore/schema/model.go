package schema

import "fmt"

// Model is a set of entities that refer to each other only. It is immutable.
type Model struct {
	entities []*Entity
	byName   map[string]*Entity
	children map[string][]Reference
}

// Reference is a foreign field seen from the entity it points to.
type Reference struct {
	Entity *Entity
	Field  *Field
}

// NewModel puts entities together, in the order in which they should be listed; a parent comes before its children. It
// fails when a name repeats or a foreign field points to an entity that is not among them.
func NewModel(entities ...*Entity) (*Model, error) {
	m := &Model{
		entities: entities,
		byName:   make(map[string]*Entity, len(entities)),
		children: make(map[string][]Reference),
	}
	for _, e := range entities {
		if m.byName[e.Name] != nil {
			return nil, fmt.Errorf("entity %s is described twice", e.Name)
		}
		m.byName[e.Name] = e
	}
	for _, e := range entities {
		for i := range e.Fields {
			f := &e.Fields[i]
			if f.Type != Foreign {
				continue
			}
			if m.byName[f.Reference] == nil {
				return nil, fmt.Errorf("entity %s: field %s refers to unknown entity %s", e.Name, f.Name, f.Reference)
			}
			m.children[f.Reference] = append(m.children[f.Reference], Reference{Entity: e, Field: f})
		}
	}
	return m, nil
}

// Validate is [Entity.Validate], and lets the description of a parent say what is wrong with a foreign field that does not
// give its id: it is validated as a part of the parent.
func (m *Model) Validate(e *Entity, doc map[string]any, opts ValidateOptions) Errors {
	return m.validate(e, doc, opts, opts.Partial)
}

func (m *Model) validate(e *Entity, doc map[string]any, opts ValidateOptions, updating bool) Errors {
	errs := e.validate(doc, opts, updating)
	for i := range e.Fields {
		f := &e.Fields[i]
		given, ok := doc[f.Name].(map[string]any)
		if _, refused := errs[f.Name].(Errors); f.Type != Foreign || !ok || !refused {
			continue
		}
		if of := m.validate(m.byName[f.Reference], given, ValidateOptions{Partial: true}, updating); of != nil {
			errs[f.Name] = of
		}
	}
	return errs
}

// Entities lists the entities in order. The caller must not change the slice.
func (m *Model) Entities() []*Entity { return m.entities }

// Entity returns the entity called name, or nil.
func (m *Model) Entity(name string) *Entity { return m.byName[name] }

// Children lists the foreign fields that point to the entity called name. The caller must not change the slice.
func (m *Model) Children(name string) []Reference { return m.children[name] }
