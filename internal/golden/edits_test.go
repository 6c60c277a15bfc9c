package golden

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The edits that changes are made of.

func status(code int) func(*player, *answer) *answer {
	return func(_ *player, a *answer) *answer { a.status = code; return a }
}

func body(text string) func(*player, *answer) *answer {
	return func(_ *player, a *answer) *answer {
		a.body = []byte(text)
		if len(a.header("transfer-encoding")) > 0 {
			return a
		}
		return setHeader("Content-Length", fmt.Sprint(len(text)))(nil, a)
	}
}

// swap replaces text in the body, wherever it occurs.
func swap(from, to string) func(*player, *answer) *answer {
	return func(p *player, a *answer) *answer {
		if !strings.Contains(string(a.body), from) {
			p.t.Errorf("no %s in %s", from, a.body)
		}
		return body(strings.ReplaceAll(string(a.body), from, to))(p, a)
	}
}

// header adds a header.
func header(name, value string) func(*player, *answer) *answer {
	return func(_ *player, a *answer) *answer {
		a.headers = append(slices.Clone(a.headers), [2]string{name, value})
		return a
	}
}

func dropHeader(name string) func(*player, *answer) *answer {
	return func(_ *player, a *answer) *answer {
		a.headers = slices.DeleteFunc(slices.Clone(a.headers), func(h [2]string) bool { return h[0] == name })
		return a
	}
}

func setHeader(name, value string) func(*player, *answer) *answer {
	return func(p *player, a *answer) *answer { return header(name, value)(p, dropHeader(name)(p, a)) }
}

// editJSON changes the body as a value.
func editJSON(edit func(body map[string]any)) func(*player, *answer) *answer {
	return func(p *player, a *answer) *answer {
		value, err := decode(a.body)
		if err != nil {
			p.t.Error(err)
			return a
		}
		edit(value.(map[string]any))
		text, err := json.Marshal(value)
		if err != nil {
			p.t.Error(err)
		}
		return body(string(text))(p, a)
	}
}

// editData changes the rows of a list.
func editData(edit func(rows []any) []any) func(*player, *answer) *answer {
	return editJSON(func(list map[string]any) { list["data"] = edit(list["data"].([]any)) })
}

func reversed(rows []any) []any {
	slices.Reverse(rows)
	return rows
}

// swapIDs gives the first two rows each other's id.
var swapIDs = editData(func(rows []any) []any {
	first, second := rows[0].(map[string]any), rows[1].(map[string]any)
	first["id"], second["id"] = second["id"], first["id"]
	return rows
})

// lastPage ends a list.
var lastPage = editJSON(func(list map[string]any) {
	list["next"] = nil
	delete(list, "offset")
})

// swapHeaders turns two headers around that an upstream got.
var swapHeaders = editJSON(func(echo map[string]any) {
	headers := echo["headers"].([]any)
	headers[1], headers[2] = headers[2], headers[1]
})

// swapRequestID shows another request id in the body than in the header.
func swapRequestID(p *player, a *answer) *answer {
	id := requestID.FindString(string(a.body))
	return swap(id, renamed(id))(p, a)
}
