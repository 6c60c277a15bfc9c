package declarative

import (
	"strings"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/urlpath"
)

// FormatVersion is the version of the documents that Export writes.
const FormatVersion = "3.0"

// head describes the members of a document beside its arrays.
var head = schema.Entity{Name: "declarative_config", Fields: append([]schema.Field{
	{Name: "_format_version", Type: schema.String, Required: schema.Required, OneOf: []any{"1.1", "2.1", FormatVersion}},
	{Name: "_transform", Type: schema.Boolean, Default: true},
}, notes...)}

// migrate makes a document of an old format one of the present format. Until 2.1 a path was a regular expression if its
// characters looked like it; now it says so. Only routes at the top level and in services at the top level are looked at.
//
// Kong 3.9: declarative configuration, document.
func migrate(doc map[string]any) {
	if doc["_format_version"] != "1.1" && doc["_format_version"] != "2.1" {
		return
	}
	migrateRoutes(doc["routes"])
	services, _ := doc["services"].([]any)
	for _, service := range services {
		if service, ok := service.(map[string]any); ok {
			migrateRoutes(service["routes"])
		}
	}
	doc["_format_version"] = FormatVersion
}

func migrateRoutes(v any) {
	routes, _ := v.([]any)
	for _, route := range routes {
		route, _ := route.(map[string]any)
		paths, _ := route["paths"].([]any)
		for i := range paths {
			if path, ok := paths[i].(string); ok {
				paths[i] = migratePath(path)
			}
		}
	}
}

// plainPath are the characters of paths that were no regular expressions.
const plainPath = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~/%"

func migratePath(path string) string {
	if strings.Trim(path, plainPath) == "" {
		return urlpath.Normalize(path, nil)
	}
	return "~" + decodeUnreserved(path)
}

// decodeUnreserved decodes the escapes of characters that never need one.
func decodeUnreserved(path string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			high := strings.IndexByte(hex, path[i+1]|0x20)
			low := strings.IndexByte(hex, path[i+2]|0x20)
			if c := byte(high<<4 | low); high >= 0 && low >= 0 && strings.IndexByte(plainPath[:len(plainPath)-2], c) >= 0 {
				b.WriteByte(c)
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}
