package golden

import "strings"

// derived returns the names in a body that the server derived from something that is the same in every run. Names of
// version 5 are derived; those that come from something with a port, such as the address of a target, are not the same where
// the port is another one.
func (tr *translation) derived(text []byte) map[string]bool {
	found := map[string]bool{}
	for _, name := range names(string(text)) {
		if len(name) == 36 && name[14] == '5' {
			found[name] = true
		}
	}
	if body, err := decode(text); err == nil {
		tr.dropPorted(body, found)
	}
	return found
}

// dropPorted removes the ids of objects that have a text with a port in them.
func (tr *translation) dropPorted(v any, found map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			tr.dropPorted(element, found)
		}
	case map[string]any:
		for _, member := range v {
			if text, ok := member.(string); ok && tr.rewritePorts(text) != text {
				id, _ := v["id"].(string)
				delete(found, strings.ToLower(id))
			}
			tr.dropPorted(member, found)
		}
	}
}
