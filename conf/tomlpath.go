package conf

import (
	"maps"
	"slices"
	"strings"
)

// TOMLPath returns where a setting stands in a kongo.toml: the names of its
// tables, none if it stands at the top, and the name within.
//
// A directive of nginx stands in the table of its block, such as nginx.http.
// What Kong knows by a prefix stands in the table of that prefix. Else the
// first word of a key names its table if it begins at least three keys and is
// none itself. So pg_host is host in pg, while wasm_filters stays at the top,
// where wasm is.
func TOMLPath(key string) []string {
	for _, prefix := range directivePrefixes {
		if name, ok := cutPrefix(key, prefix); ok {
			block := strings.TrimPrefix(strings.TrimSuffix(prefix, "_"), "nginx_")
			return []string{"nginx", block, name}
		}
	}
	for _, prefix := range otherPrefixes {
		if name, ok := cutPrefix(key, prefix); ok {
			return []string{strings.TrimSuffix(prefix, "_"), name}
		}
	}
	if word, name, ok := strings.Cut(key, "_"); ok && name != "" && slices.Contains(tables, word) {
		return []string{word, name}
	}
	return []string{key}
}

// cutPrefix is strings.CutPrefix for prefixes with something after them.
func cutPrefix(key, prefix string) (name string, ok bool) {
	name, ok = strings.CutPrefix(key, prefix)
	return name, ok && name != ""
}

// tables are the first words that name one.
var tables = func() []string {
	begun := map[string]int{}
	for name, k := range keys {
		if word, _, ok := strings.Cut(name, "_"); ok && word != "" && k.gone == "" {
			begun[word]++
		}
	}
	maps.DeleteFunc(begun, func(word string, n int) bool {
		k, isKey := keys[word]
		return n < 3 || isKey && k.gone == ""
	})
	return slices.Sorted(maps.Keys(begun))
}()
