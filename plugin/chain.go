package plugin

// Chain is what a request passes: the handlers that apply to it, by phase, in the order of execution. Its slices must not be
// changed.
type Chain struct {
	Rewrite      []Step[Rewriter]
	Access       []Step[Accessor]
	HeaderFilter []Step[HeaderFilterer]
	Log          []Step[Logger]

	// Unsupported names the first plugin that applies but cannot be run, "" if there is none.
	Unsupported string
}

// Step is one handler in a phase.
type Step[H any] struct {
	Plugin  string // its name
	Handler H
}

func (c *Chain) add(e *Entry) {
	if e.Handler == nil {
		if c.Unsupported == "" {
			c.Unsupported = e.Plugin.Name
		}
		return
	}
	c.Rewrite = appendStep(c.Rewrite, e)
	c.Access = appendStep(c.Access, e)
	c.HeaderFilter = appendStep(c.HeaderFilter, e)
	c.Log = appendStep(c.Log, e)
}

// appendStep adds the handler of an entry if it takes part in the phase.
func appendStep[H any](steps []Step[H], e *Entry) []Step[H] {
	if h, ok := e.Handler.(H); ok {
		steps = append(steps, Step[H]{e.Plugin.Name, h})
	}
	return steps
}
