package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
)

// expectedNodes are addresses of nodes that should belong to the cluster.
type expectedNodes []string

func (e *expectedNodes) add(flags *pflag.FlagSet) {
	flags.StringArrayVar((*[]string)(e), "node", nil, "`URL` of the Admin or status API of a node that should be there; may be repeated")
}

func (t *terminal) clusterVerifyCommand() *cobra.Command {
	var o clusterOptions
	var expected expectedNodes
	command := &cobra.Command{
		Use: "verify [OPTIONS]",
		Long: "Sends a probe through the datastore and reports how long it took every live node to see it. No entity is touched.\n" +
			"A node that has never used this datastore is on no list: name it with --node, and it is asked which one it uses.\n" +
			"While the datastore is away the nodes that the local one knows are asked whether they answer.\n" +
			"The exit code is 1 if anything is wrong.",
		RunE: func(*cobra.Command, []string) error { return t.clusterVerify(o, expected) },
	}
	o.add(command.Flags())
	expected.add(command.Flags())
	return command
}

func (t *terminal) clusterVerify(o clusterOptions, expected expectedNodes) error {
	config, err := t.loadForCluster(o.source)
	if err != nil {
		return err
	}
	report, err := t.verify(config)
	if err != nil {
		return err
	}
	for _, address := range expected {
		introduced, err := node.Introduce(noContext, address)
		report.Expect(address, node.DatastoreName(config), introduced, err)
	}
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

// verify sends the probe. While the datastore is away, or takes none, the report is on the nodes that the local one knows.
func (t *terminal) verify(config *conf.Config) (cluster.Report, error) {
	opened, err := node.OpenCluster(noContext, config, t.log)
	if errors.Is(err, node.ErrNoCluster) {
		return cluster.Report{}, err
	}
	if err == nil {
		var report cluster.Report
		report, err = opened.Verify(noContext)
		_ = opened.Close() // whatever was sent has been seen, or not
		if err == nil {
			return report, nil
		}
	}
	known, local := askLocalNode(config, false)
	report := known.Unverified(noContext, node.Reach, err)
	if local != nil {
		report.Faults = append(report.Faults, cluster.Fault{
			Reason: "the local Admin API can't be asked for the nodes that it knows: " + local.Error(),
			Remedy: "see whether a node runs here (`kongo health`), and which admin_listen it has",
		})
	}
	return report, nil
}

func (t *terminal) printReport(config *conf.Config, report cluster.Report) {
	for _, v := range report.Data {
		where := strings.TrimSpace(strings.Join([]string{v.Hostname, v.Address}, " "))
		if v.AskedAt != "" && v.AskedAt != v.Address {
			where += ", asked at " + v.AskedAt
		}
		switch v.Result {
		case cluster.ResultSeen:
			fmt.Fprintf(t.stdout, "ok    %s (%s) saw the probe after %s\n", v.ID, where, lag(v.TookMS))
		case cluster.ResultSkipped:
			fmt.Fprintf(t.stdout, "-     %s is a node of Kong, which does not answer probes\n", v.ID)
		default:
			fmt.Fprintf(t.stdout, "fail  %s (%s)\n", orDash(v.ID), where)
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
