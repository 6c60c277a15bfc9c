package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/prefix"
)

// stopPatience is how long stop and restart wait for a node that was told to end at once.
const stopPatience = 5 * time.Second

func (t *terminal) stopCommand() *cobra.Command {
	var s source
	command := &cobra.Command{
		Use:  "stop [OPTIONS]",
		Long: "Stops the node that runs in the prefix directory at once. `quit` lets it finish its requests.",
		RunE: func(*cobra.Command, []string) error {
			dir, err := t.startedIn(s)
			if err != nil {
				return err
			}
			if err := stop(dir); err != nil {
				return err
			}
			t.log.Info("Kong stopped")
			return nil
		},
	}
	s.addPrefix(command.Flags())
	return command
}

// stop ends the node of a prefix, and waits a moment for it to be gone so that another one can start.
func stop(dir prefix.Dir) error {
	process, err := dir.Running()
	if err != nil {
		return err
	}
	if err := process.Stop(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopPatience)
	defer cancel()
	_ = process.Wait(ctx) // Kong does not wait at all
	return nil
}
