// Package daemon puts a process in the background.
//
// A Go program cannot fork: its threads would not come along. So it starts itself once more, in a session of its own and
// without a terminal, and waits until the new process says that it is up. Until then the terminal and the exit code belong
// to the one that waits:
//
//	// in front
//	note, err := daemon.Start(ctx, daemon.Options{Args: []string{"kongo", "start", "-p", prefix}, Env: os.Environ()})
//	// nil: it is up; otherwise the error is what the daemon said
//
//	// in the process that Start has started
//	if launcher, ok := daemon.Launched(); ok {
//		…
//		launcher.Ready(note) // or launcher.Fail(err)
//	}
//
// The two talk through a pipe that the new process finds by a variable in its environment. A process that ends without a
// word closes the pipe, too, so Start never waits for one that is gone; and it returns only when a failed process has
// ended, so that nothing of it is left behind.
//
// The package knows nothing of what the process does. It is for Unix.
package daemon
