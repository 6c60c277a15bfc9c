package admin

import (
	"math"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/datastore/schema"
)

const (
	defaultPageSize = 100
	maxPageSize     = 1000
	maxTags         = 5
)

// pageOptions reads size, offset and tags from a query. The order in which they are checked is Kong's.
//
// Kong 3.9: Admin API, paging and tag filter.
func pageOptions(r *request, e *schema.Entity) (datastore.PageOptions, error) {
	var opts datastore.PageOptions
	var err error
	if opts.Size, err = pageSize(r); err != nil {
		return opts, err
	}
	if opts.Size < 1 || opts.Size > maxPageSize {
		return opts, errPageSize
	}
	if filter, ok := r.query.First("tags"); ok && e.HasTags() {
		if opts.Tags, opts.AnyTag, err = parseTags(filter); err != nil {
			return opts, err
		}
	}
	opts.Offset, err = pageOffset(r)
	return opts, err
}

var errPageSize = datastore.InvalidSize("size must be an integer between 1 and 1000")

// pageSize is the size that was asked for, or the default.
func pageSize(r *request) (int, error) {
	text, ok := r.query.First("size")
	if !ok {
		return defaultPageSize, nil
	}
	size, isNumber := schema.ParseNumber(text)
	switch {
	case !isNumber || r.query.Count("size") > 1:
		return 0, datastore.InvalidSize("size must be a number")
	case size != math.Trunc(size) || math.Abs(size) > math.MaxInt32:
		return 0, errPageSize
	}
	return int(size), nil
}

// pageOffset is the token of the page before, which a store takes for none if it is empty.
func pageOffset(r *request) (string, error) {
	offset, ok := r.query.First("offset")
	if ok && offset == "" {
		return "", datastore.InvalidOffset("", "bad json encoding")
	}
	return offset, nil
}

// allTags and anyTag are filters of the forms a,b and a/b. What follows the last separator may be empty; no entity has such
// a tag.
var (
	allTags = regexp.MustCompile(`^(?:[^\x00-\x1f\x7f,/]+(?:,|$))+$`)
	anyTag  = regexp.MustCompile(`^(?:[^\x00-\x1f\x7f,/]+(?:/|$))+$`)
)

func parseTags(filter string) (tags []string, any bool, err error) {
	switch {
	case filter == "":
		return nil, false, datastore.InvalidOption("tags", "cannot be null")
	case !utf8.ValidString(filter):
		return nil, false, datastore.InvalidOption("tags", "invalid filter syntax")
	case allTags.MatchString(filter):
		tags = strings.Split(filter, ",")
	case anyTag.MatchString(filter):
		tags, any = strings.Split(filter, "/"), true
	default:
		return nil, false, datastore.InvalidOption("tags", "invalid filter syntax")
	}
	if len(tags) > maxTags {
		return nil, false, datastore.InvalidOption("tags", "cannot query more than 5 tags")
	}
	return tags, any, nil
}

// pageBody is the body of a list. path is that of the list; next is the token of the page after it, "" at the end; more is
// what the link to that page has beyond the token.
func pageBody[T any](rows []T, next, path string, more ...string) map[string]any {
	body := map[string]any{"data": rows, "next": nil}
	if rows == nil {
		body["data"] = []T{} // clients tell [] from null
	}
	if next != "" {
		query := append([]string{"offset=" + escape(next)}, more...)
		body["offset"] = next
		body["next"] = path + "?" + strings.Join(query, "&")
	}
	return body
}

// repeated are the parameters that links of top-level lists take over from the query.
func repeated(r *request) []string {
	var parameters []string
	for _, name := range []string{"tags", "size"} {
		if value, ok := r.query.First(name); ok {
			parameters = append(parameters, name+"="+escape(value))
		}
	}
	return parameters
}

// escape encodes a value of a query, with blanks as %20.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
