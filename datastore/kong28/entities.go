package kong28

import (
	"errors"
	"reflect"
	"slices"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

const unavailable = "not available on a Kong 2.8 database"

var errUnavailable = errors.New(unavailable)

// absentEntities have no table.
var absentEntities = []string{"filter_chains", "key_sets", "keys"}

// absentFields have no column, by their entities.
var absentFields = map[string][]string{
	"ca_certificates":            {"updated_at"},
	"certificates":               {"updated_at"},
	"clustering_data_planes":     {"updated_at", "labels", "cert_details", "rpc_capabilities"},
	"consumers":                  {"updated_at"},
	"oauth2_authorization_codes": {"plugin"},
	"plugins":                    {"instance_name", "updated_at"},
	"routes":                     {"expression", "priority"},
	"snis":                       {"updated_at"},
	"targets":                    {"updated_at"},
	"upstreams": {
		"hash_on_query_arg", "hash_fallback_query_arg", "hash_on_uri_capture", "hash_fallback_uri_capture", "use_srv_name",
		"updated_at",
	},
	"workspaces": {"updated_at"},
}

// absentValues are those that nodes of Kong 2.8 do not know, by their entities and fields. Such a node would not load the
// row, nor others with it.
var absentValues = map[string]map[string][]string{
	"jwt_secrets": {"algorithm": {"ES512", "PS256", "PS384", "PS512", "EdDSA"}},
	"plugins": {"name": {
		"ai-prompt-decorator", "ai-prompt-guard", "ai-prompt-template", "ai-proxy", "ai-request-transformer",
		"ai-response-transformer", "opentelemetry", "redirect", "standard-webhooks",
	}},
	"upstreams": {
		"algorithm":     {"latency"},
		"hash_on":       {"path", "query_arg", "uri_capture"},
		"hash_fallback": {"path", "query_arg", "uri_capture"},
	},
}

// Entities describes the entities of a gateway as a database of Kong 2.8 can keep them. It leaves its argument alone.
func Entities(entities []*schema.Entity) []*schema.Entity {
	variants := make([]*schema.Entity, len(entities))
	for i, e := range entities {
		variants[i] = variant(e)
	}
	return variants
}

func variant(entity *schema.Entity) *schema.Entity {
	e := *entity
	if slices.Contains(absentEntities, e.Name) {
		e.Absent = true
		e.Normalize = func(map[string]any) schema.Errors { return schema.Errors{entity.Name: unavailable} }
		return &e
	}
	switch e.Name {
	case "plugins":
		e.EndpointKey = ""
	case "targets":
		e.Unkeyed = true
	case "vaults":
		e.Table = betaVaults
	}
	e.Fields = slices.Clone(e.Fields)
	for i := range e.Fields {
		f := &e.Fields[i]
		switch {
		case slices.Contains(absentFields[e.Name], f.Name):
			withoutColumn(f)
		case absentValues[e.Name][f.Name] != nil:
			refuse(f, func(v any) bool {
				s, _ := v.(string)
				return slices.Contains(absentValues[entity.Name][f.Name], s)
			})
		}
	}
	return &e
}

// withoutColumn makes f a field that shows its default and takes nothing else. A time that Kong itself keeps is not taken,
// but not refused either, as usual.
func withoutColumn(f *schema.Field) {
	f.Transient, f.Unique = true, false
	if f.Auto {
		f.Auto = false
		return
	}
	usual := schema.Normalize(f.Default)
	refuse(f, func(v any) bool { return !reflect.DeepEqual(v, usual) })
}

// refuse adds a check to those of f.
func refuse(f *schema.Field, unusable func(v any) bool) {
	validator := f.Validator
	f.Validator = func(v any) error {
		if validator != nil {
			if err := validator(v); err != nil {
				return err
			}
		}
		if unusable(v) {
			return errUnavailable
		}
		return nil
	}
}
