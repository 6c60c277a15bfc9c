package proxy

import (
	"reflect"
	"slices"

	"github.com/kongo-gateway/kongo/plugin"
)

// configured is an enabled row of the entity plugins that concerns HTTP.
type configured struct {
	plugin.Entry
	config map[string]any
}

// compilePlugin turns a row into an entry. It reports false if the row has no effect here. The handler of the former version
// goes on if the config is the same.
func (b *builder) compilePlugin(r row, former configured) (configured, bool) {
	if r["enabled"] == false || !slices.ContainsFunc(r.texts("protocols"), func(name string) bool {
		return protocolsOf([]string{name}) != 0
	}) {
		return configured{}, false
	}
	name := r.text("name")
	c := configured{
		Entry: plugin.Entry{
			ID:     r.id(),
			Plugin: b.server.opts.Plugins.Plugin(name),
			Scope: plugin.Scope{
				Route: r.reference("route"), Service: r.reference("service"), Consumer: r.reference("consumer"),
			},
		},
		config: r.record("config"),
	}
	if c.Plugin == nil {
		c.Plugin = &plugin.Plugin{Name: name, Guards: true} // nobody knows
	}
	log := b.server.opts.Log.With("plugin", name, "id", c.ID)
	switch {
	case former.Handler != nil && reflect.DeepEqual(former.config, c.config):
		c.Handler = former.Handler
	case c.Plugin.New != nil:
		handler, err := c.Plugin.New(c.config)
		if err != nil {
			log.Error("plugin cannot be made from its config", "error", err)
		}
		c.Handler = handler
	case b.server.opts.IgnoreUnsupported && !c.Plugin.Guards:
		log.Warn("plugin is not supported yet and has no effect")
		return configured{}, false
	default:
		log.Warn("plugin is not supported yet; requests to which it applies are answered with 501")
	}
	return c, true
}
