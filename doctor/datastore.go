package doctor

import (
	"context"
	"errors"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/node"
)

// checkDatastore opens the datastore for the checks behind it, and finds out whether it can be written to.
func checkDatastore(ctx context.Context, p *patient) []Finding {
	const check = "datastore"
	store, err := node.OpenCluster(ctx, p.config, p.log)
	if errors.Is(err, node.ErrNoCluster) {
		return one(check, OK, err.Error(), "")
	}
	if err != nil {
		fault := cluster.StoreFault(err)
		return one(check, Fail, fault.Reason, fault.Remedy)
	}
	if err := store.Try(ctx); err != nil {
		fault := cluster.StoreFault(err)
		p.store = store
		return one(check, Fail, fault.Reason, fault.Remedy)
	}
	p.store = store
	if p.db, err = store.DB(ctx, p.config, p.log); err != nil {
		fault := cluster.StoreFault(err)
		return one(check, Fail, fault.Reason, fault.Remedy)
	}
	return one(check, OK, node.DatastoreName(p.config)+" can be read and written", "")
}
