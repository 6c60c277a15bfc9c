package golden

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Rules say how the body of one kind of answer is compared where it is not plainly equal.
type rules struct {
	at         map[string]check                      // by place in a JSON body
	optional   map[string]bool                       // members that may be missing
	text       func(c *comparison, want, got string) // compares the whole body, instead
	rewritten  bool                                  // the recorded body is shorter than what was sent
	anyFraming bool                                  // Content-Length or chunks, as the node likes
}

// A check compares the values at one place.
type check func(c *comparison, at string, want, got any)

// nodeRules are the rules for answers about the node itself, by path.
var nodeRules = map[string]rules{
	"/": {
		rewritten: true, // only some settings were kept
		at: map[string]check{
			"":                           moreMembers("kongo"),
			"hostname":                   sameShape,
			"lua_version":                sameShape,
			"pids":                       sameShape,
			"timers":                     sameShape,
			"configuration":              moreMembers(),
			"configuration.trusted_ips":  emptyTable,
			"plugins.enabled_in_cluster": anyOrder,
		},
	},
	"/status": {at: map[string]check{
		"server":                  sameShape,
		"memory.lua_shared_dicts": anyObject,
		"memory.workers_lua_vms":  sameShape,
	}},
	"/metrics":         {text: metrics, anyFraming: true},
	"/endpoints":       {at: map[string]check{"data": moreElements}},
	"/plugins/enabled": {at: map[string]check{"enabled_plugins": anyOrder}},
	"/config":          {at: map[string]check{"config": yamlText}},
}

// withoutDatabase are the rules for the lists of a node without a database. Kong's page ends by offering another, empty
// one; kongo may say that there is none.
var withoutDatabase = rules{
	at:       map[string]check{"next": nullOr((*comparison).plain)},
	optional: map[string]bool{"offset": true},
}

// rulesFor returns the rules for the answer to x.
func rulesFor(x *exchange, env map[string]string) rules {
	aboutNode := x.target == targetAdmin || x.target == targetStatus
	if !aboutNode || x.answer == nil || x.answer.status != http.StatusOK {
		return rules{}
	}
	if r, ok := nodeRules[x.path()]; ok {
		return r
	}
	if env["KONG_DATABASE"] == "off" {
		return withoutDatabase
	}
	return rules{}
}

// moreMembers compares objects, of which got may have members that want lacks: the given ones, or any.
func moreMembers(names ...string) check {
	return func(c *comparison, at string, want, got any) {
		w, ok1 := want.(map[string]any)
		g, ok2 := got.(map[string]any)
		if !ok1 || !ok2 {
			c.plain(at, want, got)
			return
		}
		c.objects(at, w, g, func(name string) bool { return len(names) == 0 || slices.Contains(names, name) })
	}
}

// moreElements compares lists, of which got may have elements in between that want lacks.
func moreElements(c *comparison, at string, want, got any) {
	w, ok1 := want.([]any)
	g, ok2 := got.([]any)
	if !ok1 || !ok2 {
		c.plain(at, want, got)
		return
	}
	for i, value := range w {
		found := slices.IndexFunc(g, func(candidate any) bool { return c.equal(element(at, i), value, candidate) })
		if found < 0 {
			c.differ("body."+element(at, i)+" (in this order)", value, absent)
			continue
		}
		g = g[found+1:]
	}
}

// anyOrder compares lists without regard to order.
func anyOrder(c *comparison, at string, want, got any) {
	w, ok1 := want.([]any)
	g, ok2 := got.([]any)
	if !ok1 || !ok2 {
		c.plain(at, want, got)
		return
	}
	c.sets(at, w, g)
}

// sameShape compares the kinds of values and the names of members only. The elements of a list have the shape of the first
// recorded one.
func sameShape(c *comparison, at string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok || !slices.Equal(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))) {
			c.differ("shape of body."+at, want, got)
			return
		}
		for name := range want {
			sameShape(c, member(at, name), want[name], got[name])
		}
		return
	case []any:
		if got, ok := got.([]any); ok {
			for i, value := range got {
				sameShape(c, element(at, i), want[0], value)
			}
			return
		}
	case json.Number:
		if _, ok := got.(json.Number); ok {
			return
		}
	case string:
		if text, ok := got.(string); ok && text != "" {
			return
		}
	}
	c.differ("shape of body."+at, want, got)
}

// anyObject wants an object, whatever is in it.
func anyObject(c *comparison, at string, want, got any) {
	if _, ok := got.(map[string]any); !ok {
		c.differ("shape of body."+at, want, got)
	}
}

// emptyTable takes an empty list for an empty object: Lua cannot tell them apart.
func emptyTable(c *comparison, at string, want, got any) {
	w, ok1 := want.(map[string]any)
	g, ok2 := got.([]any)
	if ok1 && ok2 && len(w) == 0 && len(g) == 0 {
		return
	}
	c.plain(at, want, got)
}

// nullOr takes null as well as what otherwise does.
func nullOr(otherwise check) check {
	return func(c *comparison, at string, want, got any) {
		if got != nil {
			otherwise(c, at, want, got)
		}
	}
}

// yamlText compares YAML documents inside strings by their meaning.
func yamlText(c *comparison, at string, want, got any) {
	w, errW := fromYAML(want)
	g, errG := fromYAML(got)
	if errW != nil || errG != nil {
		c.plain(at, want, got)
		return
	}
	c.value(at+":", w, g)
}

// fromYAML returns a YAML text as the same thing in JSON would be decoded.
func fromYAML(text any) (any, error) {
	s, _ := text.(string)
	var v any
	if err := yaml.Unmarshal([]byte(s), &v); err != nil {
		return nil, err
	}
	inJSON, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return decode(inJSON)
}

// foreignMetrics are the beginnings of metric names that speak of Lua and of nginx's timers.
var foreignMetrics = []string{"kong_memory_", "kong_nginx_timers"}

// metrics wants the metrics that Kong has, with the same types. Their values depend on the moment, and kongo adds its own.
func metrics(c *comparison, want, got string) {
	given := metricTypes(got)
	types := metricTypes(want)
	for _, name := range slices.Sorted(maps.Keys(types)) {
		foreign := slices.ContainsFunc(foreignMetrics, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if foreign {
			continue
		}
		if kind, ok := given[name]; !ok {
			c.differ("metric "+name, types[name], absent)
		} else if kind != types[name] {
			c.differ("metric "+name, types[name], kind)
		}
	}
}

// metricTypes returns the type of each metric in a text.
func metricTypes(text string) map[string]string {
	types := map[string]string{}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) == 4 && words[0] == "#" && words[1] == "TYPE" {
			types[words[2]] = words[3]
		}
	}
	return types
}
