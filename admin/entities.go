package admin

import (
	"net/http"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// addEntities adds the endpoints that follow from the descriptions of the entities.
//
// Kong 3.9: Admin API, paths and nested foreign endpoints.
func (a *API) addEntities(r *routes) {
	for _, e := range a.model.Entities() {
		if hidden(e) {
			continue
		}
		c := a.collection(e)
		r.add(collectionPath(e), methods{http.MethodGet: c.list, http.MethodPost: c.create})
		r.add(entityPath(e), methods{
			http.MethodGet: c.get, http.MethodPut: c.put, http.MethodPatch: c.patch, http.MethodDelete: c.delete,
		})
		for i := range e.Fields {
			f := &e.Fields[i]
			if f.Type != schema.Foreign {
				continue
			}
			if parent := a.model.Entity(f.Reference); !hidden(parent) {
				addChildren(r, children{collection: c, field: f.Name, parent: a.collection(parent)})
				addParent(r, parentField{child: c, field: f.Name, parent: a.collection(parent)})
			}
		}
	}
}

func addChildren(r *routes, c children) {
	path := nestedPath(c.parent.entity, c.entity)
	r.add(path, methods{http.MethodGet: c.list, http.MethodPost: c.create})
	r.add(path+param(c.entity), methods{
		http.MethodGet: c.get, http.MethodPut: c.put, http.MethodPatch: c.patch, http.MethodDelete: c.delete,
	})
}

func addParent(r *routes, p parentField) {
	r.add(entityPath(p.child.entity)+"/"+p.field, methods{
		http.MethodGet: p.get, http.MethodPut: p.put, http.MethodPatch: p.patch, http.MethodDelete: p.delete,
	})
}

// hidden entities have no endpoints.
func hidden(e *schema.Entity) bool { return e.NoAdmin || e.Internal }

func collectionPath(e *schema.Entity) string { return "/" + e.CollectionName() }

func entityPath(e *schema.Entity) string { return collectionPath(e) + param(e) }

// nestedPath is the path of the entities below a parent.
func nestedPath(parent, e *schema.Entity) string { return entityPath(parent) + "/" + e.NestedName() }

// param is the segment for the key of an entity.
func param(e *schema.Entity) string { return "/{" + e.Name + "}" }
