package balancer

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestJobsRunWhenTheyAreDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewChecker()
		defer c.Close()
		start := time.Now()
		ran := make(chan int, 100)
		var want []int
		for _, seconds := range rand.Perm(100) {
			c.schedule(newJob(func(context.Context) {
				if late := time.Since(start) - time.Duration(seconds)*time.Second; late != 0 {
					t.Errorf("job %d ran at %v", seconds, late)
				}
				ran <- seconds
			}), start.Add(time.Duration(seconds)*time.Second))
			want = append(want, seconds)
		}
		slices.Sort(want)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		close(ran)
		var got []int
		for seconds := range ran {
			got = append(got, seconds)
		}
		if !slices.Equal(got, want) {
			t.Errorf("ran %v", got)
		}
	})
}

// recorder is a job that takes a while and notes when it began.
type recorder struct {
	*job
	start  time.Time
	begins []time.Duration
}

func newRecorder(takes time.Duration) *recorder {
	r := &recorder{start: time.Now()}
	r.job = newJob(func(ctx context.Context) {
		r.begins = append(r.begins, time.Since(r.start))
		select {
		case <-time.After(takes):
		case <-ctx.Done():
		}
	})
	return r
}

func (r *recorder) expect(t *testing.T, want ...time.Duration) {
	t.Helper()
	synctest.Wait()
	if !slices.Equal(r.begins, want) {
		t.Errorf("began at %v, want %v", r.begins, want)
	}
}

func TestJobIsMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewChecker()
		defer c.Close()
		r := newRecorder(0)
		c.schedule(r.job, r.start.Add(10*time.Second))
		c.schedule(r.job, r.start.Add(5*time.Second))
		time.Sleep(20 * time.Second)
		r.expect(t, 5*time.Second)
		c.schedule(r.job, r.start.Add(25*time.Second))
		c.schedule(r.job, r.start.Add(30*time.Second))
		time.Sleep(20 * time.Second)
		r.expect(t, 5*time.Second, 30*time.Second)
		c.schedule(r.job, r.start.Add(50*time.Second))
		c.suspend(r.job)
		time.Sleep(20 * time.Second)
		r.expect(t, 5*time.Second, 30*time.Second)
	})
}

func TestJobNeverRunsTwiceAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewChecker()
		defer c.Close()
		r := newRecorder(10 * time.Second)
		c.schedule(r.job, r.start)
		for range 3 {
			time.Sleep(2 * time.Second)
			c.schedule(r.job, time.Now())
		}
		time.Sleep(time.Minute)
		r.expect(t, 0, 10*time.Second)
	})
}

func TestStopCancelsAndWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewChecker()
		defer c.Close()
		busy, queued := newRecorder(time.Hour), newRecorder(0)
		c.schedule(busy.job, busy.start)
		c.schedule(queued.job, queued.start.Add(time.Second))
		synctest.Wait()
		c.schedule(busy.job, busy.start)
		c.stop(busy.job, queued.job)
		if waited := time.Since(busy.start); waited != 0 {
			t.Errorf("waited %v", waited)
		}
		c.schedule(busy.job, time.Now())
		c.schedule(queued.job, time.Now())
		time.Sleep(time.Minute)
		busy.expect(t, 0)
		queued.expect(t)
	})
}

func TestCheckerCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewChecker()
		busy, queued := newRecorder(time.Hour), newRecorder(0)
		c.schedule(busy.job, busy.start)
		c.schedule(queued.job, queued.start.Add(time.Second))
		synctest.Wait()
		c.Close()
		c.Close()
		if waited := time.Since(busy.start); waited != 0 {
			t.Errorf("waited %v", waited)
		}
		c.schedule(queued.job, time.Now())
		time.Sleep(time.Minute)
		queued.expect(t)
		c.stop(busy.job, queued.job)
	})
}
