package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/cluster"
	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/node"
)

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
