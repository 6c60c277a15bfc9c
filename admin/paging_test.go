package admin_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestPaging(t *testing.T) { onEveryStore(t, testPaging) }

func testPaging(t *testing.T, start starter) {
	n := startWithBadges(t, start)
	const rows = 25
	for i := range rows {
		n.must("PUT", fmt.Sprintf("/consumers/bob/badge/b%02d", i), doc{"tags": []string{"all", fmt.Sprintf("p%d", i%2)}})
	}
	for _, c := range []struct {
		name, path string
		want       int
		link       string
	}{
		{"everything", "/all-badges?size=7", rows + 1, "&size=7"},
		{"tags and size", "/all-badges?size=4&tags=all,p0", 13, "&tags=all%2Cp0&size=4"},
		{"children", "/consumers/bob/badge?size=10", rows, ""},
		{"children by id", "/consumers/" + bob + "/badge?size=10", rows, ""},
		{"children with tags", "/consumers/bob/badge?size=10&tags=p0", 13, ""},
		{"one page", "/all-badges", rows + 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			base, query, _ := strings.Cut(c.path, "?")
			var seen []any
			for next := c.path; next != ""; {
				got := n.send("GET", next, nil)
				got.want(t, 200, nil)
				seen = append(seen, got.names("id")...)
				link, _ := got.object()["next"].(string)
				offset, _ := got.object()["offset"].(string)
				if link == "" {
					if _, given := got.object()["offset"]; given {
						t.Errorf("offset on the last page: %s", got.text)
					}
					break
				}
				if want := base + "?offset=" + url.QueryEscape(offset) + c.link; link != want {
					t.Fatalf("next %s, want %s", link, want)
				}
				// Links below a parent lack what the caller asked for.
				if next = link; c.link == "" {
					next += "&" + query
				}
			}
			ids := map[any]bool{}
			for _, id := range seen {
				ids[id] = true
			}
			if len(seen) != c.want || len(ids) != c.want {
				t.Errorf("%d rows, %d of them different; want %d", len(seen), len(ids), c.want)
			}
		})
	}
}

func TestPagingParameters(t *testing.T) { onEveryStore(t, testPagingParameters) }

func testPagingParameters(t *testing.T, start starter) {
	n := startWithBadges(t, start)
	number := doc{"code": 9, "name": "invalid size", "message": "size must be a number"}
	bounds := doc{"code": 9, "name": "invalid size", "message": "size must be an integer between 1 and 1000"}
	tags := func(text string) doc {
		return doc{
			"code": 11, "name": "invalid options", "message": "invalid option (tags: " + text + ")", "options": doc{"tags": text},
		}
	}
	offset := func(token, text string) doc {
		return doc{"code": 7, "name": "invalid offset", "message": "'" + token + "' is not a valid offset: " + text}
	}
	for _, c := range []struct {
		query string
		want  any // nil for a list
	}{
		{"size=1&nope=1&sort=name", nil},
		{"size=1e2", nil},
		{"size=0x10", nil},
		{"size=1000", nil},
		{"size=0", bounds},
		{"size=1001", bounds},
		{"size=1.5", bounds},
		{"size=-1", bounds},
		{"size=abc", number},
		{"size=", number},
		{"size", number},
		{"size=1&size=2", number},
		{"tags=a", nil},
		{"tags=a,b,", nil},
		{"tags=a%20b/%C3%A9", nil},
		{"tags=a&tags=b/c,d", nil},
		{"tags=", tags("cannot be null")},
		{"tags=,", tags("invalid filter syntax")},
		{"tags=a,,b", tags("invalid filter syntax")},
		{"tags=a,b/c", tags("invalid filter syntax")},
		{"tags=a%00", tags("invalid filter syntax")},
		{"tags=%ff", tags("invalid filter syntax")},
		{"tags=a,b,c,d,e,f", tags("cannot query more than 5 tags")},
		{"tags=a,b,c,d,e", nil},
		{"offset=", offset("", "bad json encoding")},
		{"offset=!!", offset("!!", "bad base64 encoding")},
		{"offset=wxyz", offset("wxyz", "bad json encoding")},
		{"offset=bnVsbA", offset("bnVsbA", "bad json encoding")},
		{"size=0&tags=&offset=!!", bounds},
		{"tags=&offset=!!", tags("cannot be null")},
	} {
		for _, path := range []string{"/all-badges?", "/consumers/ann/badge?"} {
			status := 400
			if c.want == nil {
				status = 200
			}
			t.Run(path+c.query, func(t *testing.T) { n.send("GET", path+c.query, nil).want(t, status, c.want) })
		}
	}
}
