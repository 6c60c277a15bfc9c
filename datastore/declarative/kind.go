package declarative

import (
	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore/compact"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// kind is an entity with what its entries in a document may look like.
type kind struct {
	entity  *schema.Entity
	foreign []*schema.Field
	// children are the entities that may stand inside an entry, in arrays that are called like them.
	children []child
	isChild  map[string]bool
	// codec is nil for entities that stores keep in a way of their own: they are validated and left alone.
	codec     *compact.Codec
	namespace uuid.UUID

	// An entry is described in three ways: at the top level it refers to others by name, inside another entry it does not
	// refer to anything, and with its references resolved it is the entity itself.
	top, nested, resolved *schema.Entity
}

// child is an entity inside another one, which its field called link refers to.
type child struct {
	kind *kind
	link string
}

// left are the entities that no document has.
var left = map[string]bool{"tags": true}

// kindsOf returns the kinds of a model, in its order.
func kindsOf(model *schema.Model) []*kind {
	var kinds []*kind
	byName := map[string]*kind{}
	for _, e := range model.Entities() {
		if left[e.Name] {
			continue
		}
		k := &kind{
			entity:    e,
			isChild:   map[string]bool{},
			namespace: uuid.NewSHA1(idNamespace, []byte(e.Name)),
			top:       described(e, referringByName),
			nested:    described(e, notReferring),
			resolved:  described(e, func(f schema.Field) schema.Field { return f }),
		}
		if !e.Internal {
			k.codec = compact.NewCodec(e)
		}
		for i := range e.Fields {
			if e.Fields[i].Type == schema.Foreign {
				k.foreign = append(k.foreign, &e.Fields[i])
			}
		}
		kinds = append(kinds, k)
		byName[e.Name] = k
	}
	for _, k := range kinds {
		for _, r := range model.Children(k.entity.Name) {
			k.children = append(k.children, child{byName[r.Entity.Name], r.Field.Name})
			k.isChild[r.Entity.Name] = true
		}
	}
	return kinds
}

// described is a description of the entries of e in which foreign fields are changed. Beside the fields of the entity
// entries have notes for people.
func described(e *schema.Entity, foreign func(schema.Field) schema.Field) *schema.Entity {
	d := *e
	d.Fields = make([]schema.Field, 0, len(e.Fields)+2)
	for _, f := range e.Fields {
		if f.Type == schema.Foreign {
			f = foreign(f)
		}
		d.Fields = append(d.Fields, f)
	}
	d.Fields = append(d.Fields, notes...)
	return &d
}

// notes are the members of documents and entries that mean nothing.
var notes = []schema.Field{
	{Name: "_comment", Type: schema.String},
	{Name: "_ignore", Type: schema.Array, Elements: &schema.Field{}},
}

// referringByName lets text stand for a foreign key.
func referringByName(f schema.Field) schema.Field {
	return schema.Field{Name: f.Name, Type: schema.String, Required: f.Required, Eq: f.Eq}
}

// notReferring leaves the foreign keys of a nested entry to the nesting.
func notReferring(f schema.Field) schema.Field {
	return schema.Field{Name: f.Name, Type: schema.Foreign, Reference: f.Reference, Eq: schema.Null}
}
