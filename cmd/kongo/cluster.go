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

func (t *terminal) clusterVerifyCommand() *cobra.Command {
	var o clusterOptions
	command := &cobra.Command{
		Use: "verify [OPTIONS]",
		Long: "Sends a probe through the datastore and reports how long it took every live node to see it. No entity is touched.\n" +
			"The exit code is 1 if anything is wrong.",
		RunE: func(*cobra.Command, []string) error { return t.clusterVerify(o) },
	}
	o.add(command.Flags())
	return command
}

func (t *terminal) clusterVerify(o clusterOptions) error {
	config, err := t.loadForCluster(o.source)
	if err != nil {
		return err
	}
	report := verify(config, t)
	if o.json {
		err = t.printJSON(report)
	} else {
		t.printReport(config, report)
	}
	if err == nil && !report.OK {
		err = exitCode(1)
	}
	return err
}

// verify sends the probe. A datastore that is away is a fault like any other.
func verify(config *conf.Config, t *terminal) cluster.Report {
	opened, err := node.OpenCluster(noContext, config, t.log)
	if err != nil {
		return cluster.Report{Data: []cluster.Verdict{}, Faults: []cluster.Fault{cluster.StoreFault(err)}}
	}
	defer opened.Close()
	return opened.Verify(noContext)
}

func (t *terminal) printReport(config *conf.Config, report cluster.Report) {
	for _, v := range report.Data {
		where := strings.TrimSpace(strings.Join([]string{v.Hostname, v.Address}, " "))
		switch v.Result {
		case cluster.ResultSeen:
			fmt.Fprintf(t.stdout, "ok    %s (%s) saw the probe after %s\n", v.ID, where, lag(v.TookMS))
		case cluster.ResultSkipped:
			fmt.Fprintf(t.stdout, "-     %s is a node of Kong, which does not answer probes\n", v.ID)
		default:
			fmt.Fprintf(t.stdout, "fail  %s (%s)\n", v.ID, where)
			t.printFaults(v.Faults)
		}
	}
	if len(report.Faults) > 0 {
		fmt.Fprintf(t.stdout, "fail  %s\n", node.DatastoreName(config))
		t.printFaults(report.Faults)
	}
	if report.OK {
		fmt.Fprintf(t.stdout, "%s on %s see each other's changes\n", liveNodes(report.Total), node.DatastoreName(config))
	}
}

func (t *terminal) printFaults(faults []cluster.Fault) {
	for _, f := range faults {
		fmt.Fprintf(t.stdout, "      %s\n      -> %s\n", f.Reason, f.Remedy)
	}
}

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
