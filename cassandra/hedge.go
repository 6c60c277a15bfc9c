package cassandra

import (
	"context"
	"time"

	"github.com/gocql/gocql"
)

// hedge is the part of the timeout after which a read that has no answer is sent to another node as well: a node that has
// just died is waited for until the others have noticed, which takes them many seconds.
const hedge = 10

// attempt is one of two ways to the same rows.
type attempt struct {
	rows *gocql.Iter
	end  context.CancelFunc
}

// read runs a query that only reads. If there is no answer in good time, another node is asked too, and the first answer
// counts. The caller calls end when it is done with the rows.
func (c *connections) read(
	ctx context.Context, query func(context.Context) *gocql.Query,
) (rows *gocql.Iter, end context.CancelFunc) {
	if c.policy.nodes.Load() < 2 {
		return query(ctx).Iter(), func() {}
	}
	answers := make(chan attempt, 2)
	ask := func(ctx context.Context) context.CancelFunc {
		ctx, cancel := context.WithCancel(ctx)
		go func() { answers <- attempt{query(ctx).Iter(), cancel} }()
		return cancel
	}
	ctx = pinned(ctx)
	cancelFirst := ask(ctx)
	timer := time.NewTimer(c.opts.timeout() / hedge)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a.rows, a.end
	case <-timer.C:
	}
	cancelSecond := ask(elsewhere(ctx))
	a := <-answers
	if failure(a.rows) {
		// The other one may know more.
		a.end()
		a = <-answers
		return a.rows, a.end
	}
	both := func() {
		cancelFirst()
		cancelSecond()
	}
	go func() {
		// What the loser has is thrown away, whenever it comes.
		other := <-answers
		_ = other.rows.Close()
	}()
	return a.rows, both
}

// failure reports whether there is nothing but an error in what a query returned.
func failure(rows *gocql.Iter) bool { return rows.NumRows() == 0 && rows.Columns() == nil }
