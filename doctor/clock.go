package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/kongo-gateway/kongo/cluster"
)

// checkClock compares the clock of this machine with the datastore's.
func checkClock(ctx context.Context, p *patient) []Finding {
	if p.store == nil {
		return nil
	}
	before := time.Now()
	now, err := p.store.Now(ctx)
	if err != nil {
		return nil // the datastore's check says why
	}
	after := time.Now()
	var offset time.Duration
	switch {
	case before.After(now):
		offset = before.Sub(now)
	case after.Before(now):
		offset = after.Sub(now)
	}
	if offset.Abs() > cluster.ClockTolerance {
		return one("clock", Fail, fmt.Sprintf("the clock of this machine is %v off that of the datastore", offset.Round(time.Second)),
			"set both by NTP (chronyc tracking, timedatectl set-ntp true)")
	}
	return one("clock", OK, "the clocks of this machine and of the datastore agree", "")
}
