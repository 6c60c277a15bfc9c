package transfer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// Source is what is copied from. It is only read.
type Source struct {
	DB *datastore.DB
	// Feed polls the events of the same store. Follow needs it, and runs it.
	Feed *datastore.Feed
	// Holds reports whether rows of an entity can be there; nil means that the model of DB tells. What a source can't hold it
	// says nothing of: the rows in the target are left alone.
	Holds func(e *schema.Entity) bool
}

// Target is what is copied to.
type Target struct {
	DB *datastore.DB
	// Holds is that of Source. Rows that the source has and the target can't hold keep a copy from beginning.
	Holds func(e *schema.Entity) bool
	// Replace, if set, is how rows are written: all at once, in the place of everything there is. What it wrote can be read from
	// DB when it returns.
	Replace func(ctx context.Context, each EachRow) error
}

// EachRow calls fn with every row of an entity of the target, until fn fails.
type EachRow func(ctx context.Context, e *schema.Entity, fn func(datastore.Document) error) error

// workspaces is the entity whose rows have a counterpart in every datastore.
const workspaces = "workspaces"

// defaultWorkspace is the name of the only workspace that is copied.
const defaultWorkspace = "default"

// kind is one entity as the two sides describe it. To is nil where the target can't hold any rows.
type kind struct {
	name     string
	from, to *schema.Entity
}

// kinds lists what is copied, parents before their children. What only the source knows comes last.
func (c *copier) kinds() []kind {
	var list []kind
	models := slices.Concat(c.to.DB.Model().Entities(), c.from.DB.Model().Entities())
	for i, e := range models {
		if slices.ContainsFunc(models[:i], func(before *schema.Entity) bool { return before.Name == e.Name }) ||
			e.Name == workspaces || slices.Contains(c.opts.Except, e.Name) {
			continue
		}
		k := kind{name: e.Name}
		if from := c.from.DB.Model().Entity(e.Name); holds(from, c.from.Holds) {
			k.from = from
		}
		if to := c.to.DB.Model().Entity(e.Name); holds(to, c.to.Holds) {
			k.to = to
		}
		if k.from != nil {
			list = append(list, k)
		}
	}
	return list
}

func holds(e *schema.Entity, also func(*schema.Entity) bool) bool {
	return e != nil && !e.Internal && !e.Absent && (also == nil || also(e))
}

// oneWorkspace fails if there are other workspaces than the default one.
func oneWorkspace(ctx context.Context, db *datastore.DB, side string) error {
	e := db.Model().Entity(workspaces)
	if e == nil {
		return nil
	}
	var others []string
	err := db.Each(ctx, e, datastore.Key{}, func(row datastore.Document) error {
		if name, _ := row["name"].(string); name != defaultWorkspace {
			others = append(others, name)
		}
		return nil
	})
	if err == nil && len(others) > 0 {
		err = fmt.Errorf("the %s has workspaces beside the default one, which can't be copied: %s", side, strings.Join(others, ", "))
	}
	return err
}

// unknownKinds lists the names in Options.Except that no side knows.
func (c *copier) unknownKinds() []string {
	return slices.DeleteFunc(slices.Clone(c.opts.Except), func(name string) bool {
		return c.from.DB.Model().Entity(name) != nil || c.to.DB.Model().Entity(name) != nil
	})
}
