package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
)

// clusterOptions are those of the commands that look at a cluster.
type clusterOptions struct {
	source
	json bool
	all  bool
}

func (o *clusterOptions) add(flags *pflag.FlagSet) {
	o.addFile(flags)
	o.addPrefix(flags)
	flags.BoolVar(&o.json, "json", false, "print JSON")
}

func (t *terminal) clusterCommand() *cobra.Command {
	status := t.clusterStatusCommand()
	group := &cobra.Command{
		Use:  "cluster",
		Long: "Shows the nodes that share the datastore. Without a sub-command it is status.",
		RunE: status.RunE,
	}
	group.Flags().AddFlagSet(status.Flags())
	group.AddCommand(status, t.clusterVerifyCommand(), t.clusterWatchCommand())
	return group
}

func (t *terminal) clusterStatusCommand() *cobra.Command {
	var o clusterOptions
	command := &cobra.Command{
		Use:  "status [OPTIONS]",
		Long: "Lists the nodes that share the datastore, or asks the local node if that is away.",
		RunE: func(*cobra.Command, []string) error { return t.clusterStatus(o) },
	}
	o.add(command.Flags())
	command.Flags().BoolVar(&o.all, "all", false, "list nodes that are gone, too")
	return command
}

func (t *terminal) clusterStatus(o clusterOptions) error {
	config, err := t.loadForCluster(o.source)
	if err != nil {
		return err
	}
	list, err := t.listNodes(config, o.all)
	if err != nil {
		return err
	}
	if o.json {
		return t.printJSON(list)
	}
	if list.Warning != "" {
		t.log.Warn(list.Warning)
	}
	t.printNodes(config, list)
	return nil
}

// loadForCluster loads the configuration that the node in the prefix was started with, unless the command names a file.
func (t *terminal) loadForCluster(s source) (*conf.Config, error) {
	if s.file == "" {
		dir, err := t.dir(s)
		if err != nil {
			return nil, err
		}
		if _, err := dir.ReadEnv(); err == nil {
			return t.loadRunning(dir, "")
		}
	}
	return t.load(s)
}

// listNodes reads the list in the datastore. While that is away it asks the local node.
func (t *terminal) listNodes(config *conf.Config, all bool) (cluster.List, error) {
	opened, err := node.OpenCluster(noContext, config, t.log)
	if err == nil {
		var list cluster.List
		list, err = opened.Nodes(noContext, all)
		if err = errors.Join(err, opened.Close()); err == nil {
			return list, nil
		}
	}
	list, local := askLocalNode(config, all)
	if local != nil {
		return list, fmt.Errorf("%w\n  and the local Admin API does not help: %w", err, local)
	}
	if list.Warning == "" && !errors.Is(err, node.ErrNoCluster) {
		list.Warning = fmt.Sprintf("the datastore can't be reached from here (%v); the local node lists these nodes", err)
	}
	return list, nil
}

func (t *terminal) printJSON(v any) error {
	text, err := json.Marshal(v)
	if err == nil {
		_, err = fmt.Fprintf(t.stdout, "%s\n", text)
	}
	return err
}

// printNodes prints a table, and below it what a person should know.
func (t *terminal) printNodes(config *conf.Config, list cluster.List) {
	out := tabwriter.NewWriter(t.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "NODE ID\tHOST\tKIND\tVERSION\tSTATUS\tLISTEN\tUP SINCE\tLAST SEEN\tLAG\tCONFIG\tSETTINGS")
	now := time.Now()
	for _, n := range list.Data {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", n.ID, orDash(n.Hostname), n.Kind, orDash(n.Version), n.Status,
			orDash(strings.Join(n.Listen, ",")), since(n.StartedAt), ago(now, n.LastSeenAt), lag(n.LagMS),
			orDash(short(n.ConfigHash)), orDash(short(n.SettingsHash)))
	}
	_ = out.Flush()
	live := 0
	for _, n := range list.Data {
		if n.Live {
			live++
		}
		if len(n.Differs) > 0 && n.Live {
			fmt.Fprintf(t.stdout, "%s differs from others in %s\n", n.Name, strings.Join(n.Differs, ", "))
		}
	}
	fmt.Fprintf(t.stdout, "%s on %s\n", liveNodes(live), node.DatastoreName(config))
}

// liveNodes counts nodes in words.
func liveNodes(n int) string {
	if n == 1 {
		return "1 live node"
	}
	return fmt.Sprintf("%d live nodes", n)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// short is enough of a hash to compare it with another.
func short(hash string) string { return hash[:min(8, len(hash))] }

func since(at *float64) string {
	if at == nil {
		return "-"
	}
	return fromUnix(*at).Format(time.DateTime)
}

func ago(now time.Time, at float64) string {
	return max(now.Sub(fromUnix(at)), 0).Round(time.Second).String() + " ago"
}

func fromUnix(seconds float64) time.Time { return time.UnixMilli(int64(seconds * 1000)) }

func lag(ms *int64) string {
	if ms == nil {
		return "-"
	}
	return (time.Duration(*ms) * time.Millisecond).String()
}

// clusterLine is the last line of a start: how many nodes there are now, and how to look at them.
func (t *terminal) clusterLine(n *node.Node, config *conf.Config) string {
	if config.String("database") == "off" {
		return ""
	}
	live := n.LiveNodes(noContext)
	share := "share"
	if live == 1 {
		share = "uses"
	}
	return fmt.Sprintf("%s %s this datastore (%s); `%s cluster` lists them", liveNodes(live), share, node.DatastoreName(config), t.program)
}
