package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// certificates are found by their id or by any of their server names.
//
// Kong 3.9: Admin API, certificates and SNIs.
type certificates struct {
	collection
	names collection
}

// nameParam is where the server name in a path is kept when the id has taken its place.
const nameParam = "sni"

func (a *API) addCertificates(r *routes, c collection) {
	certs := certificates{collection: c, names: a.collection(a.model.Entity("snis"))}
	one := entityPath(c.entity)
	for pattern, e := range r.byPattern {
		if rest, ok := strings.CutPrefix(pattern, one); ok {
			e.before = func(ctx context.Context, r *request) error { return certs.resolve(ctx, r, rest == "") }
		}
	}
	r.add(one, methods{http.MethodGet: certs.get, http.MethodPut: certs.put})
}

// resolve puts the id of a certificate in the place of a server name. Where new ones can be made, a PUT of a name that is
// not known gets a new id.
func (c certificates) resolve(ctx context.Context, r *request, creates bool) error {
	name := r.param(c.entity.Name)
	if schema.IsUUID(name) {
		return nil
	}
	key, err := c.db.PathKey(c.names.entity, name)
	if err != nil {
		return err
	}
	r.params[nameParam] = r.params[c.entity.Name]
	sni, err := c.db.Select(ctx, c.names.entity, key)
	switch {
	case err == nil:
		r.params[c.entity.Name] = datastore.ForeignID(sni, "certificate")
	case datastore.ErrorCode(err) != datastore.CodeNotFound:
		return err
	case creates && r.Method == http.MethodPut:
		r.params[c.entity.Name] = uuid.NewString()
	default:
		return missing("SNI not found")
	}
	return nil
}

// get tells what is missing, unlike the same for other entities.
func (c certificates) get(ctx context.Context, r *request) (answer, error) {
	key, err := c.key(r)
	if err != nil {
		return answer{}, err
	}
	row, err := c.db.Select(ctx, c.entity, key)
	if err != nil {
		return answer{}, err
	}
	return ok(row), nil
}

// put adds the name in the path to the list in the body, if it has one.
func (c certificates) put(ctx context.Context, r *request) (answer, error) {
	key, err := c.key(r)
	if err != nil {
		return answer{}, err
	}
	doc := r.document(c.entity)
	names, ok := doc["snis"].([]any)
	if name := r.param(nameParam); ok && name != "" {
		doc["snis"] = withName(names, name)
	}
	return c.upsert(ctx, key, doc)
}

func withName(names []any, name string) []any {
	for _, n := range names {
		if n == name {
			return names
		}
	}
	return append(names, name)
}
