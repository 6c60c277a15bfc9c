package transfer

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// writers is how many rows are written at a time. A server far away answers each only after a while.
const writers = 8

// apply makes the target the same as the source. Rows that the target refuses are remembered and left for another round: what
// stands in their way may be another change.
func (c *copier) apply(ctx context.Context, differences []*difference) error {
	total := 0
	for _, d := range differences {
		total += d.size()
	}
	c.begin(total)
	if c.to.Replace != nil {
		if err := c.to.Replace(ctx, c.rows); err != nil {
			return fmt.Errorf("write the target: %w", err)
		}
		c.wrote(total)
		return nil
	}
	// Children go before their parents, and old rows before new ones, which may have their names.
	for _, d := range slices.Backward(differences) {
		for _, id := range d.extra {
			_, err := c.to.DB.Delete(ctx, d.to, datastore.ID(id))
			if err := c.written(d.kind, id, err); err != nil {
				return err
			}
		}
	}
	for _, d := range differences {
		if len(d.write) > 0 {
			if err := c.write(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// write writes the rows of one kind.
func (c *copier) write(ctx context.Context, d *difference) error {
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	err := c.from.DB.Each(within, d.from, datastore.Key{}, func(row datastore.Document) error {
		id := datastore.DocumentID(row)
		if _, ok := d.write[id]; !ok {
			return within.Err()
		}
		row = d.convert(row, c.to.DB.Workspace())
		group.Go(func() error { return c.written(d.kind, id, c.to.DB.Import(within, d.to, row)) })
		return nil
	})
	if failed := group.Wait(); failed != nil {
		return failed // and that is why the reading ended, if it did
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", d.name, err)
	}
	return nil
}

// written counts a row that was written or deleted, unless err says otherwise.
func (c *copier) written(k kind, id string, err error) error {
	switch {
	case err == nil:
		c.wrote(1)
	case datastore.ErrorCode(err) != 0:
		c.refused.add(refusal{k, id, err})
	default:
		return fmt.Errorf("write %s %s: %w", k.name, id, err)
	}
	return nil
}

// rows implements EachRow: the rows that the target is to have. What is not copied stays as it is.
func (c *copier) rows(ctx context.Context, e *schema.Entity, fn func(datastore.Document) error) error {
	for _, k := range c.copied {
		if k.to == e {
			return c.from.DB.Each(ctx, k.from, datastore.Key{}, func(row datastore.Document) error {
				return fn(k.convert(row, c.to.DB.Workspace()))
			})
		}
	}
	return c.to.DB.Each(ctx, e, datastore.Key{}, fn)
}
