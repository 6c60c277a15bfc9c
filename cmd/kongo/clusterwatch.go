package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
)

func (t *terminal) clusterWatchCommand() *cobra.Command {
	var o clusterOptions
	command := &cobra.Command{
		Use: "watch [OPTIONS]",
		Long: "Follows changes as they happen: what changed, and when each node saw it. It waits for a datastore that is away, and\n" +
			"ends with an interrupt.",
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
	ctx, stop := interrupted()
	defer stop()
	tell := func(h cluster.Happening) error {
		switch {
		case o.json:
			return t.printJSON(h)
		case h.Nodes != nil:
			t.printNodes(config, *h.Nodes)
			return nil
		}
		_, err := fmt.Fprintln(t.stdout, happening(h))
		return err
	}
	first := true
	return node.WatchCluster(ctx, config, t.log, func(h cluster.Happening) error {
		err := tell(h)
		if err == nil && first && h.Fault != nil {
			err = t.tellKnown(config, tell)
		}
		first = false
		return err
	})
}

// tellKnown tells of the nodes that the local one knows, to somebody who begins to watch while the datastore is away.
func (t *terminal) tellKnown(config *conf.Config, tell func(cluster.Happening) error) error {
	known, err := askLocalNode(config, false)
	if err != nil {
		t.log.Warn("the local Admin API can't be asked for the nodes that it knows: " + err.Error())
		return nil
	}
	return tell(cluster.Happening{Nodes: &known})
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
	case h.Recovered:
		return now + "  the datastore is back"
	}
	return now
}
