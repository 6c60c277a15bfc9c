package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/conf"
	"github.com/kongo-gateway/kongo/doctor"
)

func (t *terminal) doctorCommand() *cobra.Command {
	var o clusterOptions
	var expected expectedNodes
	command := &cobra.Command{
		Use: "doctor [OPTIONS]",
		Long: "Examines the configuration, the datastore, the cluster, the listeners and the upstream servers, and says what to do\n" +
			"about what is wrong. A node that has never used this datastore is on no list: name it with --node.\n" +
			"The exit code is 1 if anything fails.",
		RunE: func(*cobra.Command, []string) error { return t.doctor(o, expected) },
	}
	o.add(command.Flags())
	expected.add(command.Flags())
	return command
}

func (t *terminal) doctor(o clusterOptions, expected expectedNodes) error {
	findings, err := t.examine(o.source, expected)
	if err != nil {
		return err
	}
	if o.json {
		err = t.printJSON(findings)
	}
	failed := false
	for _, f := range findings {
		failed = failed || f.Result == doctor.Fail
		if o.json {
			continue
		}
		fmt.Fprintf(t.stdout, "%-5s %s: %s\n", f.Result, f.Check, f.Detail)
		if f.Remedy != "" {
			fmt.Fprintf(t.stdout, "      -> %s\n", f.Remedy)
		}
	}
	if err == nil && failed {
		err = exitCode(1)
	}
	return err
}

// examine finds out what is wrong. A configuration that can't be used leaves nothing else to look at.
func (t *terminal) examine(s source, expected expectedNodes) ([]doctor.Finding, error) {
	config, err := t.loadForCluster(s)
	var invalid *conf.InvalidError
	if errors.As(err, &invalid) {
		return doctor.Refused(invalid), nil
	}
	if err != nil {
		return nil, err
	}
	return doctor.Examine(noContext, config, t.log, expected...), nil
}
