package router

import (
	"cmp"
	"slices"
)

// Router holds a set of routes, ready to be matched. It never changes, and is safe for concurrent use.
type Router struct {
	options Options
	edit    edit
	routes  texts[[]part] // by id
	count   int
	index   index
	fields  fields
}

// New returns a router of the given routes. A route that does not compile is left out; errs has one error for each,
// naming the route. Of several routes with one id the last counts.
func New(routes []Route, options Options) (r *Router, errs []error) {
	if options.MaxHeaders <= 0 {
		options.MaxHeaders = DefaultMaxHeaders
	}
	return (&Router{options: options}).With(routes, nil)
}

// With returns a router without the routes whose ids are removed and with those that changed, be they new or known;
// r itself stays as it was. The cost is that of what changes, whatever the size of r. A changed route that does not
// compile is left out, its former version too. errs, and several changes of one id, are as for New. Removals come first;
// an id that is not known is ignored.
func (r *Router) With(changed []Route, removed []string) (next *Router, errs []error) {
	next = &Router{}
	*next = *r
	next.edit++
	next.fields = r.fields.clone()

	for _, id := range removed {
		next.remove(id)
	}
	var parts []*part
	for _, route := range lastOfEach(changed) {
		next.remove(route.ID)
		compiled, err := compile(route, r.options.Order)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		next.count++
		next.routes.update(next.edit, route.ID, func(present *[]part) bool {
			*present = compiled
			return true
		})
		for i := range compiled {
			parts = append(parts, &compiled[i])
		}
	}
	// Best first, so that parts filed in one place are appended to its list rather than inserted.
	slices.SortFunc(parts, func(a, b *part) int {
		return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(a.age, b.age), cmp.Compare(b.id, a.id))
	})
	for _, p := range parts {
		next.index.add(next.edit, p)
		next.fields.count(p, 1)
	}
	return next, errs
}

// Len returns the number of routes, those left out not counted.
func (r *Router) Len() int { return r.count }

// remove takes a route out, if it is there. Only With may call it, on the router that it is making.
func (r *Router) remove(id string) {
	former := r.routes.find(id)
	if former == nil {
		return
	}
	parts := *former
	for i := range parts {
		r.index.remove(r.edit, &parts[i])
		r.fields.count(&parts[i], -1)
	}
	r.routes.update(r.edit, id, func(*[]part) bool { return false })
	r.count--
}

// lastOfEach returns the routes without those that a later one of the same id replaces.
func lastOfEach(routes []Route) []*Route {
	last := make(map[string]int, len(routes))
	for i := range routes {
		last[routes[i].ID] = i
	}
	kept := make([]*Route, 0, len(last))
	for i := range routes {
		if last[routes[i].ID] == i {
			kept = append(kept, &routes[i])
		}
	}
	return kept
}
