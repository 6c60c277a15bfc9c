package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

// addSchemas shows how entities are described, and tries documents against the descriptions.
//
// Kong 3.9: Admin API, /schemas.
func (a *API) addSchemas(r *routes) {
	r.add("/schemas/{name}", methods{http.MethodGet: func(_ context.Context, r *request) (answer, error) {
		e := a.model.Entity(r.param("name"))
		if e == nil {
			return answer{}, missing("No entity named '" + r.param("name") + "'")
		}
		return ok(e.Describe()), nil
	}})
	r.add("/schemas/{db_entity_name}/validate", methods{http.MethodPost: func(_ context.Context, r *request) (answer, error) {
		return a.validate(r, r.param("db_entity_name"))
	}})
	a.addVariants(r, "plugins", "plugin")
	a.addVariants(r, "vaults", "vault")
	r.add("/schemas/filters/{name}", methods{http.MethodGet: func(_ context.Context, r *request) (answer, error) {
		return answer{}, missing("Filter '" + r.param("name") + "' not found")
	}})
}

// addVariants adds the endpoints for an entity whose config depends on its name.
func (a *API) addVariants(r *routes, entity, kind string) {
	e := a.model.Entity(entity)
	if e == nil {
		return
	}
	r.add("/schemas/"+entity+"/{name}", methods{http.MethodGet: func(_ context.Context, r *request) (answer, error) {
		variant := e.Subschemas[r.param("name")]
		if variant == nil {
			return answer{}, missing("No " + kind + " named '" + r.param("name") + "'")
		}
		return ok(variant.Describe()), nil
	}})
	r.add("/schemas/"+entity+"/validate", methods{http.MethodPost: func(_ context.Context, r *request) (answer, error) {
		return a.validate(r, entity)
	}})
}

// validate tries a document without a look at the store. The text of a form stays text.
func (a *API) validate(r *request, entity string) (answer, error) {
	e := a.model.Entity(entity)
	if e == nil {
		return answer{}, missing("No entity named '" + entity + "'")
	}
	input, err := r.merged()
	if err != nil {
		return answer{}, err
	}
	doc, errs := e.Prepare(input, schema.Insert, time.Now())
	if errs == nil {
		errs = a.model.Validate(e, doc, schema.ValidateOptions{Input: input})
	}
	if errs != nil {
		return answer{}, datastore.SchemaViolation(errs)
	}
	return ok(message{"schema validation successful"}), nil
}

// configSchema is the description of a plugin's config alone, as old clients want it.
func configSchema(plugin *schema.Subschema) map[string]any {
	shown := map[string]any{"fields": []any{}}
	fields, _ := plugin.Describe()["fields"].([]any)
	for _, f := range fields {
		field, _ := f.(map[string]any)
		config, ok := field["config"].(map[string]any)
		if !ok {
			continue
		}
		for _, part := range []string{"fields", "entity_checks", "shorthand_fields"} {
			if v, ok := config[part]; ok {
				shown[part] = v
			}
		}
	}
	return shown
}
