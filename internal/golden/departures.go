package golden

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// A departure is something in which kongo differs from the recorded answers on purpose.
type departure struct {
	name, why string
	// applies says whether an exchange is concerned. What the node answered does not matter here.
	applies func(t *trial) bool
	// differences compares the answer with what is expected instead.
	differences func(t *trial) []Difference
}

// A trial is an exchange with the node, about to be judged.
type trial struct {
	exchange     *exchange
	got          *answer // nil if nothing came that could be read
	node         *Node
	env          map[string]string // the settings of the recorded node
	databaseDown bool
	// asRecorded compares in the ordinary way.
	asRecorded func() []Difference
}

// departures are all of them. The first that applies counts.
var departures = []departure{
	{
		name:    "an answer where Kong gives none",
		why:     "Kong passes an upstream's nonsense on as it is, kongo may say 502",
		applies: func(t *trial) bool { return t.exchange.answer == nil },
		differences: func(t *trial) []Difference {
			if t.got == nil {
				return nil
			}
			return t.wantStatus("no answer, or an error of the gateway", func(status int) bool { return status >= 500 })
		},
	},
	{
		name: "the root while the database is down",
		why:  "a load balancer checks it, so it answers from what the node knows",
		applies: func(t *trial) bool {
			return t.databaseDown && t.admin("") && t.exchange.path() == "/" && t.kongCrashed()
		},
		differences: func(t *trial) []Difference { return t.wantObject("version", "node_id", "configuration") },
	},
	{
		name: "lists by tag without a database",
		why:  "Kong crashes over them, kongo has the tags",
		applies: func(t *trial) bool {
			return !t.databaseDown && t.admin(http.MethodGet) && strings.Contains(t.exchange.request.Path, "?tags=") &&
				t.env["KONG_DATABASE"] == "off" && t.kongCrashed()
		},
		differences: func(t *trial) []Difference {
			if t.got != nil && t.got.status >= 400 {
				return nil
			}
			return t.wantObject("data", "next")
		},
	},
	{
		name:    "errors where Kong crashes",
		why:     "a 500 of the Admin API marks requests that Kong cannot cope with, kongo refuses them",
		applies: func(t *trial) bool { return !t.databaseDown && t.admin("") && t.kongCrashed() },
		differences: func(t *trial) []Difference {
			return t.wantStatus("an error", func(status int) bool { return status >= 400 })
		},
	},
	{
		name:        "the list of nodes",
		why:         "Kong dropped it in 0.11, kongo answers as Kong did before",
		applies:     func(t *trial) bool { return t.admin(http.MethodGet) && t.exchange.path() == "/cluster" },
		differences: func(t *trial) []Difference { return t.wantObject("data", "total") },
	},
	{
		name: "health marks by POST",
		why:  "clients of Kong 2.8 send POST where 3.9 wants PUT",
		applies: func(t *trial) bool {
			return t.admin(http.MethodPost) && healthMark.MatchString(t.exchange.path())
		},
		differences: func(t *trial) []Difference {
			return t.wantStatus("what PUT gets, 204 or 404", func(status int) bool {
				return status == http.StatusNoContent || status == http.StatusNotFound
			})
		},
	},
	{
		name:    "an upstream's headers for the next hop",
		why:     "Kong fails over them, kongo drops them",
		applies: func(t *trial) bool { return strings.HasSuffix(t.exchange.path(), "/hdrhop") },
		differences: func(t *trial) []Difference {
			differences := t.wantStatus("200", func(status int) bool { return status == http.StatusOK })
			for _, name := range []string{"x-hop", "upgrade", "trailer"} {
				if t.got != nil && len(t.got.header(name)) > 0 {
					differences = append(differences, Difference{"header " + name, absent, fmt.Sprintf("%q", t.got.header(name))})
				}
			}
			return differences
		},
	},
	{
		name: "pages of nginx",
		why:  "what nginx refuses before Kong sees it has an HTML page and none of Kong's headers; only the status matters",
		applies: func(t *trial) bool {
			return t.admin("") && bytes.HasPrefix(t.exchange.answer.body, []byte("<html>\r\n<head><title>"))
		},
		differences: func(t *trial) []Difference {
			want := t.exchange.answer.status
			return t.wantStatus(fmt.Sprint(want), func(status int) bool { return status == want })
		},
	},
	{
		name:    "headers of robots.txt",
		why:     "nginx serves it by itself, without Kong's headers",
		applies: func(t *trial) bool { return t.admin("") && t.exchange.path() == "/robots.txt" },
		differences: func(t *trial) []Difference {
			return slices.DeleteFunc(t.asRecorded(), func(d Difference) bool {
				return strings.HasPrefix(d.At, "header ") && d.Want == absent
			})
		},
	},
	{
		name: "the status of kongo's own",
		why:  "GET /status names the plugins whose routes are closed",
		applies: func(t *trial) bool {
			return len(t.node.Unsupported) > 0 && t.exchange.path() == "/status" && t.got != nil && bytes.Contains(t.got.body, []byte(`"unsupported_plugins"`))
		},
		differences: func(t *trial) []Difference {
			return slices.DeleteFunc(t.asRecorded(), func(d Difference) bool { return d.At == "body.kongo" })
		},
	},
	{
		name:    "plugins not supported yet",
		why:     "they answer 501 on every route they apply to",
		applies: func(t *trial) bool { return len(t.node.Unsupported) > 0 && !t.admin("") },
		differences: func(t *trial) []Difference {
			for _, plugin := range t.node.Unsupported {
				message := fmt.Sprintf("plugin '%s' is not supported", plugin)
				if t.got != nil && t.got.status == http.StatusNotImplemented && bytes.Contains(t.got.body, []byte(message)) {
					return nil
				}
			}
			return t.asRecorded()
		},
	},
}

// healthMark matches the paths that mark a target healthy or unhealthy.
var healthMark = regexp.MustCompile(`^/upstreams/[^/]+/targets/.+/(?:un)?healthy$`)

// admin says whether the request went to the Admin API, with the given method unless that is "".
func (t *trial) admin(method string) bool {
	return t.exchange.target == targetAdmin && (method == "" || method == t.exchange.request.Method)
}

// kongCrashed says whether Kong's answer was the one it gives when its code fails.
func (t *trial) kongCrashed() bool { return t.exchange.answer.status == http.StatusInternalServerError }

// wantStatus compares nothing but the status.
func (t *trial) wantStatus(want string, ok func(status int) bool) []Difference {
	switch {
	case t.got == nil:
		return []Difference{{"status", want, absent}}
	case !ok(t.got.status):
		return []Difference{{"status", want, fmt.Sprint(t.got.status)}}
	}
	return nil
}

// wantObject wants status 200 and a JSON object with the given members, and perhaps others.
func (t *trial) wantObject(members ...string) []Difference {
	differences := t.wantStatus("200", func(status int) bool { return status == http.StatusOK })
	if differences != nil {
		return differences
	}
	body, err := decode(t.got.body)
	object, ok := body.(map[string]any)
	if err != nil || !ok {
		return []Difference{{"body", "an object", shown(string(t.got.body))}}
	}
	for _, name := range members {
		if _, ok := object[name]; !ok {
			differences = append(differences, Difference{"body." + name, "a value", absent})
		}
	}
	return differences
}
