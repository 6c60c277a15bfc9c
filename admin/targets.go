package admin

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// targets are reached through their upstream only, by id or by host and port.
//
// Kong 3.9: Admin API, upstreams and targets.
type targets struct {
	api *API
	children
}

// addTargets replaces most of what is generated for targets.
func (a *API) addTargets(r *routes, c collection) {
	t := a.targets(c)
	one := t.show(r)
	// A PUT changes a row like a PATCH, and never makes one.
	r.add(one, methods{http.MethodPut: t.patch, http.MethodPatch: t.patch, http.MethodDelete: t.delete})
	for path, healthy := range map[string]bool{"/healthy": true, "/unhealthy": false} {
		// Kong 3.9 has PUT alone; clients made for 2.8 send POST.
		mark := methods{http.MethodPut: t.mark(healthy), http.MethodPost: t.mark(healthy)}
		r.add(one+path, mark)
		r.add(one+"/{address}"+path, mark)
	}
}

func (a *API) targets(c collection) targets {
	parent := a.model.Entity(c.entity.Field("upstream").Reference)
	return targets{api: a, children: children{collection: c, field: "upstream", parent: a.collection(parent)}}
}

// show adds what shows targets and their health, and returns the path of one target.
func (t targets) show(r *routes) (one string) {
	parent := t.parent.entity
	list := nestedPath(parent, t.entity)
	one = list + param(t.entity)
	r.add(list, methods{http.MethodGet: t.list})
	r.add(list+"/all", methods{http.MethodGet: t.listAll})
	r.add(one, methods{http.MethodGet: t.get})
	r.add(entityPath(parent)+"/health", methods{http.MethodGet: t.health})
	return one
}

// list shows the targets of an upstream, the newest first.
func (t targets) list(ctx context.Context, r *request) (answer, error) {
	upstream, err := t.parent.find(ctx, r)
	if err != nil {
		return answer{}, err
	}
	rows, next, err := t.page(ctx, r, upstream)
	if err != nil {
		return answer{}, err
	}
	return ok(pageBody(rows, next, t.path(r))), nil
}

// listAll shows the rows as they are stored.
func (t targets) listAll(ctx context.Context, r *request) (answer, error) {
	a, err := t.children.list(ctx, r)
	if err != nil {
		return answer{}, err
	}
	body := a.body.(map[string]any)
	if next, ok := body["next"].(string); ok {
		body["next"] = strings.Replace(next, t.path(r), t.path(r)+"/all", 1)
	}
	return a, nil
}

func (t targets) get(ctx context.Context, r *request) (answer, error) {
	_, row, err := t.findTarget(ctx, r)
	if err != nil {
		return answer{}, err
	}
	return ok(row), nil
}

func (t targets) patch(ctx context.Context, r *request) (answer, error) {
	_, row, err := t.findTarget(ctx, r)
	if err != nil {
		return answer{}, err
	}
	changes := r.document(t.entity)
	if errs := t.entity.Normalize(changes); errs != nil {
		return answer{}, datastore.SchemaViolation(errs)
	}
	return t.update(ctx, datastore.ID(datastore.DocumentID(row)), changes)
}

func (t targets) delete(ctx context.Context, r *request) (answer, error) {
	_, row, err := t.findTarget(ctx, r)
	if err != nil {
		return answer{}, err
	}
	if _, err := t.db.Delete(ctx, t.entity, datastore.ID(datastore.DocumentID(row))); err != nil {
		return answer{}, err
	}
	return noContent(), nil
}

// findTarget returns the upstream and the target in the path, or errNotFound.
func (t targets) findTarget(ctx context.Context, r *request) (upstream, row datastore.Document, err error) {
	if schema.IsUUID(r.param(t.entity.Name)) {
		return t.findChild(ctx, r)
	}
	if upstream, err = t.parent.find(ctx, r); err != nil {
		return nil, nil, err
	}
	rows, err := t.newest(ctx, upstream)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		if row["target"] == r.param(t.entity.Name) {
			return upstream, row, nil
		}
	}
	return nil, nil, errNotFound
}

// page is the part of the targets of an upstream that a request asks for. Its tokens are numbers of targets to skip, and it
// takes a size beyond the limit for the limit.
func (t targets) page(ctx context.Context, r *request, upstream datastore.Document) ([]datastore.Document, string, error) {
	size, err := pageSize(r)
	if err != nil {
		return nil, "", err
	}
	if size < 1 {
		return nil, "", errPageSize
	}
	size = min(size, maxPageSize)
	skip, err := numericOffset(r)
	if err != nil {
		return nil, "", err
	}
	rows, err := t.newest(ctx, upstream)
	if err != nil {
		return nil, "", err
	}
	rows = rows[min(skip, len(rows)):]
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], strconv.Itoa(skip + size), nil
}

func numericOffset(r *request) (int, error) {
	offset, err := pageOffset(r)
	if err != nil || offset == "" {
		return 0, err
	}
	skip, err := strconv.ParseInt(offset, 10, 32)
	if err != nil || skip < 0 {
		return 0, datastore.InvalidOffset(offset, "not a number of targets to skip")
	}
	return int(skip), nil
}

// newest returns the targets of an upstream, newest first. Old versions of Kong left several rows of one text, of which the
// newest counts.
func (t targets) newest(ctx context.Context, upstream datastore.Document) ([]datastore.Document, error) {
	var rows []datastore.Document
	opts := datastore.PageOptions{
		Size:   maxPageSize,
		Parent: datastore.Key{Field: t.field, Value: datastore.DocumentID(upstream)},
	}
	for {
		page, next, err := t.db.Page(ctx, t.entity, opts)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page...)
		if opts.Offset = next; next == "" {
			break
		}
	}
	slices.SortFunc(rows, func(a, b datastore.Document) int {
		return cmp.Or(cmp.Compare(createdAt(b), createdAt(a)), cmp.Compare(datastore.DocumentID(b), datastore.DocumentID(a)))
	})
	seen := make(map[any]bool, len(rows))
	return slices.DeleteFunc(rows, func(row datastore.Document) bool {
		superseded := seen[row["target"]]
		seen[row["target"]] = true
		return superseded
	}), nil
}

// createdAt is when a row was made, in seconds.
func createdAt(row datastore.Document) float64 {
	seconds, _ := schema.Float(row["created_at"])
	return seconds
}
