package peers

import (
	"errors"
	"slices"
	"time"
)

// Sizes of what is done to configurations.
const (
	postedRoutes = 10_000 // in a POST /config
	changeRate   = 5      // changes a second, under load
	changesSeen  = 20     // in a turn, whose median counts
)

// timedRate is the rate of the requests whose latencies are compared.
const timedRate = 2_000

// firstAnswer is the time from the start of the process until its first answer, in ms.
func firstAnswer(p *proxy, _ time.Duration) (float64, error) { return inMilliseconds(p.ready), nil }

// firstAnswerCPU is the CPU time that the process needed until then.
func firstAnswerCPU(p *proxy, _ time.Duration) (float64, error) {
	return inMilliseconds(p.readyCPU), nil
}

// configured is the time from sending a configuration with postedRoutes routes until it has been answered and a request takes
// the last route, in ms.
func configured(p *proxy, _ time.Duration) (float64, error) {
	e := newEditor(p)
	defer e.close()
	text, err := configuration(postedRoutes, p.server)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	err = e.configure(text, postedRoutes)
	return inMilliseconds(time.Since(start)), err
}

// memoryConfigured is the memory in use a duration after that, in MiB.
func memoryConfigured(p *proxy, duration time.Duration) (float64, error) {
	if _, err := configured(p, duration); err != nil {
		return 0, err
	}
	time.Sleep(duration)
	return resident(p, duration)
}

// peakConfigured is the most that was in use until then, when that is done so many times.
func peakConfigured(times int) measurement {
	return peak(func(p *proxy, duration time.Duration) error {
		for range times {
			if _, err := configured(p, duration); err != nil {
				return err
			}
		}
		return nil
	})
}

// seen is the time from sending a change to one route until a request takes it by what has changed, in ms: the median of
// some, of which each comes when the one before is seen.
func seen(p *proxy, _ time.Duration) (float64, error) {
	e := newEditor(p)
	defer e.close()
	var took []float64
	for range changesSeen {
		route, path := e.nextChange()
		start := time.Now()
		if err := e.changeRoute(route, path); err != nil {
			return 0, err
		}
		if err := e.sees(route, path); err != nil {
			return 0, err
		}
		took = append(took, inMilliseconds(time.Since(start)))
	}
	return median(took), nil
}

// serviceChanged is the time until a change to the service of all routes is answered, which is when it is in force, in ms.
func serviceChanged(p *proxy, duration time.Duration) (float64, error) {
	start := time.Now()
	err := changingService(p, duration)
	return inMilliseconds(time.Since(start)), err
}

// p99 is the latency that 99 of 100 requests stay below, in ms, at timedRate requests a second and so many changes of routes
// a second.
func p99(changes int) measurement {
	return func(p *proxy, duration time.Duration) (_ float64, err error) {
		duration *= 3 // what happens to one of a hundred takes longer to see
		if changes > 0 {
			e := newEditor(p)
			done := make(chan error, 1)
			go func() { done <- e.keepChanging(changes, duration) }()
			defer func() {
				err = errors.Join(err, <-done)
				e.close()
			}()
		}
		l, err := newLoad(p.plain, 128, routed(false)(p))
		if err != nil {
			return 0, err
		}
		defer l.close()
		l.latencies = make([]time.Duration, 0, timedRate*(int(duration/time.Second)+1))
		if err := l.steadily(timedRate, duration); err != nil {
			return 0, err
		}
		if len(l.latencies) == 0 {
			return 0, errors.New("no request was answered")
		}
		slices.Sort(l.latencies)
		return inMilliseconds(l.latencies[len(l.latencies)*99/100]), nil
	}
}

func inMilliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
