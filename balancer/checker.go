package balancer

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Checker runs, on time, what the balancers of a node have to do in the background: probing addresses and resolving
// names again. One goroutine waits for whatever is due next; each job runs in a goroutine of its own while it lasts.
//
// A node has one Checker, which is closed after its balancers. It is safe for concurrent use.
type Checker struct {
	ctx    context.Context
	cancel context.CancelFunc
	wake   chan struct{}  // holds a token when the head of the queue may have changed
	active sync.WaitGroup // the waiting goroutine and every job that runs

	mu     sync.Mutex // guards what follows and the jobs
	queue  jobQueue
	closed bool
}

// job is something to do from time to time, never twice at a time.
type job struct {
	run func(context.Context)

	due     time.Time
	index   int                // in the queue, -1 if not in it
	running context.CancelFunc // nil when it does not run
	idle    chan struct{}      // closed when the present run ends
	again   bool               // became due while it ran
	stopped bool
}

func newJob(run func(context.Context)) *job { return &job{run: run, index: -1} }

// NewChecker returns a running Checker; whoever made it closes it.
func NewChecker() *Checker {
	c := &Checker{wake: make(chan struct{}, 1)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.active.Go(c.wait)
	return c
}

// Close cancels what runs and waits for it. Nothing is started any more, neither by balancers that are there nor by new
// ones.
func (c *Checker) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.active.Wait()
}

// schedule has a job run at a time, instead of when it would have run otherwise. A job that still runs then runs again
// as soon as it has ended.
func (c *Checker) schedule(j *job, due time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || j.stopped {
		return
	}
	j.due = due
	if j.index >= 0 {
		heap.Fix(&c.queue, j.index)
	} else {
		heap.Push(&c.queue, j)
	}
	if j.index == 0 {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
}

// suspend takes a job off the queue until it is scheduled again. A run under way goes on.
func (c *Checker) suspend(j *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unqueue(j)
}

func (c *Checker) unqueue(j *job) {
	j.again = false
	if j.index >= 0 {
		heap.Remove(&c.queue, j.index)
	}
}

// stop ends jobs for good: it cancels those that run and waits for them. A job cannot stop itself.
func (c *Checker) stop(jobs ...*job) {
	var busy []chan struct{}
	c.mu.Lock()
	for _, j := range jobs {
		j.stopped = true
		c.unqueue(j)
		if j.running != nil {
			j.running()
			busy = append(busy, j.idle)
		}
	}
	c.mu.Unlock()
	for _, idle := range busy {
		<-idle
	}
}

// wait starts jobs when they are due, until the Checker is closed.
func (c *Checker) wait() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-c.wake:
		case <-timer.C:
		}
		timer.Reset(c.startDue(time.Now()))
	}
}

// startDue starts what is due and returns the time until something else will be.
func (c *Checker) startDue(now time.Time) time.Duration {
	const nothing = time.Hour
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.queue) > 0 && !c.closed {
		next := c.queue[0]
		if next.due.After(now) {
			return next.due.Sub(now)
		}
		heap.Pop(&c.queue)
		if next.running != nil {
			next.again = true
		} else {
			c.start(next)
		}
	}
	return nothing
}

func (c *Checker) start(j *job) {
	ctx, cancel := context.WithCancel(c.ctx)
	j.running, j.idle = cancel, make(chan struct{})
	c.active.Go(func() {
		j.run(ctx)
		cancel()
		c.mu.Lock()
		defer c.mu.Unlock()
		close(j.idle)
		j.running = nil
		if j.again && !c.closed {
			j.again = false
			c.start(j)
		}
	})
}

// jobQueue is a heap of jobs by the time they are due, for container/heap.
type jobQueue []*job

func (q jobQueue) Len() int           { return len(q) }
func (q jobQueue) Less(i, j int) bool { return q[i].due.Before(q[j].due) }

func (q jobQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *jobQueue) Push(x any) {
	j := x.(*job)
	j.index = len(*q)
	*q = append(*q, j)
}

func (q *jobQueue) Pop() any {
	last := len(*q) - 1
	j := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	j.index = -1
	return j
}
