package node

import (
	"context"
	"time"
)

// expire removes from time to time what nobody can see any more: entities whose time is over and events that every node
// has read. Kong 3.9: PostgreSQL, cleanup of expired rows.
func (n *Node) expire(ctx context.Context) {
	interval := max(n.config.Duration("_debug_pg_ttl_cleanup_interval"), time.Second)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		n.expireOnce(ctx, interval)
	}
}

func (n *Node) expireOnce(ctx context.Context, limit time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := n.store.DeleteExpired(ctx, n.model); err != nil && ctx.Err() == nil {
		n.log.Warn("could not remove what has expired", "error", err)
	}
}
