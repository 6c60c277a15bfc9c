package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/telemetry"
)

func (t *terminal) quitCommand() *cobra.Command {
	var s source
	timeout, wait := number{value: 10}, number{}
	command := &cobra.Command{
		Use:  "quit [OPTIONS]",
		Long: "Stops the node that runs in the prefix directory when its requests are done.",
		RunE: func(*cobra.Command, []string) error { return t.quit(s, seconds(wait), seconds(timeout)) },
	}
	s.addPrefix(command.Flags())
	command.Flags().VarP(&timeout, "timeout", "t", "how many `SECONDS` the node has before it is stopped, 10 if not given")
	command.Flags().VarP(&wait, "wait", "w", "how many `SECONDS` to wait before the node is told")
	return command
}

// longest is more than anybody waits, and less than a time.Duration can hold.
const longest = 1e9

func seconds(n number) time.Duration {
	return time.Duration(min(max(n.value, 0), longest) * float64(time.Second))
}

// quit ends a node gracefully and waits for it, at least a second. Kong 3.9: quit.
func (t *terminal) quit(s source, wait, timeout time.Duration) error {
	dir, err := t.startedIn(s)
	if err != nil {
		return err
	}
	process, err := dir.Running()
	if err != nil {
		return err
	}
	if wait > 0 {
		t.log.Log(noContext, telemetry.LevelVerbose, fmt.Sprintf("waiting %g seconds before quitting", wait.Seconds()))
		ctx, cancel := context.WithTimeout(context.Background(), wait)
		defer cancel()
		if process.Wait(ctx) == nil {
			t.log.Error("Kong stopped while waiting (unexpected)")
			return nil
		}
	}
	if err := process.Quit(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), max(timeout, time.Second))
	defer cancel()
	if process.Wait(ctx) == nil {
		t.log.Info("Kong stopped (gracefully)")
		return nil
	}
	if err := process.Stop(); err != nil {
		return err
	}
	t.log.Info("Timeout, Kong stopped forcefully")
	return nil
}
