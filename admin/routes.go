package admin

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// A handler answers the requests of one method at one endpoint. ctx has a deadline.
type handler func(ctx context.Context, r *request) (answer, error)

// methods are the handlers of an endpoint by method. HEAD comes with GET, and OPTIONS with all.
type methods map[string]handler

// An endpoint is what a path stands for.
type endpoint struct {
	pattern string
	params  []string // names of the parameters, in order
	methods methods
	// before looks at all requests, whatever their method, and answers with its error if there is one; nil for nothing.
	before func(ctx context.Context, r *request) error
	// yaml lets bodies be YAML as well; they are left to the handler.
	yaml bool
}

// routes finds the endpoint of a path. It is built once and then only read.
type routes struct {
	root      branch
	byPattern map[string]*endpoint
}

// A branch is what may follow a beginning of a path. Words go before parameters.
type branch struct {
	words    map[string]*branch
	param    *branch
	endpoint *endpoint
}

func newRoutes() *routes { return &routes{byPattern: make(map[string]*endpoint)} }

// add makes an endpoint, or gives more methods to one that is there and replaces those it has. Segments of the pattern in
// braces are parameters.
func (r *routes) add(pattern string, m methods) {
	maps.Copy(r.at(pattern).methods, m)
}

// refuse makes an endpoint, or one that is there, answer everything with an error.
func (r *routes) refuse(pattern string, err error) {
	r.at(pattern).before = func(context.Context, *request) error { return err }
}

// at returns the endpoint with a pattern.
func (r *routes) at(pattern string) *endpoint {
	if e := r.byPattern[pattern]; e != nil {
		return e
	}
	e := &endpoint{pattern: pattern, methods: methods{}}
	r.byPattern[pattern] = e
	b := &r.root
	for _, segment := range segments(pattern) {
		if name, ok := paramName(segment); ok {
			e.params = append(e.params, name)
			if b.param == nil {
				b.param = &branch{}
			}
			b = b.param
			continue
		}
		if b.words == nil {
			b.words = make(map[string]*branch)
		}
		if b.words[segment] == nil {
			b.words[segment] = &branch{}
		}
		b = b.words[segment]
	}
	b.endpoint = e
	return e
}

func paramName(segment string) (string, bool) {
	inner, ok := strings.CutPrefix(segment, "{")
	return strings.TrimSuffix(inner, "}"), ok
}

// segments splits a path, of which one slash at the end does not count.
func segments(path string) []string {
	if path == "/" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(path, "/"), "/")[1:]
}

// find returns the endpoint of an escaped path, nil if there is none, and the parameters in the path as they stand there.
//
// Kong 3.9: Admin API, methods and paths.
func (r *routes) find(path string) (*endpoint, map[string]string) {
	if !strings.HasPrefix(path, "/") {
		return nil, nil
	}
	e, values := r.root.find(segments(path), nil)
	if e == nil {
		return nil, nil
	}
	params := make(map[string]string, len(values))
	for i, name := range e.params {
		params[name] = values[i]
	}
	return e, params
}

// find follows the segments, and turns back where a word leads nowhere.
func (b *branch) find(segments, values []string) (*endpoint, []string) {
	if len(segments) == 0 {
		return b.endpoint, values
	}
	if next := b.words[segments[0]]; next != nil {
		if e, values := next.find(segments[1:], values); e != nil {
			return e, values
		}
	}
	if b.param == nil || segments[0] == "" {
		return nil, nil
	}
	return b.param.find(segments[1:], append(slices.Clone(values), segments[0]))
}

// patterns lists the endpoints, segment by segment in alphabetical order.
func (r *routes) patterns() []string {
	return slices.SortedFunc(maps.Keys(r.byPattern), func(a, b string) int {
		return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
	})
}

// handler returns the handler for a method, or nil.
func (e *endpoint) handler(method string) handler {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return e.methods[method]
}

// allowed lists the methods as the header Allow does.
func (e *endpoint) allowed() string {
	names := append(slices.Collect(maps.Keys(e.methods)), http.MethodOptions)
	if e.methods[http.MethodGet] != nil {
		names = append(names, http.MethodHead)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
