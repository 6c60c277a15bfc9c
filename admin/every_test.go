package admin_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestEveryEntity does with the entities of every kind what clients do with any of them.
func TestEveryEntity(t *testing.T) {
	onEveryStore(t, func(t *testing.T, start starter) {
		p := newPKI(t)
		n := start(t)
		for _, e := range examples(t, p) {
			t.Run(e.list[1:], func(t *testing.T) {
				n.must("PUT", "/consumers/"+ann, doc{"username": "ann"})
				n.must("PUT", "/certificates/"+one, p.certificate(nil))
				n.must("PUT", "/oauth2/"+two, doc{"name": "app", "consumer": doc{"id": ann}})
				for _, list := range []string{"/consumers/" + ann, "/certificates/" + one, "/oauth2/" + two} {
					if strings.HasPrefix(list, e.list+"/") {
						n.must("DELETE", list, nil)
					}
				}
				e.testCollection(t, n)
				e.testMissing(t, n)
				e.testRefused(t, n)
				e.testLife(t, n)
				e.testPages(t, n)
				for _, id := range n.send("GET", e.list, nil).names("id") {
					n.must("DELETE", fmt.Sprint(e.list, "/", id), nil)
				}
			})
		}
	})
}

// numberedID is an id that belongs to nothing else in the test.
func numberedID(i int) string { return fmt.Sprintf("33333333-3333-4333-8333-%012d", i) }

func (e example) testCollection(t *testing.T, n *node) {
	n.send("GET", e.list, nil).want(t, 200, doc{"data": []any{}, "next": nil})
	n.send("GET", e.list+"/", nil).want(t, 200, nil)
	n.send("HEAD", e.list, nil).want(t, 200, nil)
	for path, allowed := range map[string]string{
		e.list: "GET, HEAD, OPTIONS, POST", e.list + "/" + numberedID(1): "DELETE, GET, HEAD, OPTIONS, PATCH, PUT",
	} {
		got := n.send("OPTIONS", path, nil)
		got.want(t, 204, nil)
		if got.header.Get("Allow") != allowed {
			t.Errorf("OPTIONS %s: Allow: %s, want %s", path, got.header.Get("Allow"), allowed)
		}
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		n.send(method, e.list, e.body(0)).want(t, 405, said("Method not allowed"))
	}
	n.send("POST", e.list+"/"+numberedID(1), e.body(0)).want(t, 405, said("Method not allowed"))
}

// testMissing looks for a row that is not there, by its id and by its key.
func (e example) testMissing(t *testing.T, n *node) {
	keys := map[string]string{"id": numberedID(0)}
	if e.key != "" {
		keys[e.key] = "ab-missing"
	}
	for field, value := range keys {
		path := e.list + "/" + value
		by := "with"
		if field == "id" {
			by = "with primary key"
		}
		full := doc{
			"code": 6, "name": "not found", "message": fmt.Sprintf(`could not find the entity %s '{%s="%s"}'`, by, field, value),
			"fields": doc{field: value},
		}
		get, patch := any(said("Not found")), any(full)
		switch e.list {
		case "/certificates":
			get = full
		case "/plugins":
			patch = get
		}
		n.send("GET", path, nil).want(t, 404, get)
		n.send("HEAD", path, nil).want(t, 404, nil)
		n.send("PATCH", path, doc{"nope": 1}).want(t, 404, patch)
		n.send("DELETE", path, nil).want(t, 204, nil)
		n.send("GET", path+"/nope", nil).want(t, 404, said("Not found"))
	}
	if e.key == "" && e.list != "/certificates" {
		for _, method := range []string{"GET", "PATCH", "PUT", "DELETE"} {
			n.send(method, e.list+"/missing", doc{}).want(t, 400, doc{
				"code": 1, "name": "invalid primary key", "message": `invalid primary key: '{id="expected a valid UUID"}'`,
				"fields": doc{"id": "expected a valid UUID"},
			})
		}
	}
}

// testRefused sends what no entity takes. Nothing of it may be left.
func (e example) testRefused(t *testing.T, n *node) {
	violation := func(field string, problem any, text string) doc {
		return doc{
			"code": 2, "name": "schema violation", "message": fmt.Sprintf("schema violation (%s: %s)", field, text),
			"fields": doc{strings.Split(field, ".")[0]: problem},
		}
	}
	refuse := func(changes doc, want doc) {
		t.Helper()
		n.send("POST", e.list, merged(e.body(0), changes)).want(t, 400, want)
	}
	simple := func(field string, value any, text string) {
		t.Helper()
		refuse(doc{field: value}, violation(field, text, text))
	}
	simple("nope", 1, "unknown field")
	simple("id", "x", "expected a valid UUID")
	simple("id", 5, "expected a string")
	simple("created_at", "x", "expected an integer")
	simple("created_at", 0, "expected a valid timestamp")
	if !e.untagged {
		const badTag = "invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences"
		simple("tags", "x", "expected a set")
		refuse(doc{"tags": []any{"a", 1}}, violation("tags.2", []any{nil, "expected a string"}, "expected a string"))
		refuse(doc{"tags": []any{"a,b"}}, violation("tags.1", []any{badTag}, badTag))
		refuse(doc{"tags": []any{""}}, violation("tags.1", []any{"length must be at least 1"}, "length must be at least 1"))
	}
	for _, field := range e.needs {
		body := e.body(0)
		delete(body, field)
		for _, got := range []reply{n.send("POST", e.list, body), n.send("PUT", e.list+"/"+numberedID(2), body)} {
			fields, _ := got.object()["fields"].(doc)
			if got.status != 400 || fields[field] != "required field missing" {
				t.Errorf("without %s: status %d, %s", field, got.status, got.text)
			}
		}
	}
	n.send("GET", e.list, nil).want(t, 200, doc{"data": []any{}, "next": nil})
}

// testLife makes a row, changes and replaces it in all ways, and removes it.
func (e example) testLife(t *testing.T, n *node) {
	made := unexpired(n.must("POST", e.list, e.body(0)))
	id := fmt.Sprint(made["id"])
	paths := []string{e.list + "/" + id, e.list + "/" + strings.ToUpper(id), e.list + "/" + id + "/"}
	if e.key != "" {
		paths = append(paths, e.list+"/"+fmt.Sprint(made[e.key]))
	}
	for _, path := range paths {
		same(t, path, made, unexpired(n.must("GET", path, nil)))
		n.send("HEAD", path, nil).want(t, 200, nil)
		same(t, path, made, unexpired(n.must("PATCH", path, doc{})))
		same(t, path, made, unexpired(n.must("PATCH", path, doc{"id": id})))
	}
	n.send("POST", e.list, merged(e.body(1), doc{"id": id})).want(t, 400, doc{
		"code": 3, "name": "primary key violation", "message": fmt.Sprintf(`primary key violation on key '{id="%s"}'`, id),
		"fields": doc{"id": id},
	})
	if e.key != "" {
		got := n.send("POST", e.list, merged(e.body(1), doc{e.key: made[e.key]}))
		got.want(t, 409, doc{
			"code": 5, "name": "unique constraint violation", "fields": doc{e.key: made[e.key]},
			"message": fmt.Sprintf(`UNIQUE violation detected on '{%s="%s"}'`, e.key, made[e.key]),
		})
	}
	n.send("PATCH", paths[0], doc{"id": numberedID(9)}).want(t, 404, doc{
		"code": 6, "name": "not found", "message": fmt.Sprintf(`could not find the entity with primary key '{id="%s"}'`, id),
		"fields": doc{"id": id},
	})
	n.send("PATCH", paths[0], doc{"nope": 1}).want(t, 400, doc{
		"code": 2, "name": "schema violation", "message": "schema violation (nope: unknown field)", "fields": doc{"nope": "unknown field"},
	})
	if got := n.must("PATCH", paths[0], doc{"created_at": 5}); got["created_at"] != 5.0 {
		t.Errorf("created_at is %v", got["created_at"])
	}
	if !e.untagged {
		for _, tags := range []any{[]any{"t1", "t2"}, []any{}, nil} {
			if got := n.must("PATCH", paths[0], doc{"tags": tags}); !reflect.DeepEqual(got["tags"], tags) {
				t.Errorf("tags are %v, want %v", got["tags"], tags)
			}
		}
	}
	n.must("DELETE", paths[0], nil)
	n.must("DELETE", paths[0], nil)
	n.send("GET", paths[0], nil).want(t, 404, nil)

	put := e.list + "/" + numberedID(2)
	made = n.must("PUT", put, merged(e.body(2), doc{"id": numberedID(3), "created_at": 7}))
	if made["id"] != numberedID(2) || made["created_at"] != 7.0 {
		t.Errorf("PUT made %v of %v", made["id"], made["created_at"])
	}
	if got := n.must("PUT", put, e.body(2)); got["id"] != made["id"] || got["created_at"] == made["created_at"] {
		t.Errorf("PUT kept created_at: %v", got)
	}
	if e.key != "" && !e.unnamed {
		body := e.body(4)
		body[e.key] = e.body(5)[e.key]
		path := fmt.Sprint(e.list, "/", e.body(4)[e.key])
		first := n.must("PUT", path, body)
		if second := n.must("PUT", path, body); first["id"] != second["id"] || second[e.key] != e.body(4)[e.key] {
			t.Errorf("PUT %s made %v and then %v", path, first, second)
		}
		n.must("DELETE", path, nil)
		n.send("GET", path, nil).want(t, 404, nil)
	}
	n.must("DELETE", put, nil)
}

// unexpired is a row without the time that it has left.
func unexpired(row doc) doc {
	delete(row, "ttl")
	return row
}

// testPages lists more rows than a page has.
func (e example) testPages(t *testing.T, n *node) {
	var ids []any
	for i := range 7 {
		body := merged(e.body(6+i), doc{"id": numberedID(20 + i)})
		if !e.untagged {
			body["tags"] = []string{"all", fmt.Sprint("p", i%2)}
		}
		n.must("POST", e.list, body)
		ids = append(ids, numberedID(20+i))
	}
	list := func(path string) []any {
		var seen []any
		for pages := 0; path != "" && pages < 7; pages++ {
			got := n.send("GET", path, nil)
			got.want(t, 200, nil)
			seen = append(seen, got.names("id")...)
			path, _ = got.object()["next"].(string)
		}
		return seen
	}
	for query, want := range map[string][]any{
		"": ids, "?size=3": ids, "?size=7": ids, "?size=1": ids, "?nope=1": ids, "?size=1000": ids,
		"?offset=WyIzMzMzMzMzMy0zMzMzLTQzMzMtODMzMy0wMDAwMDAwMDAwMjQiXQ": ids[5:],
	} {
		if got := list(e.list + query); !slices.Equal(got, want) {
			t.Errorf("%s%s: %v, want %v", e.list, query, got, want)
		}
	}
	even := []any{ids[0], ids[2], ids[4], ids[6]}
	for tags, want := range map[string][]any{"all": ids, "p0": even, "all,p0": even, "p0/p1": ids, "p0,p1": nil, "none": nil} {
		if e.untagged {
			want = ids
		}
		if got := list(e.list + "?size=2&tags=" + tags); !slices.Equal(got, want) {
			t.Errorf("%s with tags %s: %v, want %v", e.list, tags, got, want)
		}
	}
}
