package proxy

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

const (
	one = "11111111-1111-4111-8111-111111111111"
	two = "22222222-2222-4222-8222-222222222222"
	ws  = "99999999-9999-4999-8999-999999999999"
)

// summary lists what changes name.
func (c *changes) summary() string {
	var parts []string
	add := func(what string, set ids) {
		for _, id := range slices.Sorted(maps.Keys(set)) {
			parts = append(parts, what+" "+id[:1])
		}
	}
	flag := func(what string, on bool) {
		if on {
			parts = append(parts, what)
		}
	}
	flag("everything", c.everything)
	add("route", c.routes)
	add("service", c.services)
	add("upstream", c.upstreams)
	add("targets of", c.targets)
	flag("all plugins", c.plugins.all)
	add("plugins of route", c.plugins.routes)
	add("plugins of service", c.plugins.services)
	add("plugins of consumer", c.plugins.consumers)
	flag("certificates", c.certificates)
	flag("router version", c.routerVersion)
	flag("plugins version", c.pluginsVersion)
	for _, m := range c.health {
		parts = append(parts, "health of "+m.upstream[:1]+" "+m.host+" "+m.ip.String())
	}
	return strings.Join(parts, ", ")
}

func TestEvents(t *testing.T) {
	const core = datastore.ChannelCoreInvalidations
	for _, test := range []struct{ channel, data, want string }{
		{core, "routes:" + one + ":::::" + ws, "route 1"},
		{core, "services:" + one + ":::::" + ws, "service 1"},
		{core, "upstreams:" + one + ":::::" + ws, "upstream 1"},
		{core, "targets:" + one + ":[::1]:80::::" + ws, "targets of 1"},
		{core, "plugins:p:::::" + ws, "all plugins"},
		{core, "plugins:p:" + one + "::::" + ws, "plugins of route 1"},
		{core, "plugins:p::" + one + ":::" + ws, "plugins of service 1"},
		{core, "plugins:p:::" + one + "::" + ws, "plugins of consumer 1"},
		{core, "plugins:p:" + one + ":" + two + ":::" + ws, "plugins of route 1"},
		{core, "plugins", "all plugins"},
		{core, "certificates:" + one + ":::::" + ws, "certificates"},
		{core, "snis:a.test:::::" + ws, "certificates"},
		{core, "ca_stores:x", "certificates"},
		{core, "router:version", "router version"},
		{core, "plugins_iterator:version", "plugins version"},
		{core, "consumers:" + one + ":::::" + ws, ""},
		{core, "something:else", ""},
		{core, "", ""},
		{core, "routes:by-name:::::" + ws, "everything"},
		{core, "services", "everything"},
		{datastore.ChannelInvalidations, "routes:" + one, "route 1"},
		{datastore.ChannelUpstreams, "update:" + ws + ":" + one + ":name", "upstream 1"},
		{datastore.ChannelUpstreams, "delete_all", "everything"},
		{datastore.ChannelTargets, "create:" + one, "targets of 1"},
		{datastore.ChannelTargets, "create:all", "everything"},
		{datastore.ChannelHealth, "host|1.2.3.4|80|1|" + one + "|name", "health of 1 host 1.2.3.4"},
		{datastore.ChannelHealth, "host||80|0|" + one + "|name", "health of 1 host invalid IP"},
		{datastore.ChannelHealth, "host|1.2.3.4|80", ""},
		{datastore.ChannelHealth, "host|x|80|1|" + one + "|name", ""},
		{datastore.ChannelHealth, "host|1.2.3.4|65536|1|" + one + "|name", ""},
		{datastore.ChannelEverything, "", "everything"},
		{"another channel", "routes:" + one, ""},
	} {
		var c changes
		c.addEvents([]datastore.Event{{Channel: test.channel, Data: test.data}})
		if got := c.summary(); got != test.want {
			t.Errorf("%s %s: got %q, want %q", test.channel, test.data, got, test.want)
		}
	}
}

func TestMerge(t *testing.T) {
	var a, b changes
	a.routes.add(one)
	b.routes.add(two)
	b.services.add(two)
	b.plugins.consumers.add(one)
	b.certificates = true
	a.merge(&b)
	if got := a.summary(); got != "route 1, route 2, service 2, plugins of consumer 1, certificates" {
		t.Errorf("got %q", got)
	}
	if a.empty() || !(&changes{}).empty() {
		t.Error("emptiness is misjudged")
	}
}

// TestVersions has everything read only if a version is new for no known reason.
func TestVersions(t *testing.T) {
	start := time.Now()
	var v versions
	step := func(after time.Duration, changed, version, want bool) {
		t.Helper()
		var c changes
		if changed {
			c.routes.add(one)
		}
		c.routerVersion = version
		v.settle(&c, start.Add(after))
		if c.everything != want {
			t.Errorf("after %v, changed %v, version %v: got %v", after, changed, version, c.everything)
		}
	}
	step(0, true, true, false)
	step(time.Second, false, true, true)
	step(2*time.Second, true, false, false)
	step(3*time.Second, false, true, false)
	step(4*time.Second, false, true, true)
	step(5*time.Second, true, false, false)
	step(5*time.Second+reasonDelay, false, true, true)
}

func TestTable(t *testing.T) {
	var empty table[int]
	if empty.at(0) != 0 || empty.at(noSlot) != 0 {
		t.Error("an empty table has elements")
	}
	former := tableOf([]int{1, 2, 3})
	changed := former.with(1, 20).with(3*chunkLen, 7)
	for i, want := range map[int]int{0: 1, 1: 20, 2: 3, 3: 0, chunkLen: 0, 3 * chunkLen: 7, 4 * chunkLen: 0} {
		if got := changed.at(i); got != want {
			t.Errorf("element %d is %d, want %d", i, got, want)
		}
	}
	if former.at(1) != 2 || former.at(3*chunkLen) != 0 {
		t.Error("a table has changed")
	}
}

func TestSplitTemplate(t *testing.T) {
	for text, want := range map[string]string{
		"%s and %s": "M and R", "%s": "M", "no holes": "no holes", "100%%": "100%", "%d %s": "%d M", "%s%s%s": "MR%s", "end %": "end %",
	} {
		template := errorTemplate{parts: splitTemplate([]byte(text))}
		if got := string(template.append(nil, "M", []byte("R"))); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
