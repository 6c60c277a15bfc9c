package storetest

import (
	"github.com/kongo-gateway/kongo/datastore/entity"
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// Model describes a library, and the workspaces that its entities belong to. Between them they use every kind of field and
// rule that a store has to know. It is for drivers whose tables are not made from descriptions.
func Model() *schema.Model {
	return mustModel(workspaces(), &authors, &shelves, &books, &reviews, &loans)
}

func mustModel(entities ...*schema.Entity) *schema.Model {
	m, err := schema.NewModel(entities...)
	if err != nil {
		panic(err) // the descriptions are constant
	}
	return m
}

// workspaces is the entity of that name in the core.
func workspaces() *schema.Entity {
	for _, e := range entity.Core(entity.Options{}) {
		if e.Name == "workspaces" {
			return e
		}
	}
	panic("the core has no workspaces")
}

var (
	text    = schema.Field{Type: schema.String}
	integer = schema.Field{Type: schema.Integer}
)

// authors have fields of every type, and both kinds of unique values.
var authors = schema.Entity{
	Name: "authors", EndpointKey: "name", Workspaceable: true,
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		typedef.UpdatedAtMillis,
		{Name: "name", Type: schema.String, Required: schema.Required, Unique: true},
		{Name: "passport", Type: schema.String, Unique: true, UniqueAcrossWorkspaces: true},
		{Name: "alive", Type: schema.Boolean, Default: true},
		{Name: "born", Type: schema.Integer},
		{Name: "rating", Type: schema.Number},
		{Name: "genres", Type: schema.Set, Elements: &text},
		{Name: "sales", Type: schema.Array, Elements: &integer},
		{
			Name: "houses", Type: schema.Array,
			Elements: &schema.Field{
				Type: schema.Record,
				Fields: []schema.Field{
					{Name: "street", Type: schema.String},
					{Name: "number", Type: schema.Integer},
					{Name: "rooms", Type: schema.Set, Elements: &text},
				},
			},
		},
		{
			Name: "letters", Type: schema.Map,
			Keys: &text, Values: &schema.Field{Type: schema.Array, Elements: &text},
		},
		{
			Name: "estate", Type: schema.Record, Required: schema.Optional,
			Fields: []schema.Field{
				{Name: "worth", Type: schema.Number},
				{Name: "sealed", Type: schema.Boolean},
				{
					Name: "will", Type: schema.Record, Required: schema.Optional,
					Fields: []schema.Field{typedef.Named("wording", text), typedef.Named("copies", integer)},
				},
			},
		},
		{Name: "alias", Type: schema.String, Transient: true},
		typedef.Tags,
	},
}

// shelves belong to no workspace, and their table has a name of its own.
var shelves = schema.Entity{
	Name: "shelves", Table: "book_shelves", EndpointKey: "name",
	Fields: []schema.Field{
		typedef.ID,
		{Name: "name", Type: schema.String, Unique: true},
		typedef.Tags,
	},
}

// books go with their shelf and keep their author; there is one of a title on a shelf. A clash there is reported before one
// of their numbers.
var books = schema.Entity{
	Name: "books", CacheKey: []string{"shelf", "title"}, CacheKeyFirst: true, Workspaceable: true,
	Fields: []schema.Field{
		typedef.ID,
		{Name: "title", Type: schema.String, Required: schema.Required},
		{Name: "isbn", Type: schema.String, Unique: true},
		{Name: "author", Type: schema.Foreign, Reference: "authors"},
		{Name: "shelf", Type: schema.Foreign, Reference: "shelves", OnDelete: schema.Cascade},
		{Name: "pages", Type: schema.Integer, Default: 100, NotNull: true},
		typedef.Tags,
	},
}

// reviews keep their book. A book has one of a reviewer, and a clash in their numbers is reported before one in that.
var reviews = schema.Entity{
	Name: "reviews", CacheKey: []string{"book", "reviewer"}, Workspaceable: true,
	Fields: []schema.Field{
		typedef.ID,
		{Name: "reviewer", Type: schema.String, Auto: true},
		{Name: "number", Type: schema.String, Unique: true},
		{Name: "book", Type: schema.Foreign, Required: schema.Required, Reference: "books"},
	},
}

// loans expire, and go with their book.
var loans = schema.Entity{
	Name: "loans", EndpointKey: "code", Workspaceable: true, TTL: true,
	Fields: []schema.Field{
		typedef.ID,
		{Name: "code", Type: schema.String, Unique: true, Auto: true},
		{Name: "book", Type: schema.Foreign, Reference: "books", OnDelete: schema.Cascade},
	},
}
