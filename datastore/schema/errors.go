package schema

import (
	"fmt"
	"strings"
)

// EntityErrors is the member of [Errors] that holds the failures of checks over several fields, as a list of strings.
const EntityErrors = "@entity"

// Errors is the tree of a document's violations, in the shape of the `fields` member of an error answer: a string for a
// field that failed, a list with nil holes for the elements of an array or set, a nested tree for a record.
type Errors map[string]any

// Error is the message of a schema violation.
func (e Errors) Error() string {
	items := e.items()
	if len(items) == 1 {
		return "schema violation (" + items[0] + ")"
	}
	return fmt.Sprintf("%d schema violations (%s)", len(items), strings.Join(items, "; "))
}

// items flattens the tree: entity errors first, then fields by name, each expanded one level.
func (e Errors) items() []string {
	var items []string
	for _, v := range e.entity() {
		items = append(items, text(v))
	}
	for _, name := range sortedKeys(e) {
		if name == EntityErrors {
			continue
		}
		switch v := e[name].(type) {
		case []any:
			for i, element := range v {
				if element != nil {
					items = append(items, fmt.Sprintf("%s.%d: %s", name, i+1, pretty(element)))
				}
			}
		case Errors:
			items = append(items, nestedItems(name, v)...)
		case map[string]any:
			items = append(items, nestedItems(name, v)...)
		default:
			items = append(items, name+": "+text(v))
		}
	}
	return items
}

func nestedItems(name string, m map[string]any) []string {
	items := make([]string, 0, len(m))
	for _, k := range sortedKeys(m) {
		items = append(items, name+"."+k+": "+pretty(m[k]))
	}
	return items
}

func (e Errors) entity() []any {
	list, _ := e[EntityErrors].([]any)
	return list
}

func (e Errors) addEntity(message string) {
	e[EntityErrors] = append(e.entity(), message)
}

// set records a failure at path. A record on the way that failed as a whole keeps its own message.
func (e Errors) set(path []string, failure any) {
	m := map[string]any(e)
	for _, name := range path[:len(path)-1] {
		next, ok := m[name]
		if !ok {
			child := Errors{}
			m[name] = child
			m = child
			continue
		}
		if m, ok = asErrors(next); !ok {
			return
		}
	}
	m[path[len(path)-1]] = failure
}

func asErrors(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case Errors:
		return v, true
	case map[string]any:
		return v, true
	}
	return nil, false
}

// quotedList prints names as 'a', 'b'.
func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "'" + n + "'"
	}
	return strings.Join(quoted, ", ")
}

// textList prints values as a, b.
func textList(values []any) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = text(v)
	}
	return strings.Join(parts, ", ")
}
