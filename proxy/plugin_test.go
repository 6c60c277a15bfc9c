package proxy_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin"
)

// described returns plugins that can be configured, with any config, but not run.
func described(names ...string) (plugins []plugin.Plugin) {
	for i, name := range names {
		plugins = append(plugins, plugin.Plugin{Name: name, Priority: 1000 - i, Version: "3.9.1", Schema: anyConfig()})
	}
	return plugins
}

func anyConfig() *schema.Subschema {
	return &schema.Subschema{Fields: []schema.Field{{
		Name: "config", Type: schema.Record, Required: schema.Required,
		Fields: []schema.Field{{Name: "word", Type: schema.String}},
	}}}
}

// observed is a plugin whose handlers note what they see and do what their config says.
func observed(name string, priority int, notes *journal) plugin.Plugin {
	return plugin.Plugin{
		Name: name, Priority: priority, Version: "1", Schema: anyConfig(),
		New: func(config map[string]any) (any, error) {
			word, _ := config["word"].(string)
			if word == "unusable" {
				return nil, errors.New("of no use")
			}
			return &observer{name, word, notes}, nil
		},
	}
}

type observer struct {
	name, word string
	notes      *journal
}

// journal is what handlers have noted.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) add(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

func (j *journal) take() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	lines := j.lines
	j.lines = nil
	return lines
}

func (o *observer) act(x plugin.Exchange, phase string) error {
	o.notes.add(o.name + " " + phase)
	switch o.word {
	case "answer in " + phase:
		x.Answer(418, "")
	case "fail in " + phase:
		return errors.New("on purpose")
	}
	return nil
}

func (o *observer) Rewrite(x plugin.Exchange) error      { return o.act(x, "rewrite") }
func (o *observer) Access(x plugin.Exchange) error       { return o.act(x, "access") }
func (o *observer) FilterHeader(x plugin.Exchange) error { return o.act(x, "header_filter") }
func (o *observer) Log(x plugin.Exchange) error {
	header, _ := x.Header("X-Sent")
	o.notes.add(fmt.Sprint(o.name, " log ", x.Method(), x.Path(), x.Query(), " ", x.Status(), " ", x.Route().Name, " ", x.Service().Name, " ",
		x.ClientIP(), " ", header, " ", len(x.RequestID())))
	return nil
}

// TestPhases leads requests through the phases of two plugins, the first of which is global.
func TestPhases(t *testing.T) {
	const end = " 127.0.0.1 1 32"
	for _, test := range []struct {
		name, first, path string
		status            int
		want              []string
	}{
		{"proxied", "", "/a?b", 200, []string{
			"first rewrite", "first access", "second access", "first header_filter", "second header_filter",
			"first log GET/a?b 200 named serving" + end, "second log GET/a?b 200 named serving" + end,
		}},
		{"answer in rewrite", "answer in rewrite", "/a", 418, []string{
			"first rewrite", "first header_filter", "first log GET/a 418  " + end,
		}},
		{"answer in access", "answer in access", "/a", 418, []string{
			"first rewrite", "first access", "first header_filter", "second header_filter",
			"first log GET/a 418 named serving" + end, "second log GET/a 418 named serving" + end,
		}},
		{"failure in access", "fail in access", "/a", 500, []string{
			"first rewrite", "first access", "first header_filter", "second header_filter",
			"first log GET/a 500 named serving" + end, "second log GET/a 500 named serving" + end,
		}},
		{"failure in header_filter", "fail in header_filter", "/a", 200, []string{
			"first rewrite", "first access", "second access", "first header_filter", "second header_filter",
			"first log GET/a 200 named serving" + end, "second log GET/a 200 named serving" + end,
		}},
		{"no route", "", "/none", 404, []string{"first rewrite", "first header_filter", "first log GET/none 404  " + end}},
		{"config that is of no use", "unusable", "/a", 501, []string{"second header_filter", "second log GET/a 501 named serving" + end}},
	} {
		t.Run(test.name, func(t *testing.T) {
			notes := &journal{}
			b := startBackend(t, nil)
			n := start(t, config{plugins: []plugin.Plugin{observed("second", 1, notes), observed("first", 2, notes)}})
			service := b.service()
			service["name"] = "serving"
			route := n.insert("routes", doc{"name": "named", "paths": list("/a"), "service": ref(n.insert("services", service))})
			row := doc{"name": "first"}
			if test.first != "" {
				row["config"] = doc{"word": test.first}
			}
			n.insert("plugins", row)
			n.insert("plugins", doc{"name": "second", "route": ref(route)})
			s := connect(t, n.plain)
			if got := s.ask(t, get(test.path, "x-sent: 1", "Connection: close")); got.status != test.status {
				t.Errorf("got %s", got.line)
			}
			s.closed() // after the log phase
			if got := notes.take(); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
