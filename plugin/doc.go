// Package plugin is what plugins and the data plane have in common: the phases of a request, what a plugin declares, and
// the chain of configured plugins that a request passes.
//
// It knows neither HTTP connections nor storage. The data plane (package proxy) compiles chains when it builds a snapshot,
// and runs them; the bundled plugins, each in a folder of its own, implement the interfaces of this package.
//
// # A plugin
//
// A Plugin is declared as data: name, priority, version, the schema of its config, and a constructor that makes a handler
// from one config. A handler takes part in a phase by implementing the interface of that phase:
//
//	type handler struct{ … }
//
//	func (h *handler) Access(x plugin.Exchange) error {
//		if !h.allows(x.ClientIP()) {
//			x.Answer(403, "IP address not allowed")
//		}
//		return nil
//	}
//
// A handler is used by many requests at a time. What it needs to remember of one request it keeps in that request's
// Exchange.
//
// A Registry holds the plugins that are installed. A plugin without a constructor can be configured, but not run; what
// becomes of requests to which it applies is the data plane's decision, see Chain.Unsupported.
//
// # From rows to chains
//
// A row of the entity plugins becomes an Entry: a handler and the Scope to which it is tied. A Set holds all enabled
// entries. For each plugin it knows which entry counts for a route, a service and a consumer, which is the one with the
// most specific scope (scope.go), and it puts those entries together into a Chain, ordered by priority.
//
// A Chain has one slice for each phase, so that a phase in which no plugin takes part costs one comparison. Chains and sets
// never change; a new configuration makes new ones.
package plugin
