package entity

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/datastore/schema/typedef"
	"github.com/kongo-gateway/kongo/urlpath"
)

// routesFor is the description of routes for a flavor of the router.
func routesFor(flavor string) *schema.Entity {
	if flavor == "traditional" {
		return &routes
	}
	variant := routes
	variant.Checks = append(variant.Checks[:len(variant.Checks):len(variant.Checks)], schema.CustomCheck{
		Fields: []string{
			"id", "protocols", "snis", "sources", "destinations", "methods", "hosts", "paths", "headers", "expression",
			"regex_priority", "priority",
		},
		RunWithMissing: true,
		Check:          checkExpressible,
	})
	return &variant
}

var routes = schema.Entity{
	Name: "routes", EndpointKey: "name", Workspaceable: true, CoreCache: true,
	SubschemaKey: "protocols",
	Fields: []schema.Field{
		typedef.ID,
		typedef.CreatedAt,
		typedef.UpdatedAt,
		typedef.Named("name", typedef.UTF8Name),
		{
			Name: "protocols", Type: schema.Set, Required: schema.Required, Default: []any{"http", "https"}, LenMin: &one,
			Elements: &schema.Field{Type: schema.String, OneOf: protocolNames},
			MutuallyExclusiveSubsets: [][]string{
				{"http", "https"}, {"tcp", "tls", "udp"}, {"tls_passthrough"}, {"grpc", "grpcs"},
			},
		},
		{
			Name: "https_redirect_status_code", Type: schema.Integer, Required: schema.Required, Default: 426,
			OneOf: []any{426, 301, 302, 307, 308},
		},
		{Name: "strip_path", Type: schema.Boolean, Required: schema.Required, Default: true},
		{Name: "preserve_host", Type: schema.Boolean, Required: schema.Required, Default: false},
		{Name: "request_buffering", Type: schema.Boolean, Required: schema.Required, Default: true},
		{Name: "response_buffering", Type: schema.Boolean, Required: schema.Required, Default: true},
		typedef.Tags,
		{Name: "service", Type: schema.Foreign, Reference: "services"},
		{Name: "snis", Type: schema.Set, Elements: &typedef.WildcardHost},
		typedef.Named("sources", typedef.Sources),
		typedef.Named("destinations", typedef.Sources),
		routeMethods,
		routeHosts,
		routePaths,
		routeHeaders,
		{Name: "regex_priority", Type: schema.Integer, Default: 0},
		{Name: "path_handling", Type: schema.String, Default: "v0", OneOf: []any{"v0", "v1"}},
	},
	Checks: []schema.Check{
		schema.Conditional{
			If: "protocols",
			IfMatch: schema.Field{Elements: &schema.Field{
				Type: schema.String, NotOneOf: []any{"grpcs", "https", "tls", "tls_passthrough"},
			}},
			Then: "snis", ThenMatch: schema.Field{LenEq: &zero},
			ThenErr: "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'",
		},
	},
	Subschemas: map[string]*schema.Subschema{
		"http":            &httpRoutes,
		"https":           &httpRoutes,
		"grpc":            &grpcRoutes,
		"grpcs":           &grpcRoutes,
		"tcp":             &streamRoutes,
		"tls":             &streamRoutes,
		"udp":             &streamRoutes,
		"tls_passthrough": &streamRoutes,
	},
}

var zero, one = 0, 1

var (
	routeMethods = schema.Field{Name: "methods", Type: schema.Set, Elements: &typedef.HTTPMethod}

	routeHosts = schema.Field{Name: "hosts", Type: schema.Array, Elements: &typedef.HostPattern}

	routePaths = schema.Field{
		Name: "paths", Type: schema.Array,
		Elements: &schema.Field{
			Type:      schema.String,
			MatchNone: []schema.Pattern{{Pattern: "//", Err: "must not have empty segments"}},
			MatchAny: &schema.PatternChoice{
				Patterns: []string{"^/", "^~/"},
				Err:      "should start with: / (fixed path) or ~/ (regex path)",
			},
			Validator: validateRoutePath,
		},
	}

	routeHeaders = schema.Field{
		Name: "headers", Type: schema.Map,
		Keys: &schema.Field{
			Type: schema.String,
			MatchNone: []schema.Pattern{{
				Pattern: "^[Hh][Oo][Ss][Tt]$",
				Err:     "cannot contain 'host' header, which must be specified in the 'hosts' attribute",
			}},
			Validator: typedef.ValidateHeaderName,
		},
		Values: &schema.Field{Type: schema.Array, Elements: &schema.Field{Type: schema.String}},
	}
)

// forbidden is f with any value but null refused by message.
func forbidden(f schema.Field, message string) schema.Field {
	f.Eq, f.Err = schema.Null, message
	return f
}

const (
	notForHTTP   = "cannot set '%s' when 'protocols' is 'http' or 'https'"
	notForGRPC   = "cannot set '%s' when 'protocols' is 'grpc' or 'grpcs'"
	notForStream = "cannot set '%s' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'"
)

var httpRoutes = schema.Subschema{
	Fields: []schema.Field{
		forbidden(typedef.Named("sources", typedef.Sources), fmt.Sprintf(notForHTTP, "sources")),
		forbidden(typedef.Named("destinations", typedef.Sources), fmt.Sprintf(notForHTTP, "destinations")),
	},
	Checks: []schema.Check{
		schema.ConditionalAtLeastOneOf{
			If: "protocols", IfMatch: schema.Field{Contains: "https"},
			Then:      []string{"methods", "hosts", "headers", "paths", "snis"},
			ThenErr:   "must set one of %s when 'protocols' is 'https'",
			ElseMatch: &schema.Field{Contains: "http"},
			Else:      []string{"methods", "hosts", "headers", "paths"},
			ElseErr:   "must set one of %s when 'protocols' is 'http'",
		},
	},
}

var grpcRoutes = schema.Subschema{
	Fields: []schema.Field{
		{
			Name: "strip_path", Type: schema.Boolean, Required: schema.Required, Default: false, Ne: true,
			Err: fmt.Sprintf(notForGRPC, "strip_path"),
		},
		forbidden(routeMethods, fmt.Sprintf(notForGRPC, "methods")),
		forbidden(typedef.Named("sources", typedef.Sources), fmt.Sprintf(notForGRPC, "sources")),
		forbidden(typedef.Named("destinations", typedef.Sources), fmt.Sprintf(notForGRPC, "destinations")),
	},
	Checks: []schema.Check{
		schema.ConditionalAtLeastOneOf{
			If: "protocols", IfMatch: schema.Field{Contains: "grpcs"},
			Then:      []string{"hosts", "headers", "paths", "snis"},
			ThenErr:   "must set one of %s when 'protocols' is 'grpcs'",
			ElseMatch: &schema.Field{Contains: "grpc"},
			Else:      []string{"hosts", "headers", "paths"},
			ElseErr:   "must set one of %s when 'protocols' is 'grpc'",
		},
	},
}

var streamRoutes = schema.Subschema{
	Fields: []schema.Field{
		forbidden(routeMethods, fmt.Sprintf(notForStream, "methods")),
		forbidden(routeHosts, fmt.Sprintf(notForStream, "hosts")),
		forbidden(routePaths, fmt.Sprintf(notForStream, "paths")),
		forbidden(routeHeaders, fmt.Sprintf(notForStream, "headers")),
	},
	Checks: []schema.Check{
		schema.ConditionalAtLeastOneOf{
			If:      "protocols",
			IfMatch: schema.Field{Elements: &schema.Field{Type: schema.String, OneOf: []any{"tcp", "tls", "udp"}}},
			Then:    []string{"sources", "destinations", "snis"},
			ThenErr: "must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'",
		},
		schema.ConditionalAtLeastOneOf{
			If:      "protocols",
			IfMatch: schema.Field{Elements: &schema.Field{Type: schema.String, OneOf: []any{"tls_passthrough"}}},
			Then:    []string{"snis"},
			ThenErr: "must set snis when 'protocols' is 'tls_passthrough'",
		},
	},
}

// validateRoutePath admits a prefix in normal form, or a regular expression behind ~.
func validateRoutePath(v any) error {
	path := v.(string)
	if err := typedef.ValidateEscapes(path); err != nil {
		return err
	}
	if expr, ok := strings.CutPrefix(path, "~"); ok {
		if err := schema.CompileRegex(expr); err != nil {
			return fmt.Errorf("invalid regex: '%s' (PCRE returned: %w)", expr, err)
		}
		return nil
	}
	if normal := urlpath.Normalize(path, nil); normal != path {
		return fmt.Errorf("non-normalized path, consider use '%s' instead", normal)
	}
	return nil
}

// checkExpressible refuses what compiles as a regular expression but not in the linear-time dialect of the expression
// router, which knows no look-around and no back references.
func checkExpressible(doc map[string]any) error {
	paths, _ := doc["paths"].([]any)
	for _, p := range paths {
		if expr, ok := strings.CutPrefix(fmt.Sprint(p), "~"); ok {
			if err := expressible(expr); err != nil {
				return err
			}
		}
	}
	headers, _ := doc["headers"].(map[string]any)
	for _, values := range headers {
		list, _ := values.([]any)
		for _, value := range list {
			if expr, ok := strings.CutPrefix(fmt.Sprint(value), "~*"); ok {
				if err := expressible(strings.ToLower(expr)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func expressible(expr string) error {
	if _, err := regexp.Compile(expr); err != nil {
		return errors.New("Router Expression failed validation: " + err.Error())
	}
	return nil
}
