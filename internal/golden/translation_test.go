package golden

import (
	"strings"
	"testing"
)

const (
	madeUpID   = "b18a67e4-aa2d-4b54-925f-507ad5d65d39"
	otherID    = "b97ce37a-8b5e-4b3f-8e8a-2d0cbd6fbd17"
	chosenID   = "11111111-1111-4111-8111-000000000001"
	derivedID  = "b268827a-8f7f-551f-8769-e6bceb2f3ec6"
	portedID   = "ea879a92-c7d0-5585-9206-0381ec844b99"
	newID      = "00000000-0000-4000-8000-00000000000a"
	newerID    = "00000000-0000-4000-8000-00000000000b"
	newestID   = "00000000-0000-4000-8000-00000000000c"
	recordedRq = "07454139d7dd207c9dd88361545ffa74"
	actualRq   = "51359419df68197fee1480553dc44358"
)

// translate returns the translation of a recording in which a server made up and derived ids and a client chose one.
func translate(t *testing.T) *translation {
	t.Helper()
	rec, err := read("x", strings.NewReader(`{"target": "admin", "request": {"method": "PUT", "path": "/services/`+strings.ToUpper(chosenID)+`", "headers": []}, "response": {"status": 200, "headers": [["X-Kong-Request-Id", "`+recordedRq+`"]], "body": "`+chosenID+" "+madeUpID+" "+otherID+" "+derivedID+`"}}
{"target": "admin", "request": {"method": "GET", "path": "/", "headers": []}, "response": {"status": 200, "headers": [], "body": "[{\"id\": \"`+portedID+`\", \"target\": \"127.0.0.1:23090\"}]"}}
{"target": "admin", "request": {"method": "GET", "path": "/services/`+madeUpID+`", "headers": []}, "response": null}`))
	if err != nil {
		t.Fatal(err)
	}
	return newTranslation(rec, map[int]int{23000: 31000, 23090: 31090})
}

func TestMatch(t *testing.T) {
	for name, c := range map[string]struct {
		recorded, actual string
		want             bool
	}{
		"equal":                   {"name", "name", true},
		"unequal":                 {"name", "nam", false},
		"longer":                  {"name", "names", false},
		"version":                 {"1.1 kong/3.9.1", "1.1 kongo/0.3.0-rc.1", true},
		"Kong's version":          {"kong/3.9.1", "kong/3.9.1", false},
		"another version of Kong": {"kong/2.8.5", "kong/2.8.5", true},
		"made-up id":              {"service " + madeUpID + " is", "service " + newID + " is", true},
		"no id":                   {madeUpID, "00000000-0000-4000-8000-00000000000", false},
		"a request id for an id":  {madeUpID, actualRq, false},
		"chosen id":               {chosenID, chosenID, true},
		"chosen id, changed":      {chosenID, newID, false},
		"derived id, changed":     {derivedID, newID, false},
		"id derived from a port":  {portedID, newID, true},
		"request id":              {"request_id: " + recordedRq + "\n", "request_id: " + actualRq + "\n", true},
		"two ids":                 {madeUpID + " " + otherID, newID + " " + newerID, true},
		"one id for two":          {madeUpID + " " + otherID, newID + " " + newID, false},
		"two ids for one":         {madeUpID + " " + madeUpID, newID + " " + newerID, false},
		"port":                    {"127.0.0.1:23090", "127.0.0.1:31090", true},
		"recorded port":           {"127.0.0.1:23090", "127.0.0.1:23090", false},
	} {
		tr := translate(t)
		if got := tr.match(c.recorded, c.actual); got != c.want {
			t.Errorf("%s: %q and %q: %t, want %t", name, c.recorded, c.actual, got, c.want)
		}
		if !c.want && len(tr.actual)+len(tr.recorded)+len(tr.learnt) > 0 {
			t.Errorf("%s: something was learnt from what does not match", name)
		}
	}
}

func TestWhatWasLearntIsUsed(t *testing.T) {
	tr := translate(t)
	if !tr.match(madeUpID, newID) || !tr.bindOffset("WyJh|", "next+1") {
		t.Fatal("nothing was learnt")
	}
	got := tr.request(request{
		Method: "GET", Path: "/a/" + madeUpID + "?size=1&offset=WyJh%7C&tags=x",
		Headers: [][2]string{{"Host", "127.0.0.1:23000"}, {"X-Id", strings.ToUpper(madeUpID)}},
		Body:    text(madeUpID + " " + otherID + " " + recordedRq),
	})
	want := "GET /a/" + newID + "?size=1&offset=next%2B1&tags=x HTTP/1.1\r\n" +
		"Host: 127.0.0.1:31000\r\nX-Id: " + strings.ToUpper(newID) + "\r\nContent-Length: 106\r\n\r\n" +
		newID + " " + otherID + " " + recordedRq
	if string(got.bytes()) != want {
		t.Errorf("got\n%s\nwant\n%s", got.bytes(), want)
	}
	raw := tr.request(request{Raw: text("GET /" + madeUpID)})
	if *raw.Raw != "GET /"+newID {
		t.Errorf("raw request: %s", *raw.Raw)
	}
	if path := "/a?offset=unknown"; tr.request(request{Path: path}).Path != path {
		t.Error("an unknown offset was changed")
	}
}

func TestForget(t *testing.T) {
	tr := translate(t)
	tr.match(madeUpID, newID)
	mark := tr.mark()
	tr.match(otherID, newerID)
	tr.forget(mark)
	if !tr.match(otherID, newestID) || !tr.match(madeUpID, newID) || tr.match(madeUpID, newerID) {
		t.Error("too much was forgotten, or too little")
	}
}

func TestRewritePorts(t *testing.T) {
	tr := translate(t)
	for text, want := range map[string]string{
		"":                                    "",
		"23090":                               "31090",
		"http://127.0.0.1:23090/":             "http://127.0.0.1:31090/",
		`{"port": 23090, "x": "[::1]:23000"}`: `{"port": 31090, "x": "[::1]:31000"}`,
		"url=http%3A%2F%2Fa%3A23090%0A":       "url=http%3A%2F%2Fa%3A31090%0A",
		"a%3a23090":                           "a%3a31090",
		"123090 230900 x23090 23090x 23091":   "123090 230900 x23090 23090x 23091",
		"a23090%3A":                           "a23090%3A",
	} {
		if got := tr.rewritePorts(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
