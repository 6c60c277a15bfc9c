package plugin_test

import (
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/plugin"
)

// handler takes part in the phases Access and Log.
type handler struct{}

func (handler) Access(plugin.Exchange) error { return nil }
func (handler) Log(plugin.Exchange) error    { return nil }

// rewriter takes part in the phase Rewrite only.
type rewriter struct{}

func (rewriter) Rewrite(plugin.Exchange) error { return nil }

func registry(t *testing.T) *plugin.Registry {
	t.Helper()
	r, err := plugin.NewRegistry(
		plugin.Plugin{Name: "low", Priority: 1}, plugin.Plugin{Name: "high", Priority: 1000},
		plugin.Plugin{Name: "even-a", Priority: 50}, plugin.Plugin{Name: "even-b", Priority: 50},
	)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRegistry(t *testing.T) {
	r := registry(t)
	if got := strings.Join(r.Names(), " "); got != "high even-b even-a low" {
		t.Errorf("got the order %s", got)
	}
	if p := r.Plugin("low"); p == nil || p.Priority != 1 {
		t.Errorf("got %+v", p)
	}
	if p := r.Plugin("unknown"); p != nil {
		t.Errorf("got %+v", p)
	}
	var none *plugin.Registry
	if none.Plugin("low") != nil || none.Names() != nil || len(none.Schemas()) != 0 {
		t.Error("a nil registry is not empty")
	}
	for name, plugins := range map[string][]plugin.Plugin{"no name": {{}}, "twice": {{Name: "a"}, {Name: "a"}}} {
		if _, err := plugin.NewRegistry(plugins...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestPrecedence has the entry with the most specific scope count, for each plugin by itself.
func TestPrecedence(t *testing.T) {
	p := &plugin.Plugin{Name: "p"}
	all := []plugin.Scope{ // the most specific first
		{Route: "r", Service: "s", Consumer: "c"},
		{Route: "r", Consumer: "c"},
		{Service: "s", Consumer: "c"},
		{Route: "r", Service: "s"},
		{Consumer: "c"},
		{Route: "r"},
		{Service: "s"},
		{},
	}
	type named struct {
		handler
		scope plugin.Scope
	}
	for i := range all {
		var entries []plugin.Entry
		for _, scope := range all[i:] {
			entries = append(entries, plugin.Entry{Plugin: p, Scope: scope, Handler: named{scope: scope}})
		}
		// Entries for others never count.
		for _, scope := range []plugin.Scope{{Route: "x"}, {Service: "x"}, {Consumer: "x"}, {Route: "r", Consumer: "x"}} {
			entries = append(entries, plugin.Entry{Plugin: p, Scope: scope, Handler: named{scope: scope}})
		}
		chain := plugin.NewSet(entries).Chain(all[0])
		if len(chain.Access) != 1 || chain.Access[0].Handler.(named).scope != all[i] {
			t.Errorf("without the %d most specific scopes got %+v, want %+v", i, chain.Access, all[i])
		}
	}
	var none *plugin.Set
	if none.Chain(plugin.Scope{}) != nil || plugin.NewSet(nil) != nil {
		t.Error("an empty set has a chain")
	}
	if plugin.NewSet([]plugin.Entry{{Plugin: p, Scope: plugin.Scope{Route: "x"}}}).Chain(all[0]) != nil {
		t.Error("an entry for another route applies")
	}
}

// TestChain orders handlers by priority, each in the phases that it implements.
func TestChain(t *testing.T) {
	r := registry(t)
	set := plugin.NewSet([]plugin.Entry{
		{Plugin: r.Plugin("low"), Handler: handler{}},
		{Plugin: r.Plugin("even-a"), Handler: handler{}},
		{Plugin: r.Plugin("high"), Handler: rewriter{}, Scope: plugin.Scope{Route: "r"}},
		{Plugin: r.Plugin("even-b"), Handler: handler{}, Scope: plugin.Scope{Service: "s"}},
	})
	names := func(steps []plugin.Step[plugin.Accessor]) string {
		var names []string
		for _, s := range steps {
			names = append(names, s.Plugin)
		}
		return strings.Join(names, " ")
	}
	chain := set.Chain(plugin.Scope{Route: "r", Service: "s"})
	if got := names(chain.Access); got != "even-b even-a low" {
		t.Errorf("got in access %s", got)
	}
	if len(chain.Rewrite) != 1 || len(chain.Log) != 3 || len(chain.HeaderFilter) != 0 || chain.Unsupported != "" {
		t.Errorf("got %+v", chain)
	}
	if got := names(set.Chain(plugin.Scope{Route: "other"}).Access); got != "even-a low" {
		t.Errorf("elsewhere got in access %s", got)
	}
}

func TestUnsupported(t *testing.T) {
	r := registry(t)
	chain := plugin.NewSet([]plugin.Entry{
		{Plugin: r.Plugin("low")}, {Plugin: r.Plugin("high")}, {Plugin: r.Plugin("even-a"), Handler: handler{}},
	}).Chain(plugin.Scope{})
	if chain.Unsupported != "high" || len(chain.Access) != 1 {
		t.Errorf("got %+v", chain)
	}
}

func TestPhaseNames(t *testing.T) {
	for phase, want := range map[plugin.Phase]string{
		plugin.Certificate: "certificate", plugin.HeaderFilter: "header_filter", plugin.Log: "log", plugin.Log + 1: "unknown",
	} {
		if got := phase.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
