package schemas

import (
	"errors"
	"fmt"
	"strings"

	"github.com/yuin/gopher-lua/parse"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

// CustomFieldsByLua maps names of fields of a log entry to Lua code that computes them.
var CustomFieldsByLua = schema.Field{
	Name: "custom_fields_by_lua", Type: schema.Map,
	Keys:   &schema.Field{Type: schema.String, LenMin: new(1)},
	Values: &schema.Field{Type: schema.String, LenMin: new(1), Validator: validateExpression},
}

func validateExpression(v any) error {
	if err := CompileLua(v.(string), v.(string)); err != nil {
		return fmt.Errorf("Error parsing function: %w", err)
	}
	return nil
}

// Serverless is the schema of a plugin that runs functions which its config brings, by the phase in which they run.
func Serverless(plugin string) schema.Subschema {
	function := &schema.Field{
		Type: schema.String, Required: schema.Optional,
		Validator: func(v any) error {
			if err := CompileLua(v.(string), v.(string)); err != nil {
				return fmt.Errorf("error parsing %s: %w", plugin, err)
			}
			return nil
		},
	}
	var fields []schema.Field
	var paths schema.AtLeastOneOf
	for _, phase := range []string{"certificate", "rewrite", "access", "header_filter", "body_filter", "log"} {
		fields = append(fields, schema.Field{
			Name: phase, Type: schema.Array, Required: schema.Required, Default: []any{}, Elements: function,
		})
		paths = append(paths, "config."+phase)
	}
	return schema.Subschema{
		Fields: []schema.Field{
			NoConsumer,
			Protocols,
			{Name: "config", Type: schema.Record, Required: schema.Required, Fields: fields},
		},
		Checks: []schema.Check{paths},
	}
}

// CompileLua returns why source is no Lua, or nil. Errors read as those of LuaJIT, with the line and what stands there;
// name tells where the source comes from.
func CompileLua(source, name string) error {
	_, err := parse.Parse(strings.NewReader(source), name)
	var failure *parse.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &failure):
		return fmt.Errorf("%s: %w", chunkName(name), err)
	}
	line, near := failure.Pos.Line, failure.Token
	if line == parse.EOF {
		line, near = 1+strings.Count(source, "\n"), "<eof>"
	}
	return fmt.Errorf("%s:%d: %s near '%s'", chunkName(name), line, luaMessage(failure.Message), near)
}

// luaMessage is what LuaJIT says where the parser says message.
func luaMessage(message string) string {
	switch message {
	case "parse error": // an expression that is no call, where a statement should be
		return "'=' expected"
	case "unterminated string":
		return "unfinished string"
	case "unterminated multiline string":
		return "unfinished long string"
	case "invalid multiline comment":
		return "unfinished long comment"
	case "illegal hexadecimal number":
		return "malformed number"
	}
	return "unexpected symbol"
}

// chunkName is the way in which Lua refers to source text: by its first line, cut to 45 bytes where it is longer than 48.
func chunkName(source string) string {
	line := source
	for i := range len(source) {
		if source[i] < ' ' {
			line = source[:i]
			break
		}
	}
	if len(line) > 48 || line != source {
		line = line[:min(len(line), 45)] + "..."
	}
	return `[string "` + line + `"]`
}
