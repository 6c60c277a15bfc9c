package datastore

import "context"

type replicaKey struct{}

// AllowReplica returns a context in which a store may read from a replica, whose rows can be a little out of date. It is for
// the data plane: it learns of changes by events, which come through the same replica after the changes themselves. The
// Admin API must not use it, because a client has to find what it has just written.
func AllowReplica(ctx context.Context) context.Context {
	return context.WithValue(ctx, replicaKey{}, true)
}

// ReplicaAllowed reports whether ctx comes from AllowReplica.
func ReplicaAllowed(ctx context.Context) bool {
	allowed, _ := ctx.Value(replicaKey{}).(bool)
	return allowed
}
