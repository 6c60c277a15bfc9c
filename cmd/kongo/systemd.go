package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sys/unix"

	"github.com/kongo-gateway/kongo/node"
)

// tellSystemd says to systemd, if that has started this process or the one before it, what the process is doing. Where there
// is no systemd it does nothing.
func tellSystemd(s node.State) {
	state := daemon.SdNotifyStopping
	switch s {
	case node.Serving:
		state = fmt.Sprintf("%s\nMAINPID=%d", daemon.SdNotifyReady, os.Getpid())
	case node.Reloading:
		state = daemon.SdNotifyReloading
		var now unix.Timespec
		if unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) == nil {
			state += fmt.Sprintf("\nMONOTONIC_USEC=%d", now.Nano()/1000)
		}
	}
	_, _ = daemon.SdNotify(false, state) // nobody else could be told that it failed
}

// watchdog tells systemd that the process is alive, twice in the time that it asks for, until stop is called.
func watchdog() (stop func()) {
	// A process that has taken over from the one that systemd started is the main one as well.
	os.Unsetenv("WATCHDOG_PID")
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil || interval <= 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var beating sync.WaitGroup
	beating.Go(func() {
		ticker := time.NewTicker(interval / 2)
		defer ticker.Stop()
		for {
			_, _ = daemon.SdNotify(false, daemon.SdNotifyWatchdog)
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	})
	return func() {
		cancel()
		beating.Wait()
	}
}
