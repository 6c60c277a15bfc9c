package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/kongo-gateway/kongo/datastore/declarative"
)

// addConfig adds the endpoint of the configuration as a whole, which nodes without a database have.
//
// Kong 3.9: declarative configuration, POST /config.
func (a *API) addConfig(r *routes) {
	r.add("/config", methods{http.MethodGet: a.showConfig, http.MethodPost: a.loadConfig})
	r.at("/config").yaml = true
}

// showConfig answers with everything that is in force, as a document.
func (a *API) showConfig(ctx context.Context, _ *request) (answer, error) {
	var text bytes.Buffer
	if err := declarative.Export(ctx, a.opts.DB, &text); err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"config": text.String()}), nil
}

// loadConfig brings a configuration into force before it answers. One that is refused leaves everything as it was.
func (a *API) loadConfig(ctx context.Context, r *request) (answer, error) {
	c, err := readConfig(r)
	if err != nil {
		return answer{}, err
	}
	loader := a.opts.Declarative
	if c.checkHash && c.source.Document == nil && declarative.TextHash(c.source.Text) == loader.Hash() {
		return answer{status: http.StatusNotModified}, nil
	}
	config, err := loader.Load(ctx, c.source)
	var invalid *declarative.Error
	switch {
	case err == nil:
		return answer{handler: configAnswer{config}}, nil
	case errors.As(err, &invalid):
		return invalidConfig(invalid, c.flatten), nil
	case errors.Is(err, declarative.ErrBusy):
		return answer{
			status: http.StatusTooManyRequests, body: message{err.Error()},
			header: map[string]string{"Retry-After": retryAfter},
		}, nil
	case errors.Is(err, declarative.ErrClosed):
		return answer{}, &refusal{http.StatusServiceUnavailable, err.Error()}
	case errors.Is(err, context.DeadlineExceeded):
		return answer{}, &refusal{http.StatusGatewayTimeout, "Timed out while loading configuration"}
	}
	return answer{}, err
}

// retryAfter is the time after which a client may try again, in seconds: loading takes less than one.
const retryAfter = "1"

// configRequest is a configuration with what is to be done about it.
type configRequest struct {
	source    declarative.Source
	checkHash bool // whether one that is in force already is to be left alone
	flatten   bool // whether errors are to be listed by entity
}

// readConfig finds the configuration in a request: in its members, in the one called config, or in the body as it is.
func readConfig(r *request) (configRequest, error) {
	members, err := r.merged()
	if err != nil {
		return configRequest{}, err
	}
	c := configRequest{checkHash: fmt.Sprint(members["check_hash"]) == "1", flatten: isTruthy(members["flatten_errors"])}
	delete(members, "check_hash")
	delete(members, "flatten_errors")
	text, isText := members["config"].(string)
	switch {
	case members["_format_version"] != nil:
		c.source.Document = members
	case isText:
		c.source.Text = []byte(text)
	case len(r.text) > 0:
		c.source.Text = r.text
	default:
		return configRequest{}, badRequest("expected a declarative configuration")
	}
	r.release()
	return c, nil
}

// isTruthy reports whether an argument says yes.
func isTruthy(v any) bool {
	switch strings.ToLower(fmt.Sprint(v)) {
	case "1", "true", "on", "yes":
		return true
	}
	return false
}

// invalidConfig answers with what is wrong with a configuration.
func invalidConfig(e *declarative.Error, flatten bool) answer {
	if !flatten {
		return answer{status: http.StatusBadRequest, body: errorBody(e.Violation(), false)}
	}
	broken, rest := e.Flatten()
	body := errorBody(rest.Violation(), false)
	body["flattened_errors"] = broken
	return answer{status: http.StatusBadRequest, body: body}
}

// configAnswer is a configuration that has been loaded. It may be large, so that it is written as it is read and twice:
// the first time to learn the length.
type configAnswer struct{ *declarative.Config }

func (c configAnswer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	var length counter
	_ = c.WriteJSON(&length) // counting cannot fail
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(int(length)))
	w.WriteHeader(http.StatusCreated)
	// The client may be gone; there is nothing to be done about it.
	_ = c.WriteJSON(w)
}

// counter counts what is written to it, in bytes.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
