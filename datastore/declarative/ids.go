package declarative

import (
	"strings"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// idNamespace is the namespace of the names of entities, whose ids are the namespaces of their entries' keys.
//
// Kong 3.9: declarative configuration, generated ids.
var idNamespace = uuid.MustParse("fd02801f-0957-4a15-a55a-c8d9606f30b5")

// generatedID is the id of an entry that gives none. It is the same every time if something in the entry identifies it, and
// random otherwise, which is told.
func (e *entry) generatedID() (id string, random bool) {
	key, ok := e.identity()
	if !ok {
		return uuid.NewString(), true
	}
	return uuid.NewSHA1(e.kind.namespace, []byte(key)).String(), false
}

// identity is the text that tells an entry from all others of its kind.
func (e *entry) identity() (key string, ok bool) {
	if e.shadowed {
		return "", false
	}
	entity := e.kind.entity
	if len(entity.CacheKey) > 0 {
		return e.cacheKey()
	}
	key, ok = e.given[entity.EndpointKey].(string)
	if !ok {
		return "", false
	}
	f := entity.Field(entity.EndpointKey)
	if f.Unique {
		return key, true
	}
	for _, foreign := range e.kind.foreign {
		if foreign.OnDelete != schema.Cascade {
			continue
		}
		if e.parent != nil {
			key += ":" + e.parent.id
		} else if parent, ok := e.given[foreign.Name].(string); ok {
			key += ":" + parent
		}
	}
	if !f.UniqueAcrossWorkspaces {
		key += ":" + e.workspace()
	}
	return key, true
}

// cacheKey joins the values of the entity's cache key. References are taken as they are written.
func (e *entry) cacheKey() (key string, ok bool) {
	parts := []string{e.kind.entity.Name, e.workspace()}
	for _, name := range e.kind.entity.CacheKey {
		f := e.kind.entity.Field(name)
		v, given := e.given[name]
		s, isText := v.(string)
		switch {
		case f.Auto:
			return "", false
		case isText:
			parts = append(parts, s)
		case given:
		case name == e.link:
			if e.parent.random {
				return "", false
			}
			parts = append(parts, e.parent.id)
		case f.Required == schema.Required:
			return "", false
		default:
			parts = append(parts, "")
		}
	}
	return strings.Join(parts, ":"), true
}

// workspace stands for the workspace of an entry in its identity.
func (e *entry) workspace() string {
	if ws, ok := e.given[schema.ColumnWorkspace].(string); ok {
		return ws
	}
	return "*"
}
