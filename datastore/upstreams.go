package datastore

import (
	"context"
	"strings"
)

// upstreamRules and targetRules tell nodes to build the balancers that a change concerns.
type (
	upstreamRules struct{ plain }
	targetRules   struct{ plain }
)

func (upstreamRules) events(_ context.Context, _ *DB, c change) ([]Event, error) {
	name, _ := c.row()["name"].(string)
	data := strings.Join([]string{string(c.op), c.ws, DocumentID(c.row()), name}, ":")
	return []Event{{Channel: ChannelUpstreams, Data: data}}, nil
}

func (targetRules) events(_ context.Context, _ *DB, c change) ([]Event, error) {
	return []Event{{Channel: ChannelTargets, Data: string(c.op) + ":" + ForeignID(c.row(), "upstream")}}, nil
}
