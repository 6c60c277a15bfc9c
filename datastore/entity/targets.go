package entity

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
)

// defaultTargetPort is the port of a target that gives none.
const defaultTargetPort = 8000

var targets = schema.Entity{
	Name: "targets", EndpointKey: "target", CacheKey: []string{"upstream", "target"}, Workspaceable: true, CoreCache: true,
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAtMillis,
		typedef.UpdatedAtMillis,
		{Name: "upstream", Type: schema.Foreign, Required: schema.Required, Reference: "upstreams", OnDelete: schema.Cascade},
		{Name: "target", Type: schema.String, Required: schema.Required, Validator: validateTarget},
		{Name: "weight", Type: schema.Integer, Default: 100, Between: []float64{0, 65535}, NotNull: true},
		typedef.Tags,
	},
	Normalize: normalizeTarget,
}

// formatTarget is the form in which a target is stored: with a port, IPv6 expanded and in brackets.
func formatTarget(s string) (string, error) {
	a, err := typedef.ParseAddress(s)
	if err != nil {
		return "", err
	}
	if !a.HasPort {
		a.Port, a.HasPort = defaultTargetPort, true
	}
	return a.String(), nil
}

// normalizeTarget brings the target of a body into its stored form. A target that is no text is refused as one that can't
// be parsed is; a missing one is left to the validation.
func normalizeTarget(doc map[string]any) schema.Errors {
	v, ok := doc["target"]
	if !ok {
		return nil
	}
	s, _ := v.(string)
	formatted, err := formatTarget(s)
	if err != nil {
		return schema.Errors{"target": "Invalid target; not a valid hostname or ip address"}
	}
	doc["target"] = formatted
	return nil
}

func validateTarget(v any) error {
	s := v.(string)
	if _, err := typedef.ParseAddress(s); err == nil {
		return nil
	}
	if !utf8.ValidString(s) {
		return errors.New("Invalid target; not a valid hostname or ip address")
	}
	return fmt.Errorf("Invalid target ('%s'); not a valid hostname or ip address", s)
}

func validateUpstreamName(v any) error {
	name := v.(string)
	prefix := "Invalid name; "
	if utf8.ValidString(name) {
		prefix = fmt.Sprintf("Invalid name ('%s'); ", name)
	}
	a, err := typedef.ParseAddress(name)
	switch {
	case err != nil:
		return errors.New(prefix + "must be a valid hostname")
	case a.Kind != typedef.HostName:
		return errors.New(prefix + "no ip addresses allowed")
	case a.HasPort:
		return errors.New(prefix + "no port allowed")
	}
	return nil
}
