package kong28

import (
	"context"
	"fmt"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// store keeps rows in the form of Kong 2.8 and hands them out in that of Kong 3.9.
type store struct {
	datastore.Store
	workspace string
	// core are the names of the entities whose keys have a channel of their own in Kong 3.9.
	core map[string]bool
}

// Wrap puts the form of Kong 2.8 around a driver's store of a model with Entities. Closing it closes the driver's.
func Wrap(ctx context.Context, driver datastore.Store, m *schema.Model) (datastore.Store, error) {
	workspace, err := driver.DefaultWorkspace(ctx)
	if err != nil {
		return nil, fmt.Errorf("kong28: %w", err)
	}
	s := &store{Store: driver, workspace: workspace, core: make(map[string]bool)}
	for _, e := range m.Entities() {
		s.core[e.Name] = e.CoreCache
	}
	return s, nil
}

// Select implements datastore.Store.
func (s *store) Select(ctx context.Context, e *schema.Entity, key datastore.Key, ws string) (datastore.Document, error) {
	row, err := s.Store.Select(ctx, e, key, ws)
	if err != nil {
		return nil, err
	}
	return upgrade(e, row), nil
}

// Page implements datastore.Store.
func (s *store) Page(ctx context.Context, e *schema.Entity, q datastore.Query) (datastore.Page, error) {
	page, err := s.Store.Page(ctx, e, q)
	for i, row := range page.Rows {
		page.Rows[i] = upgrade(e, row)
	}
	return page, err
}

// Tags implements datastore.Store. They go by the names of tables, as in Kong 3.9.
func (s *store) Tags(ctx context.Context, q datastore.TagQuery) (datastore.TagPage, error) {
	page, err := s.Store.Tags(ctx, q)
	for i := range page.Rows {
		if page.Rows[i].EntityName == betaVaults {
			page.Rows[i].EntityName = "sm_vaults"
		}
	}
	return page, err
}

// Insert implements datastore.Store.
func (s *store) Insert(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	if err := s.unlike(ctx, e, row); err != nil {
		return err
	}
	return s.Store.Insert(ctx, e, downgrade(e, row))
}

// Update implements datastore.Store.
func (s *store) Update(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	if err := s.unlike(ctx, e, row); err != nil {
		return err
	}
	stored := downgrade(e, row)
	if err := s.keep(ctx, e, stored); err != nil {
		return err
	}
	return s.Store.Update(ctx, e, stored)
}

// keep lets the config of a plugin keep what only nodes of Kong 2.8 can set.
func (s *store) keep(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	name, _ := row["name"].(string)
	config, ok := row["config"].(map[string]any)
	if only := configs[name].only; e.Name != "plugins" || len(only) == 0 || !ok {
		return nil
	}
	old, err := s.Store.Select(ctx, e, datastore.ID(datastore.DocumentID(row)), "")
	if err != nil {
		return err
	}
	before, _ := old["config"].(map[string]any)
	for _, member := range configs[name].only {
		if v, ok := before[member]; ok && old["name"] == name {
			config[member] = v
		}
	}
	return nil
}

// Upsert implements datastore.Store.
func (s *store) Upsert(ctx context.Context, e *schema.Entity, conflict string, row datastore.Document) (string, error) {
	if err := s.unlike(ctx, e, row); err != nil {
		return "", err
	}
	return s.Store.Upsert(ctx, e, conflict, downgrade(e, row))
}

// unlike refuses a row with the cache key of another, where no column of the table does. Two writers at the same time may
// get around it, as they may in Kong 2.8.
func (s *store) unlike(ctx context.Context, e *schema.Entity, row datastore.Document) error {
	if !e.Unkeyed {
		return nil
	}
	parent, value := e.CacheKey[0], e.CacheKey[1]
	q := datastore.Query{Size: 1000, Parent: datastore.Key{Field: parent, Value: datastore.ForeignID(row, parent)}}
	for {
		page, err := s.Store.Page(ctx, e, q)
		if err != nil {
			return err
		}
		for _, other := range page.Rows {
			if other[value] == row[value] && datastore.DocumentID(other) != datastore.DocumentID(row) {
				return &datastore.ConflictError{Field: schema.ColumnCacheKey}
			}
		}
		if q.Offset = page.Next; q.Offset == "" {
			return nil
		}
	}
}

// upgrade brings a row into the form of Kong 3.9. It owns row.
func upgrade(e *schema.Entity, row datastore.Document) datastore.Document {
	switch e.Name {
	case "routes":
		eachPath(row, UpgradePath)
	case "plugins":
		name, _ := row["name"].(string)
		if config, ok := row["config"].(map[string]any); ok {
			UpgradeConfig(name, config)
			FinishConfig(name, config)
		}
	}
	return row
}

// downgrade returns a row in the form of Kong 2.8. It leaves row alone.
func downgrade(e *schema.Entity, row datastore.Document) datastore.Document {
	switch e.Name {
	case "routes":
		row = schema.Clone(row)
		eachPath(row, downgradePath)
	case "plugins":
		row = schema.Clone(row)
		name, _ := row["name"].(string)
		if config, ok := row["config"].(map[string]any); ok && configs[name].downgrade != nil {
			configs[name].downgrade(config)
		}
	}
	return row
}

func eachPath(row datastore.Document, fn func(string) string) {
	paths, _ := row["paths"].([]any)
	for i := range paths {
		if path, ok := paths[i].(string); ok {
			paths[i] = fn(path)
		}
	}
}
