package golden

import "testing"

func TestDifferencesAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		recording string
		change    change
		at        string // of the first difference
	}{
		"status":                           {"010", change{8, status(200)}, "status"},
		"no answer":                        {"010", change{8, func(*player, *answer) *answer { return nil }}, "answer"},
		"missing header":                   {"010", change{8, dropHeader("Access-Control-Allow-Origin")}, "header access-control-allow-origin"},
		"header too many":                  {"010", change{8, header("X-Extra", "1")}, "header x-extra"},
		"header given twice":               {"010", change{8, header("Server", "kongo/0.1.0-test")}, "header server"},
		"header value":                     {"010", change{8, setHeader("Content-Type", "text/html")}, "header content-type"},
		"latency without number":           {"010", change{8, setHeader("X-Kong-Admin-Latency", "fast")}, "header x-kong-admin-latency"},
		"length missing":                   {"010", change{8, setHeader("Content-Length", "")}, "answer"},
		"version of Kong":                  {"010", change{8, setHeader("Server", "kong/3.9.1")}, "header server"},
		"another version than before":      {"010", change{8, setHeader("Server", "kongo/9.9.9")}, "header server"},
		"text inside":                      {"010", change{36, swap("unknown field", "Unknown field")}, "body.fields.nope"},
		"member missing":                   {"010", change{44, swap(`"retries":5,`, "")}, "body.retries"},
		"member too many":                  {"010", change{44, swap(`"retries":5,`, `"retries":5,"url":null,`)}, "body.url"},
		"number as text":                   {"010", change{44, swap(`"retries":5`, `"retries":"5"`)}, "body.retries"},
		"number with fraction":             {"010", change{44, swap(`"retries":5`, `"retries":5.0`)}, "body.retries"},
		"null for false":                   {"012", change{4, swap(`"preserve_host":false`, `"preserve_host":null`)}, "body.preserve_host"},
		"element too many":                 {"012", change{4, swap(`["http","https"]`, `["http","https","grpc"]`)}, "body.protocols[2]"},
		"element missing":                  {"012", change{4, swap(`["http","https"]`, `["http"]`)}, "body.protocols[1]"},
		"time in milliseconds":             {"010", change{44, swap(`"created_at":`, `"created_at":1000`)}, "body.created_at"},
		"time of another day":              {"010", change{44, swap(`"created_at":17`, `"created_at":16`)}, "body.created_at"},
		"no JSON":                          {"010", change{8, swap(`{"message"`, `"message"`)}, "body"},
		"id of another entity":             {"012", change{9, swapIDs}, "body.data[0].id"},
		"row missing":                      {"012", change{9, editData(func(rows []any) []any { return rows[:1] })}, "body.data[0]"},
		"row twice":                        {"012", change{9, editData(func(rows []any) []any { return append(rows, rows[0]) })}, "body.data[]"},
		"order of fixed ids":               {"010", change{126, editData(reversed)}, "body.data[0].host"},
		"order by time":                    {"042", change{73, editData(reversed)}, "body.data[0].id"},
		"page":                             {"010", change{120, swap("size=3", "size=4")}, "body.next"},
		"offset unlike next":               {"010", change{120, swap(`"offset":"`, `"offset":"x`)}, "body.offset"},
		"error where there is none":        {"010", change{23, status(200)}, "status"},
		"success without an answer":        {"105", change{174, func(*player, *answer) *answer { return body("")(nil, &answer{status: 200}) }}, "status"},
		"page of nginx, status":            {"010", change{32, status(400)}, "status"},
		"no list of nodes":                 {"001", change{6, status(404)}, "status"},
		"list of nodes without total":      {"001", change{6, body(`{"data":[]}`)}, "body.total"},
		"root without database":            {"122", change{15, status(500)}, "status"},
		"entities without database":        {"122", change{17, status(400)}, "status"},
		"header for the next hop":          {"100", change{44, header("X-Hop", "1")}, "header x-hop"},
		"health mark by POST":              {"042", change{104, status(405)}, "status"},
		"endpoint missing":                 {"001", change{4, swap(`"/acls",`, "")}, "body.data[1] (in this order)"},
		"metric missing":                   {"001", change{16, swap("kong_node_info", "kong_node")}, "metric kong_node_info"},
		"metric of another type":           {"001", change{16, swap("TYPE kong_node_info gauge", "TYPE kong_node_info counter")}, "metric kong_node_info"},
		"setting":                          {"001", change{1, swap(`"log_level":"notice"`, `"log_level":"info"`)}, "body.configuration.log_level"},
		"setting missing":                  {"001", change{1, swap(`"log_level":"notice",`, "")}, "body.configuration.log_level"},
		"root with unknown member":         {"001", change{1, swap(`{"configuration":{`, `{"x":1,"configuration":{`)}, "body.x"},
		"shape of counters":                {"001", change{2, swap(`"connections_active":2`, `"connections_active":"2"`)}, "shape of body.server.connections_active"},
		"counter missing":                  {"001", change{2, swap(`"connections_active":2,`, "")}, "shape of body.server"},
		"yaml inside":                      {"121", change{54, swap(`retries: 5`, `retries: 6`)}, "body.config:.services[0].retries"},
		"gateway error laid out otherwise": {"100", change{7, swap("{\n  ", "{")}, "body"},
		"request id unlike the header":     {"100", change{7, swapRequestID}, "body"},
		"order of headers upstream":        {"100", change{31, swapHeaders}, "body.headers[1][0]"},
		"body cut short":                   {"100", change{7, func(_ *player, a *answer) *answer { a.body = a.body[:9]; return a }}, "body cut short"},
		"body whole where it is cut":       {"105", change{171, body("partial")}, "body cut short"},
		"body of another length":           {"100", change{68, body("xxx")}, "body"},
		"request too many upstream": {"105", change{181, func(p *player, a *answer) *answer { p.hit("closer"); return a }},
			"requests to closer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := loadTo(t, c.recording, c.change.line)
			p := newPlayer(t, rec, c.change)
			found, err := rec.Replay(t.Context(), p.Node)
			if err != nil {
				t.Fatal(err)
			}
			if len(found) == 0 {
				t.Fatal("nothing was found")
			}
			m := found[0]
			if m.Line != c.change.line || m.File != rec.file() || m.Differences[0].At != c.at {
				t.Errorf("want the first difference at line %d, %s; got\n%s", c.change.line, c.at, m)
			}
			for _, m := range found[1:] {
				t.Errorf("this follows from it:\n%s", m)
			}
		})
	}
}
