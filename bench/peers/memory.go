package peers

import "time"

// held opens connections, makes a request on each, and returns by how many KiB the memory has grown for each of them.
func held(connections int) measurement {
	return func(p *proxy, duration time.Duration) (float64, error) {
		if _, err := saturated(atATime, get(pathSmall))(p, duration/4); err != nil {
			return 0, err // what it needs for any request at all is not the cost of a connection
		}
		before, err := p.residentKiB()
		if err != nil {
			return 0, err
		}
		l, err := newLoad(p.plain, connections, get(pathSmall)(p))
		if err != nil {
			return 0, err
		}
		defer l.close()
		if err := l.once(); err != nil {
			return 0, err
		}
		time.Sleep(duration) // what is given back late is given back, too
		after, err := p.residentKiB()
		if err != nil {
			return 0, err
		}
		return float64(after-before) / float64(connections), nil
	}
}

// resident is the memory in use, in MiB.
func resident(p *proxy, _ time.Duration) (float64, error) {
	kib, err := p.residentKiB()
	return float64(kib) / 1024, err
}

// peak is the most memory in use, in MiB, while something is done to the proxy and for a duration after that.
func peak(do func(*proxy, time.Duration) error) measurement {
	return func(p *proxy, duration time.Duration) (float64, error) {
		if err := p.forgetPeak(); err != nil {
			return 0, err
		}
		if err := do(p, duration); err != nil {
			return 0, err
		}
		time.Sleep(duration)
		kib, err := p.peakKiB()
		return float64(kib) / 1024, err
	}
}

// changing changes one route after the other.
func changing(p *proxy, duration time.Duration) error {
	e := newEditor(p)
	defer e.close()
	return e.keepChanging(changeRate, 2*duration)
}

// changingService changes the service of all routes.
func changingService(p *proxy, _ time.Duration) error {
	e := newEditor(p)
	defer e.close()
	return e.changeService()
}

// reloading has kongo read its file again, with one route more.
func reloading(p *proxy, _ time.Duration) error {
	e := newEditor(p)
	defer e.close()
	return e.reload()
}
