package cassandra

import (
	"context"
	"fmt"
	"time"

	"github.com/gocql/gocql"

	"github.com/kongo-gateway/kongo/datastore"
)

// workspaces is the entity that rows of workspaceable entities belong to, defaultWorkspace the one that is always there.
const (
	workspaces       = "workspaces"
	defaultWorkspace = "default"
)

// workspaceList is what workspaces there were at a time, the default one first.
type workspaceList struct {
	ids []string
	at  time.Time
}

// workspacesAge is how old a list may be. Clients can't make workspaces.
const workspacesAge = time.Minute

// DefaultWorkspace implements datastore.Store.
func (s *Store) DefaultWorkspace(ctx context.Context) (string, error) {
	id, err := s.connections.defaultWorkspace(ctx, s.levels.read)
	switch {
	case err != nil:
		return "", fmt.Errorf("cassandra: select from %s: %w", workspaces, err)
	case id == "":
		return "", fmt.Errorf("cassandra: workspace %s: %w", defaultWorkspace, datastore.ErrNotFound)
	}
	return id, nil
}

// defaultWorkspace returns the id of the workspace called default, "" if there is none.
func (c *connections) defaultWorkspace(ctx context.Context, level gocql.Consistency) (string, error) {
	var id gocql.UUID
	found, err := c.one(ctx, level, []any{&id}, "SELECT id FROM workspaces WHERE name = ?", defaultWorkspace)
	if !found || err != nil {
		return "", err
	}
	return id.String(), nil
}

// allWorkspaces lists the workspaces, the default one first.
func (s *Store) allWorkspaces(ctx context.Context) ([]string, error) {
	if list := s.workspaces.Load(); list != nil && time.Since(list.at) < workspacesAge {
		return list.ids, nil
	}
	list := &workspaceList{at: time.Now()}
	var id gocql.UUID
	var name string
	err := s.each(ctx, s.levels.read, []any{&id, &name}, func() error {
		list.ids = append(list.ids, id.String())
		if last := len(list.ids) - 1; name == defaultWorkspace {
			list.ids[0], list.ids[last] = list.ids[last], list.ids[0]
		}
		return nil
	}, "SELECT id, name FROM workspaces")
	if err != nil {
		return nil, fmt.Errorf("workspaces: %w", err)
	}
	s.workspaces.Store(list)
	return list.ids, nil
}
