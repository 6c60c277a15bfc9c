package main

import (
	"github.com/spf13/cobra"

	"github.com/kongo-gateway/kongo/node"
)

func (t *terminal) restartCommand() *cobra.Command {
	var o startOptions
	command := &cobra.Command{
		Use:  "restart [OPTIONS]",
		Long: "Stops the node that runs in the prefix directory, if there is one, and starts it.",
		RunE: func(*cobra.Command, []string) error {
			find := t.dir
			if o.prefix != "" {
				find = t.startedIn
			}
			dir, err := find(o.source)
			if err != nil {
				return err
			}
			// A configuration that cannot be used is found before anything is stopped: the node that runs is better than none.
			config, err := t.load(o.source)
			if err != nil {
				return err
			}
			if err := node.CheckCertificates(config); err != nil {
				return err
			}
			_ = stop(dir) // a node that does not run is started all the same
			return t.start(o)
		},
	}
	o.add(command.Flags())
	return command
}
