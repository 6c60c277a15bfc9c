package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kongo-gateway/kongo/datastore"
)

// logLevels are the levels with the numbers under which nodes tell each other of them.
//
// Kong 3.9: cluster events, log_level.
var logLevels = map[string]int{
	"emerg": 1, "alert": 2, "crit": 3, "error": 4, "warn": 5, "notice": 6, "info": 7, "debug": 8,
}

const (
	defaultLevelPeriod = 60
	maxLevelPeriod     = math.MaxInt32 // seconds
)

// addLogLevel shows and changes what nodes log.
//
// Kong 3.9: Admin API, /debug.
func (a *API) addLogLevel(r *routes) {
	r.add("/debug/node/log-level", methods{http.MethodGet: func(context.Context, *request) (answer, error) {
		return ok(message{"log level: " + a.opts.LogLevel.Level()}), nil
	}})
	r.add("/debug/node/log-level/{log_level}", methods{http.MethodPut: func(ctx context.Context, r *request) (answer, error) {
		return a.changeLevel(r, func(levelChange) error { return nil })
	}})
	r.add("/debug/cluster/log-level/{log_level}", methods{http.MethodPut: func(ctx context.Context, r *request) (answer, error) {
		return a.changeLevel(r, func(c levelChange) error { return a.publishLevel(ctx, c) })
	}})
}

// levelChange is a change of the log level as it is published. Timeout is in seconds, 0 for ever.
type levelChange struct {
	Level   int `json:"log_level"`
	Timeout int `json:"timeout"`
}

// changeLevel changes this node's level and tells others.
func (a *API) changeLevel(r *request, tell func(levelChange) error) (answer, error) {
	if a.opts.Database == noDatabase {
		return answer{}, &refusal{http.StatusMethodNotAllowed, "cannot change log level when not using a database"}
	}
	name := r.param("log_level")
	level, known := logLevels[name]
	if !known {
		return answer{}, badRequest("unknown log level: " + name)
	}
	timeout, err := levelTimeout(r)
	if err != nil {
		return answer{}, err
	}
	if a.opts.LogLevel.Level() == name {
		return ok(message{"log level is already " + name}), nil
	}
	a.opts.LogLevel.SetLevel(name, time.Duration(timeout)*time.Second)
	if err := tell(levelChange{Level: level, Timeout: timeout}); err != nil {
		return answer{}, err
	}
	return ok(message{"log level changed"}), nil
}

// levelTimeout is the argument timeout in whole seconds. What is no number counts as missing.
func levelTimeout(r *request) (int, error) {
	args, err := r.merged()
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(fmt.Sprint(args["timeout"])), 64)
	switch {
	case err != nil || math.IsNaN(seconds):
		return defaultLevelPeriod, nil
	case math.Ceil(seconds) < 0:
		return 0, badRequest("timeout must be greater than or equal to 0")
	}
	return int(min(math.Ceil(seconds), maxLevelPeriod)), nil
}

// publishLevel tells the other nodes. It comes back to this one, which has made the change already.
func (a *API) publishLevel(ctx context.Context, c levelChange) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("log level: %w", err)
	}
	return a.opts.DB.Publish(ctx, datastore.Event{Channel: datastore.ChannelLogLevel, Data: string(data)})
}
