package golden

import (
	"strings"
	"testing"
	"time"
)

func TestReadRecording(t *testing.T) {
	rec, err := read("x", strings.NewReader(`{"comment": "c", "env": {"KONG_DATABASE": "off"}}
{"wait": 1.5, "database": "stop"}
{"target": "proxy_tls", "sni": "a.b", "note": {"k": 1}, "request": {"method": "GET", "path": "/", "headers": [["A", "1"], ["A", "2"]], "body": null}, "response": {"status": 200, "headers": [["B", "3"]], "body": null, "repeat": ["xy", 3]}}
{"target": "admin", "setup": true, "request": {"raw": "junk"}, "response": null}
`))
	if err != nil {
		t.Fatal(err)
	}
	if rec.Env["KONG_DATABASE"] != "off" || len(rec.steps) != 4 {
		t.Fatalf("got %+v", rec)
	}
	if s := rec.steps[1]; s.wait != 1500*time.Millisecond || s.database != databaseStop || s.line != 2 {
		t.Errorf("wait: got %+v", s)
	}
	x := rec.steps[2].exchange
	if x.note != `{"k":1}` || x.sni != "a.b" || x.request.Body != nil || len(x.request.Headers) != 2 {
		t.Errorf("request: got %+v", x)
	}
	if a := x.answer; a.status != 200 || string(a.body) != "xyxyxy" || len(a.headers) != 1 {
		t.Errorf("answer: got %+v", a)
	}
	if x := rec.steps[3].exchange; x.answer != nil || *x.request.Raw != "junk" {
		t.Errorf("raw request without an answer: got %+v", x)
	}
}

func TestUnreadableRecordingNamesTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"{}\n{\n":                  "x.jsonl:2: ",
		"{}\n{}\n{\"new\": 1}":     `x.jsonl:3: json: unknown field "new"`,
		`{"request": {"verb": 1}}`: `x.jsonl:1: json: unknown field "verb"`,
		`{"request": {}, "response": {"repeat": ["x"]}}`:      "repeat has 1 members",
		`{"request": {}, "response": {"repeat": ["x", "y"]}}`: "repeat is no text and number",
	} {
		if _, err := read("x", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := Load("no such recording"); err == nil {
		t.Error("a recording that is not there was read")
	}
}
