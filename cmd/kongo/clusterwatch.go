package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/node"
)

func (t *terminal) clusterWatchCommand() *cobra.Command {
	var o clusterOptions
	command := &cobra.Command{
		Use:  "watch [OPTIONS]",
		Long: "Follows changes as they happen: what changed, and when each node saw it. It ends with an interrupt.",
		RunE: func(command *cobra.Command, _ []string) error { return t.clusterWatch(o) },
	}
	o.add(command.Flags())
	return command
}

func (t *terminal) clusterWatch(o clusterOptions) error {
	config, err := t.loadForCluster(o.source)
	if err != nil {
		return err
	}
	opened, err := node.OpenCluster(noContext, config, t.log)
	if err != nil {
		return err
	}
	ctx, stop := interrupted()
	defer stop()
	if !o.json {
		fmt.Fprintf(t.stdout, "watching %s\n", node.DatastoreName(config))
	}
	err = opened.Watch(ctx, func(h cluster.Happening) error {
		if o.json {
			return t.printJSON(h)
		}
		_, err := fmt.Fprintln(t.stdout, happening(h))
		return err
	})
	return errors.Join(err, opened.Close())
}

// happening is a line about something that happened.
func happening(h cluster.Happening) string {
	now := time.Now().Format("15:04:05.000")
	switch {
	case h.Change != nil:
		return fmt.Sprintf("%s  %s: %s, by %s", h.Change.At.Format("15:04:05.000"), h.Change.Channel, h.Change.Data, h.Change.Node)
	case h.Seen != nil:
		return fmt.Sprintf("%s    seen by %s (%s %s) after %v", now, h.Seen.Node, h.Seen.Hostname, h.Seen.Address,
			time.Duration(h.Seen.AfterMS)*time.Millisecond)
	case h.Joined != nil:
		return fmt.Sprintf("%s  joined: %s (%s)", now, h.Joined.ID, h.Joined.Name)
	case h.Gone != nil:
		return fmt.Sprintf("%s  gone: %s (%s)", now, h.Gone.ID, h.Gone.Name)
	case h.Fault != nil:
		return fmt.Sprintf("%s  %s\n              -> %s", now, h.Fault.Reason, h.Fault.Remedy)
	}
	return now
}
