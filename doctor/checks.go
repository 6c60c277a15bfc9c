package doctor

import (
	"context"
	"log/slog"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/datastore"
	"github.com/kongo-gateway/kongo/node"
)

// Results of a check.
const (
	OK   = "ok"
	Warn = "warn"
	Fail = "fail"
)

// Finding is a line of the diagnosis.
type Finding struct {
	Check  string `json:"check"`
	Result string `json:"result"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy"`
}

// patient is what the checks look at.
type patient struct {
	config *conf.Config
	log    *slog.Logger
	// expected are addresses of nodes that should be there.
	expected []string
	// store is nil where there is no database, or it can't be used; db is nil then, too.
	store *node.Cluster
	db    *datastore.DB
}

// A check looks at one thing and returns what it found, which may be nothing.
type check func(ctx context.Context, p *patient) []Finding

// checks are all of them, in the order in which they are done and told. Those behind the datastore's look only if it is there.
var checks = []check{
	checkSettings, checkPlugins, checkPropagation, checkAdminAPI, checkCertificates,
	checkMigrations, checkDatastore,
	checkClock, checkCluster,
	checkListeners,
	checkPaths, checkStoredPlugins, checkStoredCertificates, checkTargets,
}

// Examine does all checks on a node with that configuration. Expected are the addresses of Admin or status APIs of nodes that
// should belong to its cluster.
func Examine(ctx context.Context, config *conf.Config, log *slog.Logger, expected ...string) []Finding {
	p := &patient{config: config, log: log, expected: expected}
	defer func() {
		if p.store != nil {
			_ = p.store.Close() // nothing was written that could get lost
		}
	}()
	findings := []Finding{}
	for _, c := range checks {
		findings = append(findings, c(ctx, p)...)
	}
	return findings
}

// Refused is the diagnosis of a configuration that can't be used at all.
func Refused(err *conf.InvalidError) []Finding {
	var findings []Finding
	for _, problem := range err.Problems {
		findings = append(findings, Finding{"configuration", Fail, problem.Message, problem.Detail()})
	}
	return findings
}

// one is what a check returns that has one thing to say.
func one(check, result, detail, remedy string) []Finding {
	return []Finding{{check, result, detail, remedy}}
}
